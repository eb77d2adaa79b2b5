package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.List;
import lazuli.array.backend.Elements;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Binary;
import lazuli.array.op.Scatter;
import lazuli.array.op.Update;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;

/**
 * Copies the base and puts values in the order of the indices, so that no number of threads changes
 * the result: threads share the elements of a row, never the rows.
 *
 * @param op the operation
 * @param work the work of one launch
 */
record ScatterKernel(Scatter op, Work work) implements Kernel {
  /** Elements of a row that one thread handles. */
  private static final int STRIP = 1024;

  @Override
  public String name() {
    return "scatter";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    View values = inputs.get(1);
    List<View> indices = inputs.subList(2, inputs.size());
    long[] to = GatherKernel.offsets(op.label(), op.axes(), output, indices);
    new CopyKernel(work).launch(inputs.subList(0, 1), output);
    long size = values.shape().size();
    if (size > 0) {
      int run = Math.toIntExact(size / to.length);
      boolean rows = op.axes().getLast() == op.axes().size() - 1;
      if (rows && (op.update() == Update.SET || Bank.direct(output.dtype()))) {
        rows(values, output, to, run);
      } else {
        elements(values, output, to, run);
      }
    }
    Reference.reachabilityFence(inputs);
  }

  /** The indexed dimensions are the first ones: every index names a dense row. */
  private void rows(View values, View output, long[] to, int run) {
    DType dtype = output.dtype();
    int bytes = dtype.bytes();
    long address = Memory.address(output);
    Feed feed = new Feed(values);
    Feed.Mover mover = Movers.same(bytes);
    Loop join = join(dtype);
    Workers.run(
        Math.ceilDiv(run, STRIP),
        (long) run * to.length / 4,
        item -> {
          int start = item * STRIP;
          int n = Math.min(STRIP, run - start);
          long row = Scratch.current().bytes(Scratch.Slot.ROW, (long) STRIP * bytes);
          for (int j = 0; j < to.length; j++) {
            long at = address + (to[j] + start) * bytes;
            if (join == null) {
              feed.read(mover, (long) j * run + start, n, at, bytes);
            } else {
              feed.read(mover, (long) j * run + start, n, row, bytes);
              join.run(at, at, row, row, n);
            }
          }
        });
  }

  private @org.jspecify.annotations.Nullable Loop join(DType dtype) {
    Bank bank = Bank.of(dtype);
    if (bank == null) {
      return null;
    }
    return switch (op.update()) {
      case SET -> null;
      case ADD -> Loops.binary(Binary.ADD, bank);
      case MUL -> Loops.binary(Binary.MUL, bank);
      case MAX -> Loops.binary(Binary.MAXIMUM, bank);
      case MIN -> Loops.binary(Binary.MINIMUM, bank);
    };
  }

  /** Any dimensions and any type: results stay wide until all values are there. */
  private void elements(View values, View output, long[] to, int run) {
    DType dtype = output.dtype();
    long base = Memory.address(output) / dtype.bytes();
    Feed rest = GatherKernel.rest(op.axes(), output);
    long[] inner = new long[run];
    for (int i = 0; i < run; i++) {
      inner[i] = rest.offset(i);
    }
    long[] from = Elements.positions(values);
    int all = Math.toIntExact(output.shape().size());
    boolean real = dtype.isFloat();
    double[] reals = new double[real ? all : 0];
    long[] integers = new long[real ? 0 : all];
    for (int i = 0; i < all; i++) {
      if (real) {
        reals[i] = Elements.get(Memory.ALL, dtype, base + i);
      } else {
        integers[i] = Elements.getLong(Memory.ALL, dtype, base + i);
      }
    }
    var memory = values.buffer().segment();
    Update update = op.update();
    for (int j = 0; j < to.length; j++) {
      for (int i = 0; i < run; i++) {
        int at = (int) (to[j] + inner[i]);
        long source = from[j * run + i];
        if (real) {
          double value = Elements.get(memory, dtype, source);
          reals[at] = update.reals().applyAsDouble(reals[at], value);
        } else {
          long value = Elements.getLong(memory, dtype, source);
          integers[at] = update.integers().applyAsLong(integers[at], value);
        }
      }
    }
    for (int i = 0; i < all; i++) {
      if (real) {
        Elements.set(Memory.ALL, dtype, base + i, reals[i]);
      } else {
        Elements.setLong(Memory.ALL, dtype, base + i, integers[i]);
      }
    }
  }
}
