package lazuli.gpu;

import java.util.List;
import lazuli.array.backend.BackendProvider;
import lazuli.array.type.ArrayException;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.driver.DriverException;
import lazuli.gpu.driver.DriverProbe;
import lazuli.gpu.driver.DriverProbe.Found;
import lazuli.gpu.driver.GpuInfo;
import lazuli.gpu.exec.Gpu;
import org.jspecify.annotations.Nullable;

/**
 * The first NVIDIA GPU, or the reason why there is none that can be used. Opened at its first use,
 * so that a notebook that stays on the CPU does not wait for it.
 */
public final class CudaProvider implements BackendProvider {
  /** Kernels use cp.async and mma.sync on bf16. */
  private static final int LEAST_CAPABILITY = 80;

  private static final int LEAST_DRIVER = 12000;
  private static final double SHARE = 0.9;

  private @Nullable Availability answer;

  @Override
  public String kind() {
    return "cuda";
  }

  @Override
  public synchronized Availability probe() {
    if (answer == null) {
      answer = answer(DriverProbe.probe());
    }
    return answer;
  }

  static Availability answer(Found found) {
    return switch (found) {
      case Found.Nothing(String reason, String fix) -> new Availability.Unavailable(reason, fix);
      case Found.Gpus(int version, List<GpuInfo> gpus) -> {
        String driver = version / 1000 + "." + version % 1000 / 10;
        if (version < LEAST_DRIVER) {
          yield new Availability.Unavailable(
              "the driver is for CUDA " + driver + ", older than 12.0",
              "install a driver of version 525 or later");
        }
        for (int i = 0; i < gpus.size(); i++) {
          GpuInfo gpu = gpus.get(i);
          if (gpu.major() * 10 + gpu.minor() >= LEAST_CAPABILITY) {
            yield open(i, gpu, driver);
          }
        }
        yield new Availability.Unavailable(
            "found " + gpus.getFirst() + "; kernels need compute capability 8.0",
            "use a GPU of the Ampere generation or later, or go on with the CPU");
      }
    };
  }

  private static Availability open(int index, GpuInfo info, String version) {
    try {
      Driver driver = DriverProbe.open();
      String title = info + ", driver for CUDA " + version;
      Gpu gpu = new Gpu(driver, "cuda", index, title, (long) (SHARE * info.memory()));
      return new Availability.Available(new GpuBackend(gpu, new Processor()));
    } catch (DriverException | ArrayException e) {
      return new Availability.Unavailable(
          info + " does not start: " + e.getMessage(),
          "check the driver with nvidia-smi, or go on with the CPU");
    }
  }
}
