package lazuli.gpu.lib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import lazuli.gpu.lib.Libraries.Found;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Optional libraries, found and not, with a management library written by the test. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "needs x86-64 Linux")
class LibrariesTest {
  @TempDir Path folder;

  private Libraries libraries() {
    return new Libraries(
        Map.of("LAZULI_CUDA_LIBS", folder.resolve("none") + ":" + folder, "CUDA_HOME", "/nowhere"));
  }

  @Test
  void whatIsNotThereSaysWhatWasLookedFor() {
    assertEquals(
        new Found.Absent(
            "libno-such.so.13 and libno-such.so.12 were not found; name its folder in"
                + " LAZULI_CUDA_LIBS"),
        new Libraries(Map.of()).find("libno-such.so.13", "libno-such.so.12"));
    Nvml none = new Nvml(new Found.Absent("it is not there"), "0000:00:00.0");
    assertNull(none.read());
    assertEquals("clocks and power are not known: it is not there", none.text());
  }

  @Test
  void theNewestVersionIsTakenFirst() throws Exception {
    FakeNvml.write(folder.resolve("libcublasLt.so.12"), "libfake12.so");
    assertEquals(
        folder.resolve("libcublasLt.so.12").toString(),
        ((Found.Library) libraries().find("libcublasLt.so.13", "libcublasLt.so.12")).name());
    FakeNvml.write(folder.resolve("libcublasLt.so.13"), "libfake13.so");
    Found.Library newest =
        (Found.Library) libraries().find("libcublasLt.so.13", "libcublasLt.so.12");
    assertEquals(
        "cuBLASLt multiplies where it is faster (" + folder.resolve("libcublasLt.so.13") + ")",
        Libraries.products(newest));
  }

  @Test
  void aFileThatDoesNotLoadIsNamed() throws Exception {
    Files.writeString(folder.resolve("libbroken.so.13"), "no library");
    Found.Absent broken = (Found.Absent) libraries().find("libbroken.so.13");
    assertTrue(
        broken.reason().startsWith(folder + "/libbroken.so.13 does not load"), broken.reason());
    assertEquals(
        "no cuBLASLt, own kernels multiply: it is not there",
        Libraries.products(new Found.Absent("it is not there")));
  }

  @Test
  void theManagementLibraryTellsClocksPowerAndLimits() throws Exception {
    Path file = folder.resolve("libnvidia-ml.so.1");
    FakeNvml.write(file, "libnvidia-ml.so.1");
    Found.Library library =
        assertInstanceOf(Found.Library.class, libraries().find("libnvidia-ml.so.1"));
    FakeNvml.reasons = 0x1 | 0x4 | 0x40;
    Nvml nvml = new Nvml(library, "0000:01:00.0");
    assertEquals(
        "1410 MHz, memory 2619 MHz, 312 W, 55 C, held back by its power limit, its temperature"
            + " (hardware)",
        nvml.text());
    FakeNvml.reasons = 1;
    assertEquals("1410 MHz, memory 2619 MHz, 312 W, 55 C, nothing holds it back", nvml.text());
    assertEquals(
        "clocks and power are not known: NVML does not know the card at 0000:09:00.0: it answered"
            + " 6",
        new Nvml(library, "0000:09:00.0").text());
    FakeNvml.init = 9;
    assertEquals(
        "clocks and power are not known: nvmlInit answered 9",
        new Nvml(library, "0000:01:00.0").text());
    FakeNvml.init = 0;
  }
}
