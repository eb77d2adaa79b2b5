package lazuli.gpu.kernels;

import java.util.List;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.ArgSort;
import lazuli.array.op.Op;
import lazuli.array.op.Sort;
import lazuli.array.profile.Work;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.GpuPool;

/**
 * Lines in ascending order, or the places that would sort them: Batcher's bitonic network ("Sorting
 * networks and their applications", 1968) on pairs of a key and a place, which makes it stable.
 * Short lines are sorted by one block in shared memory; of longer ones each piece is, and then
 * pieces are merged in device memory.
 *
 * @param gpu the device
 * @param op {@link Sort} or {@link ArgSort}
 * @param axis along which lines run
 * @param work for reports
 */
public record SortKernel(Gpu gpu, Op op, int axis, Work work) implements Kernel {
  /** Elements that a block sorts in shared memory. */
  static final int PIECE = 1024;

  private static final int LEAST = 64;

  @Override
  public String name() {
    return "bitonic";
  }

  @Override
  public String details() {
    return "pieces of " + PIECE + ", stable by the place of each key";
  }

  private static int padded(int n) {
    return Math.max(LEAST, n < 2 ? 1 : Integer.highestOneBit(n - 1) << 1);
  }

  @Override
  public void launch(List<View> inputs, View output) {
    View in = inputs.getFirst();
    LineWalk walk = LineWalk.of(axis, in, output);
    int n = walk.length();
    if (walk.lines() == 0 || n == 0) {
      return;
    }
    int all = padded(n);
    int piece = Math.min(all, PIECE);
    boolean places = op instanceof ArgSort;
    SortCode.Form whole =
        new SortCode.Form(in.dtype(), places, piece, walk.kept().rank(), all == piece);
    if (all == piece) {
      run("sort", whole, walk.lines(), arguments(in, output, walk, 0, 0, all));
      return;
    }
    long pairs = (long) walk.lines() * all;
    Buffer scratch = gpu.pool().allocate(pairs * 12);
    try {
      long keys = scratch.segment().address();
      List<Number> arguments = arguments(in, output, walk, keys, keys + 8 * pairs, all);
      int pieces = (int) (pairs / piece);
      run("sort", whole, pieces, arguments);
      for (int k = 2 * piece; k <= all && k > 0; k *= 2) {
        for (int j = k / 2; j >= piece; j /= 2) {
          gpu.launch(
              op.label(),
              gpu.function("sort across", SortCode::across),
              new Driver.Grid((int) (pairs / 2 / SortCode.THREADS), 1, 1, SortCode.THREADS, 0),
              Gpu.arguments(keys, keys + 8 * pairs, all, k, j));
        }
        gpu.launch(
            op.label(),
            gpu.function("sort within", SortCode::within),
            new Driver.Grid(pieces, 1, 1, PIECE / 2, 0),
            Gpu.arguments(keys, keys + 8 * pairs, all, k));
      }
      SortCode.Form last = new SortCode.Form(in.dtype(), places, 0, walk.kept().rank(), true);
      int blocks = (int) (((long) walk.lines() * n + Emit.THREADS - 1) / Emit.THREADS);
      gpu.launch(
          op.label(),
          gpu.function(last, () -> SortCode.emit(last)),
          new Driver.Grid(blocks, 1, 1, Emit.THREADS, 0),
          arguments);
    } finally {
      gpu.pool().release(scratch);
    }
  }

  private void run(String name, SortCode.Form form, int blocks, List<Number> arguments) {
    gpu.launch(
        op.label(),
        gpu.function(name + form, () -> SortCode.piece(form)),
        new Driver.Grid(blocks, 1, 1, form.piece() / 2, 0),
        arguments);
  }

  private static List<Number> arguments(
      View in, View output, LineWalk walk, long keys, long places, int all) {
    List<Number> arguments =
        Gpu.arguments(
            GpuPool.address(in),
            GpuPool.address(output),
            keys,
            places,
            walk.lines(),
            walk.length(),
            all,
            walk.steps());
    arguments.addAll(
        Gpu.arguments(walk.kept().dims(), walk.kept().strides()[0], walk.kept().strides()[1]));
    return arguments;
  }

  /** {@return whether the padded lines fit the scratch memory that 32-bit numbers count} */
  public static boolean fits(long lines, long length) {
    return length <= 1 << 30 && lines * padded((int) Math.min(length, 1 << 30)) <= 1L << 31;
  }
}
