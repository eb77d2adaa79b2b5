package lazuli.array.cpu;

import java.util.List;
import lazuli.array.backend.Elements;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.op.Arange;
import lazuli.array.op.Parameter;
import lazuli.array.op.Philox;
import lazuli.array.op.Primitive;
import lazuli.array.op.Random;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;

/**
 * Writes elements that depend on their index only: ranges and random numbers, with the numbers of
 * the reference.
 *
 * @param op the range or the distribution
 * @param work the work of one launch
 */
record SequenceKernel(Primitive op, Work work) implements Kernel {
  private static final int CHUNK = 4096;
  private static final int RANDOM_NANOS = 60;

  @Override
  public String name() {
    return op instanceof Random ? "philox" : "sequence";
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
    Primitive now =
        op instanceof Random(var distribution, Number seed, var aval)
            ? new Random(distribution, Parameter.in(seed, parameters), aval)
            : op;
    long size = output.shape().size();
    if (size == 0) {
      return;
    }
    long to = Memory.address(output);
    DType dtype = output.dtype();
    Workers.run(
        Math.toIntExact(Math.ceilDiv(size, CHUNK)),
        size * (op instanceof Random ? RANDOM_NANOS : 1),
        item -> {
          long start = (long) item * CHUNK;
          int n = (int) Math.min(CHUNK, size - start);
          switch (now) {
            case Random random -> random(random, dtype, start, n, to);
            case Arange range -> range(range, dtype, start, n, to);
            default -> throw new IllegalStateException(op.label());
          }
        });
  }

  private static void random(Random random, DType dtype, long start, int n, long to) {
    double[] values = Scratch.current().doubles(Slot.ROW, n);
    Philox.fill(random, start, values, n);
    Rows.write(dtype, values, 0, to + start * dtype.bytes(), n);
  }

  private static void range(Arange range, DType dtype, long start, int n, long to) {
    if (dtype.isFloat()) {
      double[] values = Scratch.current().doubles(Slot.ROW, n);
      double first = range.start().doubleValue();
      double step = range.step().doubleValue();
      for (int i = 0; i < n; i++) {
        values[i] = first + (start + i) * step;
      }
      Rows.write(dtype, values, 0, to + start * dtype.bytes(), n);
    } else {
      long first = range.start().longValue();
      long step = range.step().longValue();
      long at = to / dtype.bytes() + start;
      for (int i = 0; i < n; i++) {
        Elements.setLong(Memory.ALL, dtype, at + i, first + (start + i) * step);
      }
    }
  }
}
