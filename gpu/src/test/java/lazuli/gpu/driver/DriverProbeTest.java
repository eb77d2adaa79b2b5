package lazuli.gpu.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lazuli.gpu.driver.DriverProbe.Found;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Runs JCuda against a driver simulated in Java, so that no GPU is needed. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "needs x86-64 Linux")
class DriverProbeTest {
  private static Path library;
  private static List<String> unpackedBefore;

  @BeforeAll
  static void loadTheSimulatedDriver() throws Exception {
    boolean real = Files.exists(Path.of("/dev/nvidiactl"));
    assumeFalse(real, "a real NVIDIA driver is on this machine, the simulated one would clash");
    unpackedBefore = unpacked();
    library = SimulatedDriver.once();
  }

  @Test
  void listsEveryDevice() {
    TwoFakeGpus.initAnswer = 0;
    TwoFakeGpus.devices = 2;
    assertEquals(
        new Found.Gpus(
            13010,
            List.of(
                new GpuInfo("Fake GPU 0", 9, 0, 1L << 30),
                new GpuInfo("Fake GPU 1", 9, 1, 2L << 30))),
        DriverProbe.probe(library.toString()));
  }

  @Test
  void aDriverWithoutDevicesSaysSo() {
    TwoFakeGpus.initAnswer = 0;
    TwoFakeGpus.devices = 0;
    assertEquals(
        new Found.Nothing(
            "the driver lists no GPU",
            "check that the GPU is visible to this process (CUDA_VISIBLE_DEVICES, container"
                + " flags)"),
        DriverProbe.probe(library.toString()));
  }

  @Test
  void aDriverThatFailsNamesTheCallAndTheAnswer() {
    TwoFakeGpus.initAnswer = 999;
    assertEquals(
        new Found.Nothing(
            "cuInit answered CUDA_ERROR_UNKNOWN",
            "check the driver with nvidia-smi; a restart or a matching kernel module usually mends"
                + " it"),
        DriverProbe.probe(library.toString()));
  }

  @Test
  void noDriverNamesTheLibraryAndTheFix() {
    assertEquals(
        new Found.Nothing(
            "libno-such-driver.so was not found: there is no NVIDIA driver on this machine",
            "install NVIDIA's driver (nothing else is needed), or go on with the CPU"),
        DriverProbe.probe("libno-such-driver.so"));
  }

  @Test
  void jcudaIsNotUnpackedIntoTheSharedTemporaryFolder() throws Exception {
    TwoFakeGpus.initAnswer = 0;
    DriverProbe.probe(library.toString());
    assertEquals(unpackedBefore, unpacked());
  }

  private static List<String> unpacked() throws Exception {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.map(Path::toString).filter(f -> f.contains("libJCuda")).sorted().toList();
    }
  }
}
