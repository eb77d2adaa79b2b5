package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.List;
import java.util.stream.IntStream;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Axes;
import lazuli.array.op.Reduce;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

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
    boolean folds = reduced.single() && count > 0;
    RowFold fold = folds ? RowFold.of(op.row(), in.dtype(), 1) : null;
    Source from = new Source(in.dtype(), address, kept, reduced, results, count);
    if (results == 1 || (fold == null ? byRow(kept, reduced) : from.adjacentRows())) {
      long step = reduced.innerStride();
      boolean reads = folds && (step == 1 || step == 2);
      rows(from, folding, reads ? RowFold.of(op.row(), in.dtype(), step) : null, to);
    } else {
      columns(from, folding, kept.dense() ? fold : null, to);
    }
    Reference.reachabilityFence(inputs);
  }

  /** What is reduced. */
  private record Source(
      DType dtype, long address, Feed kept, Feed reduced, long results, long count) {
    /** Whether the elements of a row are closer to each other than rows are. */
    boolean adjacentRows() {
      return Math.abs(reduced.innerStride()) < Math.abs(kept.innerStride())
          || !kept.dense() && byRow(kept, reduced);
    }

    long at(long result, long element) {
      return address + (kept.offset(result) + element * reduced.innerStride()) * dtype.bytes();
    }
  }

  /** Runs along the smaller stride, unless it is too short to be a run. */
  private static boolean byRow(Feed kept, Feed reduced) {
    boolean shortRows = reduced.innerSize() < SHORT_RUN;
    boolean shortColumns = kept.innerSize() < SHORT_RUN;
    return Math.abs(reduced.innerStride()) <= Math.abs(kept.innerStride())
        ? !shortRows || shortColumns
        : !shortRows && shortColumns;
  }

  /**
   * A feed of the reduced dimensions, in the order that walks memory forwards, or of the others.
   */
  private Feed feed(View in, long address, boolean reduced) {
    Axes axes = op.axes();
    int[] chosen =
        IntStream.range(0, in.shape().rank()).filter(i -> axes.contains(i) == reduced).toArray();
    if (reduced) {
      // Any order of the elements is one; insertion keeps that of equal strides.
      for (int i = 1; i < chosen.length; i++) {
        for (int j = i; j > 0 && size(in, chosen[j]) > size(in, chosen[j - 1]); j--) {
          int far = chosen[j];
          chosen[j] = chosen[j - 1];
          chosen[j - 1] = far;
        }
      }
    }
    long[] dims = new long[chosen.length];
    long[] strides = new long[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      dims[i] = in.shape().dim(chosen[i]);
      strides[i] = in.strides()[chosen[i]];
    }
    return new Feed(in.dtype(), address, dims, strides);
  }

  private static long size(View in, int axis) {
    return Math.abs(in.strides()[axis]);
  }

  /** Each result by itself; several in one item when they are short. */
  private static void rows(Source from, Folding folding, @Nullable RowFold fold, Results to) {
    long results = from.results;
    long count = from.count;
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
          int n = (int) (Math.min(count, start + PART) - start);
          Results.Block block = to.block(some);
          if (fold != null && n >= fold.least()) {
            rows(from, fold, first, some, start, n, block);
          } else if (fold != null && parts == 1 && n < fold.lanes()) {
            shortRows(from, fold, first, some, block);
          } else {
            for (int i = 0; i < some; i++) {
              long shift = from.kept.offset(first + i);
              folding.row(from.reduced, shift, start, start + n, block, i);
            }
          }
          partial.add(part, first, some, block);
        });
    partial.finish();
  }

  private static void rows(
      Source from, RowFold fold, long first, int some, long start, int n, Results.Block block) {
    long inner = from.kept.innerSize();
    long step = from.kept.innerStride() * from.dtype.bytes();
    for (int done = 0; done < some; ) {
      long at = first + done;
      int count = (int) Math.min(some - done, inner - at % inner);
      fold.rows(from.at(at, start), step, count, n, block.reals, done);
      done += count;
    }
  }

  private static void shortRows(
      Source from, RowFold fold, long first, int some, Results.Block block) {
    RowFeed feed =
        new RowFeed(
            from.dtype,
            from.address,
            from.kept,
            from.results,
            from.reduced.innerStride(),
            (int) from.count);
    int together = feed.together();
    for (int done = 0; done < some; done += together) {
      int count = Math.min(together, some - done);
      fold.shortRows(feed, first + done, count, block.reals, done);
    }
  }

  /** A block of neighbouring results at a time. */
  private static void columns(Source from, Folding folding, @Nullable RowFold fold, Results to) {
    long results = from.results;
    long count = from.count;
    int wide = (int) Math.min(results, Results.MOST);
    long deep = Math.max(1, PART / wide);
    int parts = (int) Math.max(1, Math.ceilDiv(count, deep));
    int across = Math.toIntExact(Math.ceilDiv(results, wide));
    long step = from.reduced.innerStride();
    // Narrow rows that follow each other are taken several at a time.
    int groups = fold != null && step == results ? (int) (8L * fold.lanes() / results) : 0;
    Results.Parts partial = to.parts(results, parts);
    Workers.run(
        Math.multiplyExact(across, parts),
        results * count / 8,
        item -> {
          int part = item % parts;
          long first = (long) (item / parts) * wide;
          int some = (int) Math.min(wide, results - first);
          long start = part * deep;
          int n = (int) (Math.min(count, start + deep) - start);
          Results.Block block = to.block(some);
          if (fold != null && groups > 1 && n >= 2 * groups) {
            int done = n / groups * groups;
            narrow(from, fold, folding, groups, start, done, block);
            if (done < n) {
              Results.Block rest = to.block(some);
              folding.columns(from.kept, from.reduced, 0, some, start + done, start + n, rest);
              folding.join(block, rest, some);
            }
          } else if (fold != null && some >= fold.lanes()) {
            long rowStep = step * from.dtype.bytes();
            fold.columns(from.at(first, start), rowStep, n, some, block.reals, 0);
          } else {
            folding.columns(from.kept, from.reduced, first, some, start, start + n, block);
          }
          partial.add(part, first, some, block);
        });
    partial.finish();
  }

  /** Folds the columns of wider rows, each of so many rows, and then those of a wider row. */
  private static void narrow(
      Source from, RowFold fold, Folding folding, int groups, long start, int n, Results.Block to) {
    int width = (int) from.results;
    double[] wide = new double[groups * width];
    long rowStep = (long) wide.length * from.dtype.bytes();
    fold.columns(from.at(0, start), rowStep, n / groups, wide.length, wide, 0);
    folding.join(wide, width, to);
  }
}
