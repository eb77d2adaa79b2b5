package lazuli.gpu.kernels;

import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.GpuPool;

/**
 * The matrix product: tensor cores for half types ({@link MatMulHalf}), multiply-adds for f32 and
 * f64 ({@link MatMulPlain}), never TF32.
 *
 * @param gpu the device
 * @param type of the operands and the result
 * @param work for reports
 */
public record MatMulKernel(Gpu gpu, DType type, Work work) implements Kernel {
  @Override
  public String name() {
    return type.isHalf() ? "mma" : "gemm";
  }

  @Override
  public String details() {
    return type.isHalf()
        ? "mma.sync m16n8k16, "
            + MatMulHalf.ROWS
            + "x"
            + MatMulHalf.COLUMNS
            + "x"
            + MatMulHalf.DEPTH
            + " tiles, sums in f32, result rounded once to "
            + type
        : MatMulPlain.TILE + "x" + MatMulPlain.TILE + " tiles, multiply-adds in " + type;
  }

  @Override
  public List<Dispatch.Cast> casts() {
    return List.of();
  }

  /** {@return the dimensions before the last two} */
  private static Walk batch(View a, View b, View to) {
    int rank = to.shape().rank() - 2;
    long[] dims = new long[rank];
    long[][] steps = new long[3][rank];
    for (int d = 0; d < rank; d++) {
      dims[d] = to.shape().dim(d);
      steps[0][d] = a.strides()[d];
      steps[1][d] = b.strides()[d];
      steps[2][d] = to.strides()[d];
    }
    return Walk.of(Shape.of(dims), List.of(steps));
  }

  @Override
  public void launch(List<View> inputs, View output) {
    View a = inputs.get(0);
    View b = inputs.get(1);
    int rank = output.shape().rank();
    int m = (int) output.shape().dim(-2);
    int n = (int) output.shape().dim(-1);
    int k = (int) a.shape().dim(-1);
    if (output.shape().size() == 0) {
      return;
    }
    Walk batch = batch(a, b, output);
    int batches = 1;
    for (int size : batch.dims()) {
      batches *= size;
    }
    long[] steps = {
      a.strides()[rank - 2], a.strides()[rank - 1], b.strides()[rank - 2], b.strides()[rank - 1]
    };
    int rows = type.isHalf() ? MatMulHalf.ROWS : MatMulPlain.TILE;
    int columns = type.isHalf() ? MatMulHalf.COLUMNS : MatMulPlain.TILE;
    long function;
    if (type.isHalf()) {
      MatMulHalf.Load loadA = load(a, steps[0], steps[1], k, batch.strides()[0]);
      boolean turned = steps[2] == 1 && steps[3] != 1;
      MatMulHalf.Load loadB =
          turned
              ? load(b, steps[3], steps[2], k, batch.strides()[1])
              : load(b, steps[2], steps[3], n, batch.strides()[1]);
      MatMulHalf.Form form =
          new MatMulHalf.Form(
              type,
              loadA,
              loadB,
              turned && loadB == MatMulHalf.Load.VECTORS,
              n % 2 == 0,
              batch.rank());
      function = gpu.function("mma " + form, () -> MatMulHalf.code(form));
    } else {
      function =
          gpu.function("gemm " + type + batch.rank(), () -> MatMulPlain.code(type, batch.rank()));
    }
    int threads = type.isHalf() ? MatMulHalf.THREADS : MatMulPlain.THREADS;
    int most = 32768;
    for (int first = 0; first < batches; first += most) {
      Driver.Grid grid =
          new Driver.Grid(
              (n + columns - 1) / columns,
              (m + rows - 1) / rows,
              Math.min(most, batches - first),
              threads,
              0);
      gpu.launch(
          "matmul",
          function,
          grid,
          Gpu.arguments(
              GpuPool.address(a),
              GpuPool.address(b),
              GpuPool.address(output),
              m,
              n,
              k,
              first,
              steps,
              batch.dims(),
              batch.strides()[0],
              batch.strides()[1],
              batch.strides()[2]));
    }
  }

  /** {@return how a tile is loaded: 16 bytes at a time only where everything is aligned} */
  private MatMulHalf.Load load(View view, long rowStep, long step, int length, long[] batch) {
    boolean fits = step == 1 && rowStep % 8 == 0 && length % 8 == 0;
    fits &= GpuPool.address(view) % 16 == 0;
    for (long b : batch) {
      fits &= b % 8 == 0;
    }
    return fits ? MatMulHalf.Load.VECTORS : MatMulHalf.Load.ELEMENTS;
  }
}
