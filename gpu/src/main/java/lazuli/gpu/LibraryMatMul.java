package lazuli.gpu;

import java.util.List;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.profile.Work;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.GpuPool;
import lazuli.gpu.lib.CublasLt;
import lazuli.gpu.lib.CublasLt.LibraryException;
import lazuli.gpu.lib.CublasLt.Operand;
import lazuli.gpu.lib.CublasLt.Product;
import org.jspecify.annotations.Nullable;

/**
 * The matrix product of cuBLASLt. Row-major matrices are its column-major ones transposed: it
 * computes the transposed result as B' A'. Where operands lie in a way that it has no name for, or
 * it has no algorithm, the own kernel runs.
 *
 * @param gpu the device
 * @param library cuBLASLt
 * @param own the kernel without a library
 */
record LibraryMatMul(Gpu gpu, CublasLt library, Kernel own) implements Kernel {
  @Override
  public String name() {
    return "cublaslt";
  }

  @Override
  public String details() {
    return library.name()
        + ", sums in f32 for half types, no TF32; "
        + own.name()
        + " where strides do not fit it";
  }

  @Override
  public Work work() {
    return own.work();
  }

  /** {@return whether the library has the type} */
  static boolean has(DType type) {
    return type.isFloat() && type.bytes() > 1;
  }

  @Override
  public void launch(List<View> inputs, View output) {
    Product product = product(inputs.get(0), inputs.get(1), output);
    if (product == null || output.shape().size() == 0 || inputs.get(0).shape().size() == 0) {
      own.launch(inputs, output);
      return;
    }
    long bytes;
    try {
      bytes = library.workspace(product);
    } catch (LibraryException none) {
      own.launch(inputs, output);
      return;
    }
    Buffer workspace = gpu.pool().allocate(Math.max(1, bytes));
    try {
      gpu.library(
          "matmul",
          stream ->
              library.multiply(
                  product,
                  GpuPool.address(inputs.get(1)),
                  GpuPool.address(inputs.get(0)),
                  GpuPool.address(output),
                  workspace.segment().address(),
                  stream));
    } catch (LibraryException e) {
      throw new ArrayException(
          "matmul on " + gpu.device() + " by " + library.name() + ": " + e.getMessage(),
          "a product that the library carries out",
          "take the library's folder out of LAZULI_CUDA_LIBS: Lazuli's own kernels multiply then");
    } finally {
      gpu.pool().release(workspace);
    }
  }

  /** {@return the product as the library names it; null when strides or dimensions do not fit} */
  static @Nullable Product product(View a, View b, View output) {
    int rank = output.shape().rank();
    long batches = 1;
    long[] batch = new long[3];
    View[] views = {b, a, output};
    for (int d = 0; d < rank - 2; d++) {
      long size = output.shape().dim(d);
      for (int i = 0; i < 3 && size > 1; i++) {
        // Several dimensions are one when each continues the next.
        if (batches > 1 && batch[i] != size * views[i].strides()[d]) {
          return null;
        }
        batch[i] = views[i].strides()[d];
      }
      batches *= size;
    }
    Operand first = operand(b, batch[0]);
    Operand second = operand(a, batch[1]);
    Operand result = operand(output, batch[2]);
    if (first == null || second == null || result == null || result.turned()) {
      return null;
    }
    return batches > Integer.MAX_VALUE
        ? null
        : new Product(output.dtype(), first, second, result, (int) batches);
  }

  /** {@return the last two dimensions; null when neither lies in order} */
  private static @Nullable Operand operand(View x, long batch) {
    int rank = x.shape().rank();
    long rows = x.shape().dim(rank - 2);
    long columns = x.shape().dim(rank - 1);
    long rowStep = rows == 1 ? columns : x.strides()[rank - 2];
    long columnStep = columns == 1 ? 1 : x.strides()[rank - 1];
    if (columnStep == 1 && rowStep >= columns) {
      return new Operand(columns, rows, rowStep, false, batch);
    }
    if (rowStep == 1 && columnStep >= rows) {
      return new Operand(rows, columns, columnStep, true, batch);
    }
    return null;
  }
}
