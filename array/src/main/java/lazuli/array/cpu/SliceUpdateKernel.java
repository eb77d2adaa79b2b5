package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.op.Slice;
import lazuli.array.op.SliceUpdate;
import lazuli.array.profile.Work;

/**
 * Copies the first operand, unless the result has taken over its memory, and writes the second over
 * a part of it.
 *
 * @param op the operation
 * @param work the work of one launch
 */
record SliceUpdateKernel(SliceUpdate op, Work work) implements Kernel {
  @Override
  public String name() {
    return "copy";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    View in = inputs.getFirst();
    if (in.buffer() != output.buffer()) {
      new CopyKernel(work).launch(List.of(in), output);
    }
    View update = inputs.get(1);
    if (update.shape().size() == 0) {
      return;
    }
    int bytes = output.dtype().bytes();
    int rank = output.shape().rank();
    long[] strides = output.strides();
    long[] steps = new long[rank];
    long start = output.offset();
    for (int i = 0; i < rank; i++) {
      Slice.Range range = op.part().ranges().get(i);
      start += strides[i] * range.start();
      steps[i] = strides[i] * range.step();
    }
    Feed feed = new Feed(update);
    Feed.Mover mover = Movers.same(bytes);
    long to = Memory.address(output) + (start - output.offset()) * bytes;
    int inner = rank == 0 ? 1 : Math.toIntExact(update.shape().dim(-1));
    long step = rank == 0 ? 1 : steps[rank - 1];
    long rows = update.shape().size() / inner;
    Workers.run(
        Math.toIntExact(rows),
        update.shape().size() * bytes / 8,
        row -> {
          long at = 0;
          long left = row;
          for (int i = rank - 2; i >= 0; i--) {
            long dim = update.shape().dim(i);
            at += left % dim * steps[i];
            left /= dim;
          }
          long target = to + at * bytes;
          if (step == 1) {
            feed.read(mover, (long) row * inner, inner, target, bytes);
          } else {
            long memory = Scratch.current().bytes(Slot.ROW, (long) inner * bytes);
            feed.read(mover, (long) row * inner, inner, memory, bytes);
            spread(memory, target, step * bytes, inner, bytes);
          }
        });
    Reference.reachabilityFence(inputs);
  }

  private static void spread(long from, long to, long step, int n, int bytes) {
    for (int i = 0; i < n; i++) {
      Memory.copy(from + (long) i * bytes, to + i * step, bytes);
    }
  }
}
