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
  void aGpuThatIsTooOldIsNamedWithWhatIsNeeded() {
    var answer =
        CudaProvider.answer(
            new Found.Gpus(13010, List.of(new GpuInfo("Tesla T4", 7, 5, 15L << 30))), "untested");
    assertEquals(
        new Unavailable(
            "found Tesla T4 (sm_75, 15.0 GiB); kernels need compute capability 8.0",
            "use a GPU of the Ampere generation or later, or go on with the CPU"),
        answer);
  }

  @Test
  void aDriverThatIsTooOldIsNamedWithWhatIsNeeded() {
    var answer =
        CudaProvider.answer(
            new Found.Gpus(11080, List.of(new GpuInfo("NVIDIA A100", 8, 0, 40L << 30))),
            "untested");
    assertEquals(
        new Unavailable(
            "the driver is for CUDA 11.8, older than 12.0",
            "install a driver of version 525 or later"),
        answer);
  }

  @Test
  void whatWasNotFoundIsPassedOn() {
    assertEquals(
        new Unavailable("no driver", "install one"),
        CudaProvider.answer(new Found.Nothing("no driver", "install one"), ""));
  }

  /** No card has run the kernels: a card is named, and used only when the user says so. */
  @Test
  void aGoodGpuIsNotUsedUntilTheUserAsksForUntestedKernels() {
    for (String consent : new String[] {"", "true", "yes"}) {
      var answer =
          CudaProvider.answer(
              new Found.Gpus(13010, List.of(new GpuInfo("NVIDIA H100", 9, 0, 80L << 30))), consent);
      assertEquals(
          new Unavailable(
              "found NVIDIA H100 (sm_90, 80.0 GiB), which is not used: Lazuli's GPU kernels have run"
                  + " on the simulated GPU only, never on a card",
              "go on with the CPU, or try them with -Dlazuli.cuda=untested among the JVM's options"
                  + " and compare results with on(\"cpu\", ...)"),
          answer);
    }
  }
}
