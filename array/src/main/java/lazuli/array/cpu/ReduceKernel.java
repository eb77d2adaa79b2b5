package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Axes;
import lazuli.array.op.Reduce;
import lazuli.array.profile.Work;

/**
 * Reductions over any dimensions. Where the reduced elements are the adjacent ones, each result
 * folds rows; otherwise blocks of results are joined with one row after the other.
 *
 * <p>Long reductions are cut into parts that depend on the shape alone; their results are joined in
 * order, in float64 or 64-bit integers, so every number of threads gives the same bits.
 *
 * @param op the reduction
 * @param work the work of one launch
 */
record ReduceKernel(Reduce op, Work work) implements Kernel {
  /** Elements of one part of a long reduction. */
  private static final long PART = 1 << 17;

  /** Shorter runs cost more than they fold. */
  private static final long SHORT_RUN = 32;

  @Override
  public String name() {
    return "reduce";
  }

  @Override
  public String details() {
    return "parts of " + PART + " elements, joined in float64 or int64";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    long results = output.shape().size();
    if (results == 0) {
      return;
    }
    View in = inputs.getFirst();
    long address = Memory.address(in);
    Feed kept = feed(in, address, false);
    Feed reduced = feed(in, address, true);
    long count = op.axes().count(in.shape());
    Folding folding = Folding.of(op.row(), in.dtype());
    Results to = new Results(op.row(), output, Memory.address(output), count);
    if (results == 1 || byRow(kept, reduced)) {
      rows(kept, reduced, folding, to, results, count);
    } else {
      columns(kept, reduced, folding, to, results, count);
    }
    Reference.reachabilityFence(inputs);
  }

  /** Runs along the smaller stride, unless it is too short to be a run. */
  private static boolean byRow(Feed kept, Feed reduced) {
    boolean shortRows = reduced.innerSize() < SHORT_RUN;
    boolean shortColumns = kept.innerSize() < SHORT_RUN;
    return Math.abs(reduced.innerStride()) <= Math.abs(kept.innerStride())
        ? !shortRows || shortColumns
        : !shortRows && shortColumns;
  }

  private Feed feed(View in, long address, boolean reduced) {
    Axes axes = op.axes();
    int n = 0;
    long[] dims = new long[in.shape().rank()];
    long[] strides = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      if (axes.contains(i) == reduced) {
        dims[n] = in.shape().dim(i);
        strides[n++] = in.strides()[i];
      }
    }
    return new Feed(in.dtype(), address, Arrays.copyOf(dims, n), Arrays.copyOf(strides, n));
  }

  /** Each result by itself; several in one item when they are short. */
  private static void rows(
      Feed kept, Feed reduced, Folding folding, Results to, long results, long count) {
    int parts = (int) Math.max(1, Math.ceilDiv(count, PART));
    int together = Math.clamp(PART / Math.max(1, count), 1, Results.MOST);
    int items = Math.toIntExact(Math.ceilDiv(results, together) * parts);
    Results.Parts partial = to.parts(results, parts);
    Workers.run(
        items,
        results * count / 8,
        item -> {
          int part = item % parts;
          long first = (long) (item / parts) * together;
          int some = (int) Math.min(together, results - first);
          long start = part * PART;
          Results.Block block = to.block(some);
          for (int i = 0; i < some; i++) {
            folding.row(
                reduced, kept.offset(first + i), start, Math.min(count, start + PART), block, i);
          }
          partial.add(part, first, some, block);
        });
    partial.finish();
  }

  /** A block of neighbouring results at a time. */
  private static void columns(
      Feed kept, Feed reduced, Folding folding, Results to, long results, long count) {
    int wide = (int) Math.min(results, Results.MOST);
    long deep = Math.max(1, PART / wide);
    int parts = (int) Math.max(1, Math.ceilDiv(count, deep));
    int across = Math.toIntExact(Math.ceilDiv(results, wide));
    Results.Parts partial = to.parts(results, parts);
    Workers.run(
        Math.multiplyExact(across, parts),
        results * count / 8,
        item -> {
          int part = item % parts;
          long first = (long) (item / parts) * wide;
          int some = (int) Math.min(wide, results - first);
          long start = part * deep;
          Results.Block block = to.block(some);
          folding.columns(kept, reduced, first, some, start, Math.min(count, start + deep), block);
          partial.add(part, first, some, block);
        });
    partial.finish();
  }
}
