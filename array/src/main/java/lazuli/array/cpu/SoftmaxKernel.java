package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;

/**
 * Softmax along the last dimension: blocks of rows are read once, stay in the cache in f32 (f64
 * stays f64), and are rounded once when they are written.
 *
 * @param work the work of one launch
 * @param casts the half types' conversion
 */
record SoftmaxKernel(Work work, List<Dispatch.Cast> casts) implements Kernel {
  @Override
  public String name() {
    return "rows";
  }

  @Override
  public String details() {
    return "one pass, f32 inside, f64 for f64";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    if (output.shape().size() == 0) {
      return;
    }
    View in = inputs.getFirst();
    RowFeed feed = new RowFeed(in, in.shape().rank() - 1);
    int n = feed.length();
    long to = Memory.address(output);
    DType dtype = in.dtype();
    feed.each(
        0.5,
        (first, rows) -> {
          long address = to + first * n * dtype.bytes();
          if (dtype == DType.F64) {
            double[] block = Scratch.current().doubles(Slot.ROW, SoftmaxF64.length(rows, n));
            feed.read(first, rows, block);
            SoftmaxF64.rows(block, rows, n);
            Rows.write(dtype, block, 0, address, rows * n);
          } else {
            float[] block = Scratch.current().floats(Slot.ROW, SoftmaxF32.length(rows, n));
            feed.read(first, rows, block);
            SoftmaxF32.rows(block, rows, n);
            Rows.write(dtype, block, 0, address, rows * n);
          }
        });
    Reference.reachabilityFence(inputs);
  }
}
