package lazuli.gpu;

import java.util.stream.Collectors;
import lazuli.array.backend.BackendProvider;
import lazuli.gpu.driver.DriverProbe;
import lazuli.gpu.driver.DriverProbe.Found;
import lazuli.gpu.driver.GpuInfo;

/** Finds NVIDIA GPUs for {@code %device}. Computing on them is not part of this version. */
public final class CudaProvider implements BackendProvider {
  @Override
  public String kind() {
    return "cuda";
  }

  @Override
  public Availability probe() {
    return answer(DriverProbe.probe());
  }

  static Availability answer(Found found) {
    return switch (found) {
      case Found.Nothing(String reason, String fix) -> new Availability.Unavailable(reason, fix);
      case Found.Gpus gpus ->
          new Availability.Unavailable(
              "found "
                  + gpus.gpus().stream().map(GpuInfo::toString).collect(Collectors.joining(", "))
                  + " with a driver for CUDA "
                  + gpus.driverVersion() / 1000
                  + "."
                  + gpus.driverVersion() % 1000 / 10
                  + ", but this version of Lazuli computes on the CPU only",
              "nothing to install: GPU kernels come with a later version");
    };
  }
}
