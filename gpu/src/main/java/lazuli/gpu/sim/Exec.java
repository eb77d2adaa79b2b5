package lazuli.gpu.sim;

/** What one instruction does to the lanes of a warp whose bits are set. */
@FunctionalInterface
interface Exec {
  void run(Warp w, int mask);
}
