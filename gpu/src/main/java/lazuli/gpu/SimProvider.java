package lazuli.gpu;

import lazuli.array.backend.BackendProvider;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.sim.SimDriver;
import org.jspecify.annotations.Nullable;

/**
 * The simulated GPU: the kernels of the GPU, executed on the processor instruction by instruction.
 * Correct and slow; its times say nothing about any card.
 */
public final class SimProvider implements BackendProvider {
  private static final long MEMORY = 4L << 30;
  private static final String TITLE = "simulated GPU";

  private @Nullable GpuBackend backend;

  @Override
  public String kind() {
    return "sim";
  }

  @Override
  public synchronized Availability probe() {
    if (backend == null) {
      long memory = Math.min(MEMORY, Runtime.getRuntime().maxMemory());
      // Nobody who does not ask for it pays for it: the driver is made at the first use.
      Gpu gpu = new Gpu(() -> new SimDriver(1, memory), kind(), 0, TITLE, memory);
      backend = new GpuBackend(gpu, new Processor());
    }
    return new Availability.Available(backend);
  }
}
