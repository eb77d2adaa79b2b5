package lazuli.magics.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.type.DType;
import lazuli.magics.measure.Limits;
import lazuli.magics.stats.Sampler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchTest {
  private record Ran(int status, String out, String err) {}

  private static Ran run(String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status =
        Bench.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            arguments);
    return new Ran(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --peers torch       | lazuli bench: unknown option '--peers' (did you mean '--peer'?)
          gemm-f32-1023       | lazuli bench: no case 'gemm-f32-1023' (did you mean 'gemm-f32-1024'?); --list shows them
          --peer numpy        | lazuli bench: --peer: there is no peer 'numpy'; there is: torch
          --python /bin/sh    | lazuli bench: --python says where a peer runs; add --peer torch
          --threads 0         | lazuli bench: --threads must be 1 or more; got 0
          --time 0            | lazuli bench: --time must be above 0 seconds; got 0.0
          --json /no/such/f   | lazuli bench: --json: the folder of /no/such/f does not exist
          """)
  void wrongUseIsOneLineAndStatusTwo(String arguments, String line) {
    Ran ran = run(arguments.split(" "));
    assertEquals(line, ran.err().strip());
    assertEquals(2, ran.status());
    assertEquals("", ran.out());
  }

  @Test
  void anExistingFileIsNotOverwritten(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("kept.json"), "mine");
    Ran ran = run("s0-f32", "--json", file.toString());
    assertEquals(
        "lazuli bench: --json: " + file + " exists; delete it or choose another name",
        ran.err().strip());
    assertEquals("mine", Files.readString(file));
  }

  @Test
  void aMissingPeerIsOneLineBeforeAnythingIsTimed() {
    Ran ran = run("s0-f32", "--peer", "torch", "--python", "no-such-python");
    assertEquals(2, ran.status());
    assertTrue(
        ran.err().startsWith("lazuli bench: --peer torch: cannot start 'no-such-python'"),
        ran.err());
    assertEquals(1, ran.err().lines().count());
  }

  @Test
  void theListNamesEveryCase() {
    Ran ran = run("--list");
    assertEquals(0, ran.status());
    assertEquals(
        Cases.ALL.stream().map(Case::name).toList(),
        ran.out().lines().map(line -> line.split(" ")[0]).toList());
  }

  @Test
  void aCaseBecomesARowWithItsSamples() {
    Session session = session();
    assertTrue(session.run(product("ok", () -> Lazuli.ones(4, 4).matmul(Lazuli.ones(4, 4)))));
    var row = session.report().rows().getFirst();
    assertEquals("ok", row.cells().getFirst().text());
    assertTrue(row.samples().length >= 10);
  }

  @Test
  void aCaseThatFailsIsARowWithItsReasonAndTheOthersRun() {
    Session session = session();
    assertFalse(
        session.run(
            product(
                "broken",
                () -> {
                  throw new IllegalStateException("on purpose");
                })));
    assertTrue(session.run(product("ok", () -> Lazuli.ones(4, 4).matmul(Lazuli.ones(4, 4)))));
    var report = session.report();
    assertEquals("failed", report.rows().getFirst().cells().get(1).text());
    assertTrue(report.notes().contains("broken failed: on purpose"), report.notes().toString());
    assertEquals(2, report.rows().size());
  }

  private static Session session() {
    return new Session(new Limits(null), null, Sampler.system(() -> false), 0.001);
  }

  private static Case product(String name, Supplier<Array> ours) {
    return new Case(
        name, List.of(), "", seed -> new Problem(ours, DType.F32, List.of(), "matmul", Map.of()));
  }
}
