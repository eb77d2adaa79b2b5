package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.profile.Work;

/**
 * Gathers a strided view into row-major memory.
 *
 * @param work the work of one launch
 */
record CopyKernel(Work work) implements Kernel {
  private static final int CHUNK = 16_384;

  @Override
  public String name() {
    return "copy";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    long size = output.shape().size();
    if (size == 0) {
      return;
    }
    Feed feed = new Feed(inputs.getFirst());
    int bytes = output.dtype().bytes();
    Feed.Mover mover = Movers.same(bytes);
    long to = Memory.address(output);
    if (feed.adjacent() >= 0 && size >= CHUNK) {
      Transpose.run(feed, bytes, to);
      Reference.reachabilityFence(inputs);
      return;
    }
    Workers.run(
        Math.toIntExact(Math.ceilDiv(size, CHUNK)),
        size * bytes / 8,
        item -> {
          long start = (long) item * CHUNK;
          int n = (int) Math.min(CHUNK, size - start);
          feed.read(mover, start, n, to + start * bytes, bytes);
        });
    Reference.reachabilityFence(inputs);
  }
}
