package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Indices;
import lazuli.array.op.Primitive;
import lazuli.array.op.PutAlong;
import lazuli.array.profile.Work;
import lazuli.array.type.Shape;

/**
 * Picks from lines, or puts into lines in the order of the indices.
 *
 * @param op a {@code TakeAlong} or a {@code PutAlong}
 * @param axis along which lines run
 * @param work the work of one launch
 */
record AlongKernel(Primitive op, int axis, Work work) implements Kernel {
  private static final long NANOS = 10;

  @Override
  public String name() {
    return "along lines";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    View indices = inputs.get(1);
    Shape shape = indices.shape();
    Lines x = new Lines(inputs.getFirst(), axis);
    Lines index = new Lines(indices, axis);
    check(index, x.length(), shape);
    Lines out = new Lines(output, axis);
    PutAlong put = op instanceof PutAlong p ? p : null;
    Lines values = put == null ? index : new Lines(inputs.get(2), axis);
    int longest = Math.max(x.length(), index.length());
    out.each(
        NANOS,
        line -> {
          long[] at = new long[index.length()];
          if (index.length() > 0) {
            index.read(line, at);
          }
          if (x.real()) {
            Scratch scratch = Scratch.current();
            double[] there = scratch.doubles(Scratch.Slot.ROW, longest);
            double[] other = scratch.doubles(Scratch.Slot.ROW2, longest);
            x.read(line, there);
            if (put == null) {
              for (int j = 0; j < at.length; j++) {
                other[j] = there[place(at[j], x.length())];
              }
              out.write(line, other);
            } else if (at.length > 0) {
              values.read(line, other);
              for (int j = 0; j < at.length; j++) {
                int i = place(at[j], x.length());
                there[i] = put.update().reals().applyAsDouble(there[i], other[j]);
              }
              out.write(line, there);
            } else {
              out.write(line, there);
            }
          } else {
            long[] there = new long[x.length()];
            long[] other = new long[index.length()];
            x.read(line, there);
            if (put == null) {
              for (int j = 0; j < at.length; j++) {
                other[j] = there[place(at[j], x.length())];
              }
              out.write(line, other);
            } else {
              if (at.length > 0) {
                values.read(line, other);
              }
              for (int j = 0; j < at.length; j++) {
                int i = place(at[j], x.length());
                there[i] = put.update().integers().applyAsLong(there[i], other[j]);
              }
              out.write(line, there);
            }
          }
        });
    Reference.reachabilityFence(inputs);
  }

  private static int place(long index, int size) {
    return (int) (index < 0 ? index + size : index);
  }

  /** The first bad index in row-major order is the one that is named. */
  private void check(Lines index, int size, Shape shape) {
    long worst = Long.MAX_VALUE;
    long bad = 0;
    long[] strides = shape.strides();
    long step = shape.rank() == 0 ? 1 : strides[axis];
    long[] at = new long[index.length()];
    for (long line = 0; line < index.count(); line++) {
      index.read(line, at);
      for (int j = 0; j < at.length; j++) {
        if (at[j] < -size || at[j] >= size) {
          long start = line / step * step * at.length + line % step;
          long place = start + j * step;
          if (place < worst) {
            worst = place;
            bad = at[j];
          }
        }
      }
    }
    if (worst < Long.MAX_VALUE) {
      Indices.check(op.label(), bad, size, axis, worst, shape);
    }
  }
}
