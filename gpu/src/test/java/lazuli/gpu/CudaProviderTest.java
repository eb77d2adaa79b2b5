package lazuli.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import lazuli.array.backend.BackendProvider;
import lazuli.array.backend.BackendProvider.Availability.Available;
import lazuli.array.backend.BackendProvider.Availability.Unavailable;
import lazuli.gpu.driver.DriverProbe.Found;
import lazuli.gpu.driver.FakeLibrary;
import lazuli.gpu.driver.GpuInfo;
import lazuli.gpu.sim.SimDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

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

  /** Through JCuda into a driver written in Java: all that happens before the first kernel. */
  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "needs x86-64 Linux")
  void aGpuThatIsAskedForIsOpenedAndSaysWhatItHas() throws Exception {
    assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "a real NVIDIA driver would clash");
    FakeLibrary.driver(new SimDriver(2, 1 << 20), 2);
    Found.Gpus gpus =
        new Found.Gpus(
            13010,
            List.of(
                new GpuInfo("Tesla T4", 7, 5, 15L << 30), new GpuInfo("Fake GPU", 9, 0, 1 << 20)));
    Available open = (Available) CudaProvider.answer(gpus, "untested");
    String about = open.backend().about();
    assertTrue(
        about.startsWith(
            "Fake GPU (sm_90, 0.0 GiB), driver for CUDA 13.1; kernels untested on a card; "),
        about);
    assertTrue(about.contains("own kernels multiply"), about);
    assertTrue(about.contains("clocks and power are not known: "), about);
    assertEquals("cuda:1", open.backend().device().toString());
    FakeLibrary.driver(new SimDriver(2, 1 << 20), 0);
    Unavailable none = (Unavailable) CudaProvider.answer(gpus, "untested");
    assertEquals(
        "Fake GPU (sm_90, 0.0 GiB) does not start: cuInit answered CUDA_ERROR_NO_DEVICE",
        none.reason());
    FakeLibrary.driver(new SimDriver(2, 1 << 20), 2);
  }
}
