package lazuli.magics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import lazuli.array.Lazuli;
import lazuli.array.backend.BackendProvider.Availability;
import lazuli.array.cpu.code.MachineCode;
import lazuli.array.profile.Peaks;
import lazuli.array.type.Device;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.measure.PeaksFile;
import lazuli.magics.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceMagicTest {
  private static final Peaks PEAKS =
      new Peaks(
          Device.CPU,
          "Test CPU",
          2,
          100e9,
          50e9,
          100e9,
          10e9,
          40e9,
          1000,
          Instant.parse("2026-11-20T10:00:00Z"));

  @TempDir private Path folder;
  private final FakeCell cell = new FakeCell();

  private Report run(String arguments) throws Exception {
    Map<String, Availability> backends =
        Map.of(
            "cuda",
            new Availability.Unavailable("libcuda.so.1 was not found", "install a driver"),
            "cpu",
            Lazuli.backends().get("cpu"));
    PeaksFile file = new PeaksFile(folder.resolve("peaks.json"), "Test CPU", "25", 2, () -> PEAKS);
    return (Report) new DeviceMagic(() -> backends, file).run(cell.line("device", arguments));
  }

  @Test
  void namesWhatIsAbsentWithTheReasonAndTheFix() throws Exception {
    assertEquals(
        """
        Devices
        Device  State                           f32 GFLOP/s  f64 GFLOP/s  memory GB/s  cache GB/s  launch us
        cpu     cpu                                       -            -            -           -          -
        cuda    absent: libcuda.so.1 was not              -            -            -           -          -
                found
        cuda: install a driver
        cpu: MACHINE CODE
        limits are not measured yet; %device --peaks measures them"""
            .replaceAll(" +(?=\n)", "")
            .replace("MACHINE CODE", MachineCode.text()),
        run("").text());
  }

  @Test
  void peaksAreMeasuredOnRequestAndKept() throws Exception {
    run("--peaks");
    Report report = run("");
    assertEquals("Test CPU", report.rows().getFirst().cells().get(1).text());
    assertEquals("100", report.rows().getFirst().cells().get(2).text());
    assertEquals(
        "limits measured 2026-11-20 with 2 threads; kept in " + folder.resolve("peaks.json"),
        report.notes().getLast());
  }

  @Test
  void wordsAreRefused() {
    var wrong = assertThrows(UsageException.class, () -> run("cuda:1"));
    assertEquals("%device takes only options; got: cuda:1", wrong.getMessage());
  }
}
