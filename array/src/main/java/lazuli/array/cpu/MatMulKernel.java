package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.Bf16Product;
import lazuli.array.cpu.code.MachineCode;
import lazuli.array.op.FusedMatMul;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Batched matrix products of any strides.
 *
 * @param way how it is computed
 * @param dtype the result's type
 * @param work the work of one launch
 * @param casts the half types' conversion
 * @param after what follows the product, or null
 * @param program the same for registers, or null
 */
record MatMulKernel(
    Way way,
    DType dtype,
    Work work,
    List<Dispatch.Cast> casts,
    @Nullable FusedMatMul after,
    @Nullable Registers program)
    implements Kernel {
  /** Products below this many operations share the threads by batch, larger ones by tiles. */
  private static final double SMALL_FLOPS = 8e6;

  private static final double FLOPS_PER_NANO = 60;

  /** How a product is computed: by its shape and type alone. */
  private enum Way {
    /** One operand is a vector: the other is read once. */
    VECTOR,
    /** Operands are read where they lie. */
    DIRECT,
    /** Machine code on packed bf16. */
    CODE,
    /** Tiles of packed operands. */
    PACKED;

    static Way of(long m, long n, long k, DType dtype, boolean fused) {
      // A bf16 result has bf16 operands: machine code multiplies them as they are.
      boolean coded = dtype == DType.BF16 && !fused && MachineCode.bf16() != null;
      if (dtype != DType.F64 && (m == 1 || n == 1)) {
        return VECTOR;
      }
      return DirectGemm.fits(m, n, k, coded) ? DIRECT : coded ? CODE : PACKED;
    }
  }

  /** The kernel for a result of some depth. */
  static MatMulKernel of(
      Shape result, long depth, DType dtype, Work work, List<Dispatch.Cast> casts) {
    Way way = Way.of(result.dim(-2), result.dim(-1), depth, dtype, false);
    return new MatMulKernel(way, dtype, work, way == Way.CODE ? List.of() : casts, null, null);
  }

  /** The kernel for a product and what follows it. */
  static MatMulKernel of(
      Shape product,
      long depth,
      FusedMatMul after,
      int inputs,
      DType dtype,
      Work work,
      List<Dispatch.Cast> casts) {
    return new MatMulKernel(
        Way.of(product.dim(-2), product.dim(-1), depth, dtype, true),
        dtype,
        work,
        casts,
        after,
        Registers.of(after.program(), inputs - 1));
  }

  /** Whether the program of a product fits registers and its result takes the product's place. */
  static boolean fits(FusedMatMul op, DType product) {
    // Machine code writes whole tiles of bf16 by itself.
    boolean whole = product == DType.BF16 && MachineCode.bf16() != null;
    return !whole && op.program().dtype() == product && Registers.holds(op.program());
  }

  @Override
  public String name() {
    return way == Way.VECTOR ? "gemv" : "gemm";
  }

  @Override
  public String details() {
    String vectors = Species.BITS + "-bit vectors";
    if (way == Way.VECTOR) {
      return "operand read in place, " + vectors;
    }
    Bf16Code code = MachineCode.bf16();
    if (way == Way.CODE && code != null) {
      return "panels of "
          + Bf16Product.COLUMNS
          + " columns, bf16 products by "
          + code.name()
          + ", f32 sums, result rounded once to bf16";
    }
    int lanes = dtype == DType.F64 ? Species.LANES64 : Species.LANES;
    String packed = way == Way.DIRECT ? ", nothing packed, " : ", ";
    return "tiles " + GemmLanes.ROWS + "x" + Gemm.PANEL_VECTORS * lanes + packed + vectors;
  }

  @Override
  public boolean takesParameters() {
    return true;
  }

  @Override
  public void launch(List<View> inputs, View output) {
    launch(inputs, output, new Number[0]);
  }

  @Override
  public void launch(List<View> inputs, View output, Number[] parameters) {
    View a = inputs.get(0);
    View b = inputs.get(1);
    if (after == null || program == null) {
      multiply(a, b, output, null);
      return;
    }
    long[] dims = a.shape().dims();
    dims[dims.length - 1] = b.shape().dim(-1);
    View product = View.contiguous(output.buffer(), dtype, Shape.of(dims));
    List<View> others = inputs.subList(2, inputs.size());
    multiply(a, b, product, new Epilogue(program, after, others, output, parameters));
    Reference.reachabilityFence(inputs);
  }

  /** Fills c, dense [..., m, n], with a [..., m, k] times b [..., k, n]. */
  static void multiply(View a, View b, View c) {
    multiply(a, b, c, null);
  }

  private static void multiply(View a, View b, View c, @Nullable Epilogue epilogue) {
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
      if (epilogue != null) {
        epilogue.apply(to, 1, shape.size() * c.dtype().bytes(), Math.toIntExact(shape.size()));
      }
      return;
    }
    Matrix first = matrix(a);
    Matrix second = matrix(b);
    Product product = product(m, n, k, c.dtype(), epilogue);
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

  private static Product product(int m, int n, int k, DType dtype, @Nullable Epilogue epilogue) {
    Bf16Code code = MachineCode.bf16();
    Way way = Way.of(m, n, k, dtype, epilogue != null);
    if (way == Way.DIRECT) {
      return new DirectGemm(m, n, k, dtype, epilogue)::run;
    }
    if (way == Way.CODE && code != null) {
      return new Bf16Gemm(code.product(), m, n, k)::run;
    }
    if (way == Way.PACKED) {
      return new Gemm(m, n, k, dtype, epilogue)::run;
    }
    if (m > 1) {
      // The transposed product: its result lies in memory in the same way.
      Gemv rows = new Gemv(m, k, dtype, epilogue);
      return (a, b, c) -> rows.run(b.transposed(), a.transposed(), c);
    }
    return new Gemv(n, k, dtype, epilogue)::run;
  }

  static Matrix matrix(View view) {
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
