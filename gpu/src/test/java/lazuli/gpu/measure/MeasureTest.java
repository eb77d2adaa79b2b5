package lazuli.gpu.measure;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Span;
import lazuli.array.profile.Work;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasureTest {
  private static final Pattern ALL = Pattern.compile("");

  @TempDir Path folder;

  @Test
  void aFailedLineIsWrittenAndTheRestGoesOn() throws Exception {
    Path file = folder.resolve("table.md");
    Table table = new Table(file, 60, ALL);
    table.columns("case", "result");
    table.row(
        "bad",
        () -> {
          throw new IllegalStateException("first | line\nsecond line");
        });
    table.row(
        "worse",
        () -> {
          throw new UnsatisfiedLinkError("no library");
        });
    table.row("good", () -> List.of("1.5", "2.5"));
    assertEquals(2, table.failed());
    assertEquals(
        List.of(
            "",
            "| case | result |",
            "|---|---|",
            "| bad | FAILED: first / line |",
            "| worse | FAILED: no library |",
            "| good | 1.5 | 2.5 |"),
        Files.readAllLines(file));
  }

  @Test
  void nothingNewIsBegunWhenTheTimeIsUp() throws Exception {
    Path file = folder.resolve("table.md");
    Table table = new Table(file, -1, ALL);
    table.row("late", () -> List.of("1"));
    assertEquals(1, table.left());
    assertEquals(List.of("| late | not run: the time was up |"), Files.readAllLines(file));
  }

  @Test
  void aDeviceThatIsNotThereIsSaidInTheTable() throws Exception {
    Path file = folder.resolve("table.md");
    assertEquals(2, Measure.run("--device", "tpu", "--out", file.toString()));
    List<String> lines = Files.readAllLines(file);
    assertEquals("Not measured: no backend \"tpu\". To do: use cuda or sim.", lines.getLast());
  }

  @Test
  void optionsAreChecked() {
    assertEquals(
        "--out needs a value",
        assertThrows(IllegalArgumentException.class, () -> Measure.run("--out")).getMessage());
    assertEquals(
        "unknown option --fast; one of --device, --out, --seconds, --only, --peer",
        assertThrows(IllegalArgumentException.class, () -> Measure.run("--fast", "1"))
            .getMessage());
  }

  @Test
  void aPeerThatDoesNotStartLeavesItsColumnEmptyWithTheReason() throws Exception {
    try (Peer none = new Peer(List.of(folder.resolve("python").toString()))) {
      String reason = assertThrows(java.io.IOException.class, () -> none.ask("sum")).getMessage();
      assertTrue(reason.contains("No such file"), reason);
    }
    try (Peer unasked = new Peer(List.of())) {
      assertEquals("no peer was asked for", unasked.state);
    }
  }

  /** A peer of this test's own, which answers as PyTorch's script does. */
  @Test
  void aPeerAnswersOrSaysWhyNot() throws Exception {
    String script = "echo ready test; read a; echo 12.50 eager; read b; echo no way ran; read c";
    try (Peer peer = new Peer(List.of("/bin/sh", "-c", script))) {
      assertEquals("ready test", peer.state);
      assertEquals(new Peer.Answer(12.5, "eager"), peer.ask("one"));
      assertEquals(
          "no way ran",
          assertThrows(java.io.IOException.class, () -> peer.ask("two")).getMessage());
      assertEquals(
          "the peer ended",
          assertThrows(java.io.IOException.class, () -> peer.ask("three")).getMessage());
    }
  }

  /** A few lines of every kind, on the simulated GPU. */
  @Test
  void linesAreChosenByName() throws Exception {
    Path file = folder.resolve("table.md");
    String lines =
        "exp, log, sqrt f32|random|matmul f32 5x7x3|flash bf16.*65.*(bool|alibi)|^sum f32 1"
            + "|sdpa bf16.*64 causal|small f32 bf16|score alibi|calls f32 f32|step bf16|first alibi"
            + "|sort f32 4|take f32 4|scatter f32 4|matmul bf16|an index|of one plan|its launches";
    String peer = "echo ready test; while read a; do echo 12.50 eager; done";
    assertEquals(
        0,
        Measure.run(
            "--device",
            "sim",
            "--out",
            file.toString(),
            "--only",
            lines,
            "--peer",
            "/bin/sh",
            "-c",
            peer));
    List<String> table = Files.readAllLines(file);
    assertEquals("Nothing failed.", table.getLast());
    assertTrue(table.contains("| random numbers | the processor's bits |"), table.toString());
    assertTrue(
        table.stream().anyMatch(l -> l.matches("\\| sum f32 .* \\| answered: eager \\|  \\|")),
        table.toString());
    assertTrue(table.stream().noneMatch(l -> l.startsWith("| softmax")), table.toString());
    assertTrue(
        table.contains(
            "| an index out of bounds | told: take was given index 5 (element [1] of the index"
                + " array) for axis 0 of size 5 |"),
        table.toString());
    assertTrue(
        table.stream().anyMatch(l -> l.matches("\\| its launches \\| \\d launches are one CUDA.*")),
        table.toString());
    for (String own : new String[] {"own", "chosen"}) {
      assertTrue(
          table.stream().anyMatch(l -> l.startsWith("| matmul bf16 32 " + own + " | mma | not")),
          table.toString());
    }
    assertTrue(
        table.stream()
            .anyMatch(
                l -> l.matches("\\| step bf16 16 \\| not taken \\|  \\| \\d+ launches are.*")),
        table.toString());
    assertTrue(table.stream().anyMatch(l -> l.startsWith("| first alibi")), table.toString());
    assertTrue(table.stream().noneMatch(l -> l.contains("FAILED")), table.toString());
  }

  /** Rates are held against what the card was measured to do. */
  @Test
  void sharesOfTheLimitsAreOfTheCards() {
    Peaks peaks =
        new Peaks(
            new Device("cuda", 0), "Card", 132, 6e13, 3e13, 8e14, 4e12, 8e12, 2500, Instant.EPOCH);
    assertEquals(
        "f32 60.0, f64 30.0, bf16 800.0 TFLOP/s in registers; copies 4000 GB/s, in the cache 8000;"
            + " a launch 2.50 us.",
        Measure.text(peaks));
    Span span =
        new Span(
            "matmul",
            "mma",
            new Device("cuda", 0),
            Shape.of(8192, 8192),
            BF16,
            0,
            0,
            Work.of(2.0 * 8192 * 8192 * 8192, 4e8),
            List.of(BF16),
            "",
            null);
    assertEquals("69 % compute", Cases.limit(peaks, span, 2e6));
    assertEquals("", Cases.limit(null, span, 2e6));
  }

  @Test
  void aWrongResultFailsItsLine() throws Exception {
    Path file = folder.resolve("table.md");
    Table table = new Table(file, 60, ALL);
    new Checks(table, "sim").compare("one", 1e-9, () -> ones(2), () -> ones(2).mul(1.5));
    assertEquals(1, table.failed());
    assertTrue(
        Files.readString(file).contains("| one | FAILED: relative error 0.33, allowed 1.0E-9 |"),
        Files.readString(file));
  }

  /** The whole run, on the simulated GPU: what happens on a card, without its times. */
  @Test
  @Tag("slow")
  void theWholeRunPassesOnTheSimulatedGpu() throws Exception {
    Path file = folder.resolve("table.md");
    assertEquals(0, Measure.run("--device", "sim", "--out", file.toString(), "--seconds", "900"));
    List<String> lines = Files.readAllLines(file);
    assertEquals("Nothing failed.", lines.getLast());
    assertTrue(lines.stream().filter(l -> l.startsWith("| sdpa bf16")).count() >= 4);
    assertTrue(lines.stream().noneMatch(l -> l.contains("FAILED")));
  }
}
