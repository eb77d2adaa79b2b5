package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.Bf16Product;
import lazuli.array.cpu.code.MachineCode;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Batched matrix products of any strides.
 *
 * @param vector whether one operand is a vector, so that nothing is packed
 * @param dtype the result's type
 * @param work the work of one launch
 * @param casts the half types' conversion
 */
record MatMulKernel(boolean vector, DType dtype, Work work, List<Dispatch.Cast> casts)
    implements Kernel {
  /** Products below this many operations share the threads by batch, larger ones by tiles. */
  private static final double SMALL_FLOPS = 8e6;

  private static final double FLOPS_PER_NANO = 60;

  /** The kernel for a result. */
  static MatMulKernel of(Shape result, DType dtype, Work work, List<Dispatch.Cast> casts) {
    boolean vector = isVector(result.dim(-2), result.dim(-1), dtype);
    // A bf16 result has bf16 operands: machine code multiplies them as they are.
    boolean converts = vector || dtype != DType.BF16 || MachineCode.bf16() == null;
    return new MatMulKernel(vector, dtype, work, converts ? casts : List.of());
  }

  private static boolean isVector(long m, long n, DType dtype) {
    return dtype != DType.F64 && (m == 1 || n == 1);
  }

  @Override
  public String name() {
    return vector ? "gemv" : "gemm";
  }

  @Override
  public String details() {
    String vectors = Species.BITS + "-bit vectors";
    if (vector) {
      return "operand read in place, " + vectors;
    }
    Bf16Code code = MachineCode.bf16();
    if (dtype == DType.BF16 && code != null && casts.isEmpty()) {
      return "panels of "
          + Bf16Product.COLUMNS
          + " columns, bf16 products by "
          + code.name()
          + ", f32 sums, result rounded once to bf16";
    }
    int lanes = dtype == DType.F64 ? Species.LANES64 : Species.LANES;
    return "tiles " + GemmLanes.ROWS + "x" + Gemm.PANEL_VECTORS * lanes + ", " + vectors;
  }

  @Override
  public void launch(List<View> inputs, View output) {
    multiply(inputs.get(0), inputs.get(1), output);
  }

  /** Fills c, dense [..., m, n], with a [..., m, k] times b [..., k, n]. */
  static void multiply(View a, View b, View c) {
    Shape shape = c.shape();
    int rank = shape.rank();
    int m = Math.toIntExact(shape.dim(-2));
    int n = Math.toIntExact(shape.dim(-1));
    int k = Math.toIntExact(a.shape().dim(-1));
    int batch = 1;
    for (int i = 0; i < rank - 2; i++) {
      batch = Math.multiplyExact(batch, Math.toIntExact(shape.dim(i)));
    }
    if (shape.size() == 0) {
      return;
    }
    long to = Memory.address(c);
    if (k == 0) {
      Memory.ALL.asSlice(to, shape.size() * c.dtype().bytes()).fill((byte) 0);
      return;
    }
    Matrix first = matrix(a);
    Matrix second = matrix(b);
    boolean bf16 = a.dtype() == DType.BF16 && b.dtype() == DType.BF16;
    Product product = product(m, n, k, c.dtype(), bf16 ? MachineCode.bf16() : null);
    long bytes = (long) m * n * c.dtype().bytes();
    boolean small = batch > 1 && 2.0 * m * n * k < SMALL_FLOPS;
    Workers.run(
        batch,
        small ? (long) (2.0 * m * n * k / FLOPS_PER_NANO * batch) : 0,
        i ->
            product.run(
                first.plus(offset(shape, a, i)), second.plus(offset(shape, b, i)), to + i * bytes));
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
  }

  /** One product of a batch. */
  @FunctionalInterface
  private interface Product {
    void run(Matrix a, Matrix b, long c);
  }

  private static Product product(int m, int n, int k, DType dtype, @Nullable Bf16Code code) {
    if (!isVector(m, n, dtype)) {
      if (code != null && dtype == DType.BF16) {
        return new Bf16Gemm(code.product(), m, n, k)::run;
      }
      return new Gemm(m, n, k, dtype)::run;
    }
    if (m > 1) {
      // The transposed product: its result lies in memory in the same way.
      Gemv rows = new Gemv(m, k, dtype);
      return (a, b, c) -> rows.run(b.transposed(), a.transposed(), c);
    }
    return new Gemv(n, k, dtype)::run;
  }

  private static Matrix matrix(View view) {
    int rank = view.shape().rank();
    return new Matrix(
        view.dtype(), Memory.address(view), view.strides()[rank - 2], view.strides()[rank - 1]);
  }

  /** Where the matrix with this number begins, in elements. */
  private static long offset(Shape shape, View view, int number) {
    long offset = 0;
    for (int i = shape.rank() - 3; i >= 0; i--) {
      long dim = shape.dim(i);
      offset += number % dim * view.strides()[i];
      number = (int) (number / dim);
    }
    return offset;
  }
}
