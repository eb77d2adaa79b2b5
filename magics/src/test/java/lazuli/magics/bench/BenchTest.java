package lazuli.magics.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

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
import lazuli.magics.stats.Budget;
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

  @Test
  void drawnCasesAreTheSameForOneSeedAndRun() {
    List<Case> drawn = Cases.named("random");
    assertEquals(300, drawn.size());
    assertEquals(
        drawn.stream().map(Case::name).toList(),
        RandomCases.of(RandomCases.SEED, 300).stream().map(Case::name).toList());
    assertEquals(300, drawn.stream().map(Case::name).distinct().count());
    for (String part : List.of("softmax", "matmul", "sdpa", "cumsum", "stepped", "f16", "[")) {
      assertTrue(drawn.stream().anyMatch(c -> c.name().contains(part)), part);
    }
    for (int i = 0; i < drawn.size(); i += 9) {
      Array result = drawn.get(i).make().apply(0L).ours().get().eval();
      assertTrue(result.size() > 0, drawn.get(i).name());
    }
  }

  @Test
  void neighboursComputeUntilTheyAreClosed() throws Exception {
    Neighbours neighbours = Neighbours.start(2);
    try (neighbours) {
      assertEquals(2, neighbours.alive());
    }
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (neighbours.alive() > 0) {
      assertTrue(System.nanoTime() < deadline, "a neighbour goes on");
      Thread.onSpinWait();
    }
  }

  /** Whether rows are met is for a quiet machine; that each promise has rows is for this test. */
  @Test
  void everyPromiseOfAttentionIsMeasured(@TempDir Path folder) throws Exception {
    Path markdown = folder.resolve("attention.md");
    Ran ran = run("attention", "--quick", "--time", "0.01", "--markdown", markdown.toString());
    assertEquals(0, ran.status(), ran.err());
    String page = Files.readString(markdown);
    for (String promise :
        List.of(
            "mixed types cost nothing",
            "error in half types",
            "first use of a mask",
            "first use of a score change",
            "a new length is no work",
            "block mask of a window",
            "what is hidden is skipped",
            "a quantised cache is smaller",
            "decoding from int8",
            "working memory does not grow with Tq x Tk",
            "an append costs the same at any length")) {
      assertTrue(page.contains("| " + promise + " |"), promise);
    }
    assertTrue(page.contains(" rows met"), page);
    assertFalse(page.contains("| missed nothing more |"), "memory does not depend on the machine");
    assertFalse(page.contains("| missed below 1 |"), page);
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
          --busy -1           | lazuli bench: --busy must be 0 or more processes; got -1
          --threads 0         | lazuli bench: --threads must be 1 or more; got 0
          --threads 1,0       | lazuli bench: --threads must be 1 or more; got 0
          s0-bf16 --quick     | lazuli bench: --quick leaves nothing of s0-bf16; --list shows which cases are in the group quick
          --markdown /no/f    | lazuli bench: --markdown: the folder of /no/f does not exist
          --time 0            | lazuli bench: --time must be above 0 seconds; got 0.0
          --warm -1           | lazuli bench: --warm must be 0 seconds or more; got -1.0
          --json /no/such/f   | lazuli bench: --json: the folder of /no/such/f does not exist
          attention --quik    | lazuli bench attention: unknown option '--quik' (did you mean '--quick'?)
          attention --peer np | lazuli bench attention: --peer: there is no peer 'np'; there is: torch
          attention --time 0  | lazuli bench attention: --time must be above 0 seconds; got 0.0
          attention --json /no/such/f | lazuli bench attention: --json: the folder of /no/such/f does not exist
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
    List<String> listed = new java.util.ArrayList<>(Cases.ALL.stream().map(Case::name).toList());
    listed.add("random");
    assertEquals(listed, ran.out().lines().map(line -> line.split(" ")[0]).toList());
  }

  @Test
  void aCaseBecomesARowWithItsSamples() {
    Session session = session();
    assertTrue(session.run(product("ok", () -> Lazuli.ones(4, 4).matmul(Lazuli.ones(4, 4)))));
    var row = session.report(List.of()).rows().getFirst();
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
    var report = session.report(List.of());
    assertEquals("failed", report.rows().getFirst().cells().get(1).text());
    assertTrue(report.notes().contains("broken failed: on purpose"), report.notes().toString());
    assertEquals(2, report.rows().size());
  }

  @ParameterizedTest
  @CsvSource({
    "1.59, 1, missed 1.6",
    "1.6,  1, met 1.6",
    "1.45, 2, met 1.4",
    "1.85, 1, beyond 1.85",
    "0.5,  2, missed 1.4"
  })
  void aGoalSaysHowItWasMet(double ratio, int threads, String verdict) {
    assertEquals(verdict, Goal.of(1.6, 1.4, 1.85).verdict(ratio, threads));
  }

  @Test
  void everyCaseHasAGoalAndADescription() {
    for (Case c : Cases.ALL) {
      // What a graph costs is a matter of our own; no rival's time is its goal.
      assertTrue(c.name().equals("overhead") || c.goal() != null && c.goal().one() > 0.9, c.name());
      assertFalse(c.what().isBlank(), c.name());
    }
    assertEquals(Cases.ALL.size(), Cases.named("cpu").size());
  }

  @Test
  void aRowForEachNumberOfThreadsBesideTorchAndAMarkdownFile(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("table.md");
    String[] words =
        ("s0-f32 s0-mixed --peer torch --time 0.01 --threads 1,2 --markdown " + file).split(" ");
    Ran ran = run(words);
    if (ran.err().contains("LAZULI_PYTHON")) {
      abort("not on this machine: " + ran.err());
    }
    assertEquals(0, ran.status(), ran.err());
    String table = Files.readString(file);
    List<String> rows = table.lines().filter(line -> line.startsWith("| s0-")).toList();
    assertEquals(
        List.of("s0-f32 1", "s0-f32 2", "s0-mixed 1", "s0-mixed 2"),
        rows.stream()
            .map(r -> r.split(" \\| ")[0].substring(2) + " " + r.split(" \\| ")[1])
            .toList());
    assertTrue(
        rows.stream()
            .allMatch(
                r -> r.matches(".*\\[[\\d.]+, ([\\d.]+|inf)] \\| (missed|met|beyond) [\\d.]+ \\|")),
        table);
    assertTrue(
        table.contains(
            "| Case | Threads | Ours us | of limit | torch us | torch / ours | Goal |\n"
                + "| :--- | ---: | ---: | ---: | ---: | :--- | :--- |\n"),
        table);
    assertEquals(2, table.lines().filter(line -> line.startsWith("- roofline at ")).count(), table);
    assertEquals(1, table.lines().filter(line -> line.startsWith("- goals: ")).count(), table);
    assertEquals(0, ran.out().lines().filter(line -> line.length() > 100).count(), ran.out());
  }

  private static Session session() {
    return new Session(
        Map.of(1, new Limits(null)), null, Sampler.system(() -> false), Budget.ofSeconds(0.001));
  }

  private static Case product(String name, Supplier<Array> ours) {
    return new Case(
        name,
        List.of(),
        "",
        null,
        seed -> Problem.of(ours, DType.F32, List.of(), "matmul", Map.of()));
  }
}
