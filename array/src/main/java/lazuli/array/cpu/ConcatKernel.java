package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.profile.Work;

/**
 * Copies operands one after the other along a dimension.
 *
 * @param axis the dimension
 * @param work the work of one launch
 */
record ConcatKernel(int axis, Work work) implements Kernel {
  private static final int CHUNK = 16_384;

  @Override
  public String name() {
    return "concatenate";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    long to = Memory.address(output);
    int bytes = output.dtype().bytes();
    Feed.Mover mover = Movers.same(bytes);
    long inner = 1;
    for (int i = axis + 1; i < output.shape().rank(); i++) {
      inner *= output.shape().dim(i);
    }
    long row = inner * output.shape().dim(axis);
    long start = 0;
    for (View in : inputs) {
      long run = inner * in.shape().dim(axis);
      long size = in.shape().size();
      if (size > 0) {
        Feed feed = new Feed(in);
        long at = to + start * bytes;
        // A run of one operand is dense in the result; long runs are cut for the threads.
        long pieces = Math.ceilDiv(run, CHUNK);
        long together = Math.max(1, CHUNK / run);
        long runs = size / run;
        Workers.run(
            Math.toIntExact(Math.ceilDiv(runs, together) * pieces),
            size * bytes / 8,
            item -> {
              long piece = item % pieces * CHUNK;
              int n = (int) Math.min(CHUNK, run - piece);
              long first = item / pieces * together;
              long end = Math.min(runs, first + together);
              for (long r = first; r < end; r++) {
                feed.read(mover, r * run + piece, n, at + (r * row + piece) * bytes, bytes);
              }
            });
      }
      start += run;
    }
    Reference.reachabilityFence(inputs);
  }
}
