package lazuli.array.cpu;

/** A part of a fused program over a block of elements: one operation's loop, or a generated one. */
@FunctionalInterface
interface Stage {
  /**
   * Computes n elements.
   *
   * @param at where each slot of the program begins
   * @param n how many elements
   */
  void run(long[] at, int n);
}
