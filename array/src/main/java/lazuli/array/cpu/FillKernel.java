package lazuli.array.cpu;

import java.util.List;
import lazuli.array.backend.Elements;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Fill;
import lazuli.array.op.Parameter;
import lazuli.array.profile.Work;

/**
 * Writes one value everywhere.
 *
 * @param fill the value
 * @param work the work of one launch
 */
record FillKernel(Fill fill, Work work) implements Kernel {
  private static final long CHUNK = 1 << 16;

  @Override
  public String name() {
    return "fill";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    launch(inputs, output, new Number[0]);
  }

  @Override
  public boolean takesParameters() {
    return true;
  }

  @Override
  public void launch(List<View> inputs, View output, Number[] parameters) {
    Number value = Parameter.in(fill.value(), parameters);
    long size = output.shape().size();
    if (size == 0) {
      return;
    }
    long to = Memory.address(output);
    int bytes = output.dtype().bytes();
    if (output.dtype().isFloat()) {
      Elements.set(Memory.ALL, output.dtype(), to / bytes, value.doubleValue());
    } else {
      Elements.setLong(Memory.ALL, output.dtype(), to / bytes, value.longValue());
    }
    Feed.Mover mover = Movers.same(bytes);
    // The first element is already there, and is the source of all others.
    Workers.run(
        Math.toIntExact(Math.ceilDiv(size - 1, CHUNK)),
        size * bytes / 16,
        item -> {
          long start = 1 + item * CHUNK;
          int n = (int) Math.min(CHUNK, size - start);
          mover.move(to, 0, to + start * bytes, n);
        });
  }
}
