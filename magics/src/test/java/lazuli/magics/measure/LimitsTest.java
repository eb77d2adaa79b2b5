package lazuli.magics.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.magics.report.Cell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {
  /** 100 GFLOP/s, 10 GB/s, 1 us to start work. */
  public static final Peaks PEAKS =
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

  private final Limits limits = new Limits(PEAKS);

  @ParameterizedTest(name = "{0} FLOP and {1} bytes in {2} ns")
  @CsvSource({
    "1e9, 1e6, 2e7, 50.0 % compute",
    "1e6, 1e8, 2e7, 50.0 % mem",
    "1e3, 1e3, 1e4, 1.00 % launch",
    "1e6, 1e8, 5e6, >100 % (cache-resident)",
    "1e10, 1e6, 5e7, >100 % compute",
  })
  void theShareNamesWhatBinds(double flops, double bytes, double nanos, String text) {
    assertEquals(text, limits.share(Work.of(flops, bytes), DType.F32, nanos).text());
  }

  @Test
  void viewsAndUnknownLimitsHaveNoShare() {
    assertEquals(Cell.NONE, limits.share(Work.NONE, DType.F32, 1000));
    assertEquals(Cell.NONE, new Limits(null).share(Work.of(1e9, 1e9), DType.F32, 1000));
    assertEquals("", new Limits(null).text());
  }

  @Test
  void thePeaksAreOneLine() {
    assertEquals(
        "f32 100 GFLOP/s, memory 10.0 GB/s, cache 40.0 GB/s, empty evaluation 1.00 us, 2 threads,"
            + " measured 2026-11-20",
        limits.text());
  }

  @Test
  void smallWorkIsCalledLaunchBound() {
    assertEquals(
        List.of(
            "launch-bound: the limit is 10.0 us, an empty evaluation takes 1.00 us; arithmetic and"
                + " bytes hardly matter here, the number of launches does"),
        Race.verdict(new Limits(PEAKS), Work.of(1e6, 1e3), DType.F32, 30_000));
    assertEquals(List.of(), Race.verdict(new Limits(PEAKS), Work.of(1e9, 1e3), DType.F32, 1e8));
  }

  @Test
  void peaksAreMeasuredOnceAndKept(@TempDir Path folder) {
    int[] measured = {0};
    var file =
        new PeaksFile(folder.resolve("a/peaks.json"), "CPU", "25", 2, () -> counted(measured));
    assertNull(file.kept());
    assertEquals(PEAKS, file.get());
    assertEquals(PEAKS, file.get());
    assertEquals(PEAKS, file.kept());
    assertEquals(1, measured[0]);
  }

  private static Peaks counted(int[] measured) {
    measured[0]++;
    return PEAKS;
  }

  @Test
  void anotherProcessorJavaOrThreadCountIsMeasuredAnew(@TempDir Path folder) {
    Path path = folder.resolve("peaks.json");
    new PeaksFile(path, "CPU", "25", 2, () -> PEAKS).get();
    assertNull(new PeaksFile(path, "other", "25", 2, () -> PEAKS).kept());
    assertNull(new PeaksFile(path, "CPU", "26", 2, () -> PEAKS).kept());
    assertNull(new PeaksFile(path, "CPU", "25", 3, () -> PEAKS).kept());
    new PeaksFile(path, "CPU", "25", 3, () -> PEAKS).get();
    assertEquals(PEAKS, new PeaksFile(path, "CPU", "25", 2, () -> PEAKS).kept());
  }

  @Test
  void measuringAgainKeepsTheBest(@TempDir Path folder) {
    Path path = folder.resolve("peaks.json");
    Peaks slow =
        new Peaks(
            Device.CPU,
            "Test CPU",
            2,
            60e9,
            60e9,
            60e9,
            6e9,
            60e9,
            900,
            PEAKS.measured().plusSeconds(5));
    new PeaksFile(path, "CPU", "25", 2, () -> PEAKS).get();
    Peaks best = new PeaksFile(path, "CPU", "25", 2, () -> slow).measureNow();
    assertEquals(
        new Peaks(Device.CPU, "Test CPU", 2, 100e9, 60e9, 100e9, 10e9, 60e9, 900, slow.measured()),
        best);
  }

  @ParameterizedTest
  @CsvSource({"'{'", "'[]'", "'{\"CPU | Java 25 | threads 2\": {\"f32\": 1}}'", "''"})
  void aDamagedFileIsReplaced(String content, @TempDir Path folder) throws IOException {
    Path path = Files.writeString(folder.resolve("peaks.json"), content);
    var file = new PeaksFile(path, "CPU", "25", 2, () -> PEAKS);
    assertNull(file.kept());
    assertEquals(PEAKS, file.get());
    assertEquals(PEAKS, file.kept());
  }

  @Test
  void aFolderThatCannotBeWrittenCostsOnlyTheMeasurement(@TempDir Path folder) throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "");
    var file = new PeaksFile(blocked.resolve("peaks.json"), "CPU", "25", 2, () -> PEAKS);
    assertEquals(PEAKS, file.get());
    assertFalse(Files.isDirectory(blocked));
  }

  @ParameterizedTest(name = "{0} ns are {1}")
  @CsvSource({"0.5, 0.500 ns", "999, 999 ns", "1000, 1.00 us", "1.24e6, 1.24 ms", "3.2e9, 3.20 s"})
  void timesHaveTheirOwnUnit(double nanos, String text) {
    assertEquals(text, Unit.text(nanos));
  }

  @Test
  void amountsHavePrefixes() {
    assertEquals("512 B", Quantity.bytes(512));
    assertEquals("33.8 MiB", Quantity.bytes(33.8 * (1 << 20)));
    assertEquals("262 kFLOP", Quantity.flops(262_144));
    assertEquals("12 FLOP", Quantity.flops(12));
  }
}
