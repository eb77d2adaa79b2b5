package lazuli.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.ServiceLoader;
import lazuli.array.backend.BackendProvider;
import lazuli.array.backend.BackendProvider.Availability.Unavailable;
import lazuli.gpu.driver.DriverProbe.Found;
import lazuli.gpu.driver.GpuInfo;
import org.junit.jupiter.api.Test;

class CudaProviderTest {
  @Test
  void isFoundByServiceLoader() {
    assertTrue(
        ServiceLoader.load(BackendProvider.class).stream()
            .anyMatch(p -> p.type() == CudaProvider.class));
  }

  @Test
  void aGpuThatIsThereIsNamedAndTheReasonIsHonest() {
    var answer =
        CudaProvider.answer(
            new Found.Gpus(13010, List.of(new GpuInfo("NVIDIA H200", 9, 0, 150L << 30))));
    assertEquals(
        new Unavailable(
            "found NVIDIA H200 (sm_90, 150.0 GiB) with a driver for CUDA 13.1,"
                + " but this version of Lazuli computes on the CPU only",
            "nothing to install: GPU kernels come with a later version"),
        answer);
  }

  @Test
  void whatWasNotFoundIsPassedOn() {
    assertEquals(
        new Unavailable("no driver", "install one"),
        CudaProvider.answer(new Found.Nothing("no driver", "install one")));
  }
}
