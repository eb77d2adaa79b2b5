package lazuli.array.cpu;

/**
 * One operation over a run of adjacent elements; every run begins at an address, in the element
 * layout of its {@link Bank}. The result may be one of the operands.
 */
@FunctionalInterface
interface Loop {
  void run(long to, long a, long b, long c, int n);
}
