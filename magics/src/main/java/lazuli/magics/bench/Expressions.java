package lazuli.magics.bench;

import static lazuli.array.Lazuli.blockMask;
import static lazuli.array.Lazuli.causal;
import static lazuli.array.Lazuli.mask;
import static lazuli.array.Lazuli.score;
import static lazuli.array.Lazuli.sdpa;
import static lazuli.array.Lazuli.window;
import static lazuli.array.type.DType.F32;
import static lazuli.magics.bench.Promises.micros;
import static lazuli.magics.bench.Turns.random;
import static lazuli.magics.report.Cell.digits;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.attention.BlockMask;
import lazuli.array.attention.Mask;
import lazuli.magics.stats.Summary;

/** First uses of masks and score changes, and what a mask of tiles costs. */
record Expressions(Promises promises) {
  void run() {
    lambdas();
    blocks();
  }

  private static double once(Supplier<Array> call) {
    long start = System.nanoTime();
    call.get().eval();
    return System.nanoTime() - start;
  }

  private void lambdas() {
    int length = 1024;
    Array x = random(1, F32, 1, 4, 2 * length, 64);
    List<Array> parts = new ArrayList<>();
    for (int i = 0; i <= 40; i++) {
      parts.add(x.get(":, :, 0:{}", length + i).contiguous().eval());
    }
    Array q = parts.getFirst();
    once(() -> sdpa(q, q, q, causal()));
    double cold =
        once(
            () ->
                sdpa(
                    q,
                    q,
                    q,
                    mask((b, h, i, j) -> i.sub(j).lt(300).or(j.lt(5))),
                    score((s, b, h, i, j) -> s.add(i.sub(j).mul(0.001)))));
    promises.row(
        "first use of a mask",
        "the process's first mask and score change, T=" + length,
        digits(cold / 1e6) + " ms",
        "",
        "",
        "200 ms",
        cold < 200e6);
    double newMask =
        once(() -> sdpa(q, q, q, mask((b, h, i, j) -> i.sub(j).mod(7).ne(3).and(j.le(i)))));
    promises.row(
        "first use of a mask",
        "a new lambda and its run, T=" + length,
        digits(newMask / 1e6) + " ms",
        "",
        "",
        "200 ms",
        newMask < 200e6);
    double newScore =
        once(() -> sdpa(q, q, q, score((s, b, h, i, j) -> s.sub(i.sub(j).abs().mul(0.01)))));
    promises.row(
        "first use of a score change",
        "a new lambda and its run, T=" + length,
        digits(newScore / 1e6) + " ms",
        "",
        "",
        "200 ms",
        newScore < 200e6);
    Mask seen = mask((b, h, i, j) -> i.sub(j).mod(7).ne(3).and(j.le(i)));
    double[] fresh = new double[40];
    double[] known = new double[40];
    for (int i = 0; i < 40; i++) {
      Array other = parts.get(i + 1);
      fresh[i] = once(() -> sdpa(other, other, other, seen));
      known[i] = once(() -> sdpa(other, other, other, seen));
    }
    double[] more = new double[40];
    for (int i = 0; i < 40; i++) {
      more[i] = fresh[i] - known[i];
    }
    double work = Summary.median(more);
    promises.row(
        "a new length is no work",
        "that mask at 40 lengths",
        micros(Summary.median(fresh)),
        micros(Summary.median(known)) + ", the second",
        String.format(Locale.ROOT, "%.3f", Summary.median(fresh) / Summary.median(known)),
        "1 ms more at most",
        work < 1e6);
  }

  private void blocks() {
    int length = 16384;
    var bean = ManagementFactory.getThreadMXBean();
    long before = allocated(bean);
    long start = System.nanoTime();
    BlockMask tiles = blockMask(causal().and(window(1024)), length, length);
    String counts = tiles.counts();
    double nanos = System.nanoTime() - start;
    double bytes = allocated(bean) - before;
    promises.row(
        "block mask of a window",
        "1,024 of 16,384 squared: " + counts,
        digits(nanos / 1e6) + " ms, " + digits(bytes / 1e6) + " MB",
        "",
        "",
        "20 ms and 10 MB",
        nanos < 20e6 && bytes < 10e6);
  }

  private static long allocated(java.lang.management.ThreadMXBean bean) {
    return ((com.sun.management.ThreadMXBean) bean).getCurrentThreadAllocatedBytes();
  }
}
