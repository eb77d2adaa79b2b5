package lazuli.gpu;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.View;
import lazuli.array.op.Fused;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.kernels.FusedKernel;
import lazuli.gpu.kernels.PeakCode;

/**
 * Measures the limits of a card: multiply-adds and tensor-core products in registers, copies in
 * memory and in the second-level cache, and what a launch costs. The best of a few runs each.
 */
final class GpuPeaks {
  private static final int RUNS = 5;
  private static final int LAUNCHES = 20;

  /**
   * How much is done in one run.
   *
   * @param loops of arithmetic
   * @param blocks on each multiprocessor
   * @param bytes of a copy in memory, more than any cache
   * @param cached bytes of a copy in the cache
   */
  record Sizes(int loops, int blocks, long bytes, long cached) {
    static final Sizes CARD = new Sizes(4096, 8, 512L << 20, 8L << 20);
  }

  private final Gpu gpu;
  private final Sizes sizes;
  private final List<Buffer> buffers = new ArrayList<>();

  GpuPeaks(Gpu gpu, Sizes sizes) {
    this.gpu = gpu;
    this.sizes = sizes;
  }

  /** {@return the limits, on memory that is given back} */
  Peaks measured() {
    try {
      double bandwidth = copies(sizes.bytes);
      double cache = copies(sizes.cached);
      return new Peaks(
          gpu.device(),
          gpu.title(),
          gpu.multiprocessors(),
          arithmetic(DType.F32),
          arithmetic(DType.F64),
          arithmetic(DType.BF16),
          bandwidth,
          cache,
          launches(),
          Instant.now());
    } finally {
      buffers.forEach(gpu.pool()::release);
      buffers.clear();
    }
  }

  private View memory(long bytes) {
    Buffer buffer = gpu.pool().allocate(bytes);
    buffers.add(buffer);
    gpu.clear(buffer.segment().address(), bytes);
    return View.contiguous(buffer, DType.F32, Shape.of(bytes / 4));
  }

  /** {@return the least nanoseconds of some runs} */
  private double best(Runnable run) {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= RUNS; i++) {
      long start = gpu.mark();
      run.run();
      long end = gpu.mark();
      double nanos = Math.max(1, gpu.nanosBetween(start, end));
      gpu.unmark(start);
      gpu.unmark(end);
      // The first one compiles.
      best = i == 0 ? best : Math.min(best, nanos);
    }
    return best;
  }

  /** {@return bytes a second, read and written} */
  private double copies(long bytes) {
    View from = memory(bytes);
    View to = memory(bytes);
    Fused copy = new Fused(to.shape(), List.of(new Fused.Load(0, DType.F32)));
    FusedKernel kernel = new FusedKernel(gpu, copy, Work.NONE);
    return 2.0 * bytes / best(() -> kernel.launch(List.of(from), to)) * 1e9;
  }

  /** {@return operations a second} */
  private double arithmetic(DType type) {
    int blocks = gpu.multiprocessors() * sizes.blocks;
    View to = memory((long) blocks * PeakCode.THREADS * 8);
    long function = gpu.function("peak " + type, () -> PeakCode.code(type));
    Driver.Grid grid = new Driver.Grid(blocks, 1, 1, PeakCode.THREADS, 0);
    List<Number> arguments = Gpu.arguments(to.buffer().segment().address(), sizes.loops);
    double flops = PeakCode.flops(type) * sizes.loops * blocks;
    return flops / best(() -> gpu.launch("peak", function, grid, arguments)) * 1e9;
  }

  /** {@return nanoseconds of one launch among several that have next to nothing to do} */
  private double launches() {
    View one = memory(64);
    return best(
            () -> {
              for (int i = 0; i < LAUNCHES; i++) {
                gpu.clear(one.buffer().segment().address(), 64);
              }
            })
        / LAUNCHES;
  }
}
