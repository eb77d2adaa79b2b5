package lazuli.array.cpu;

import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.backend.View;
import lazuli.array.type.DType;

/**
 * Rates of the kernels, by hand: {@code java -cp ... lazuli.array.cpu.Bench [name part]}.
 *
 * <p>All cases run in one process and take turns, in another order each round, so that a kernel
 * which only is fast alone shows. One thread is measured in the thread's own processor time, more
 * in elapsed time; both report the best round.
 */
final class Bench {
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 25;

  private record Case(String name, double amount, String unit, Runnable body) {}

  public static void main(String[] args) {
    String part = args.length > 0 ? args[0] : "";
    List<Case> cases = new ArrayList<>();
    Arena arena = Arena.global();
    for (DType t : new DType[] {DType.F32, DType.F64, DType.BF16, DType.F16}) {
      for (int n : new int[] {64, 128, 256, 512, 1024, 2048}) {
        if (n <= 1024 || t == DType.F32) {
          matmul(cases, arena, t, n, n, n, false);
        }
      }
    }
    matmul(cases, arena, DType.F32, 1024, 1024, 1024, true);
    matmul(cases, arena, DType.F32, 1, 4096, 4096, false);
    matmul(cases, arena, DType.F32, 1, 4096, 4096, true);
    matmul(cases, arena, DType.F32, 4096, 1, 4096, false);
    matmul(cases, arena, DType.F32, 5, 2048, 2048, false);
    matmul(cases, arena, DType.F32, 2048, 2048, 16, false);
    matmul(cases, arena, DType.F32, 2048, 16, 2048, false);
    cases.removeIf(c -> !c.name.contains(part));
    double[][] best = new double[cases.size()][2];
    for (double[] b : best) {
      b[0] = b[1] = Double.MAX_VALUE;
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < cases.size(); i++) {
        int at = round % 2 == 0 ? i : cases.size() - 1 - i;
        Workers.threads(1);
        best[at][0] = Math.min(best[at][0], time(cases.get(at).body, true));
        Workers.threads(2);
        best[at][1] = Math.min(best[at][1], time(cases.get(at).body, false));
      }
    }
    for (int i = 0; i < cases.size(); i++) {
      Case c = cases.get(i);
      System.out.printf(
          Locale.ROOT,
          "%-32s %10.1f us %8.1f %s   2 threads %10.1f us %8.1f%n",
          c.name,
          best[i][0] / 1e3,
          c.amount / best[i][0],
          c.unit,
          best[i][1] / 1e3,
          c.amount / best[i][1]);
    }
  }

  /** Nanoseconds of one run, repeated inside until it takes long enough for the clock. */
  private static double time(Runnable body, boolean own) {
    for (int inner = 1; ; inner *= 4) {
      long t0 = own ? CLOCK.getCurrentThreadCpuTime() : System.nanoTime();
      for (int i = 0; i < inner; i++) {
        body.run();
      }
      long t1 = own ? CLOCK.getCurrentThreadCpuTime() : System.nanoTime();
      if (t1 - t0 > 1_000_000) {
        return (t1 - t0) / (double) inner;
      }
    }
  }

  private static void matmul(
      List<Case> cases, Arena arena, DType t, int m, int n, int k, boolean transposed) {
    View a = TestMemory.random(TestMemory.dense(arena, t, m, k), 1, -1, 1);
    int[] order = transposed ? new int[] {1, 0} : new int[] {0, 1};
    View b = TestMemory.random(TestMemory.permuted(arena, t, order, k, n), 2, -1, 1);
    View c = TestMemory.dense(arena, t, m, n);
    String name = "matmul " + t + " " + m + "x" + n + "x" + k + (transposed ? " b.t" : "");
    cases.add(new Case(name, 2.0 * m * n * k, "GFLOP/s", () -> MatMulKernel.multiply(a, b, c)));
  }

  private Bench() {}
}
