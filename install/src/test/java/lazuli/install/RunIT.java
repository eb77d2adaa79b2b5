package lazuli.install;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import lazuli.install.notebook.Cell;
import lazuli.install.notebook.Notebook;
import lazuli.kernel.wire.Json;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notebooks through the assembled directory: a kernel process of its own for each. */
class RunIT {
  private static final Path HELLO = Path.of("..", "notebooks", "hello-java.ipynb");

  @TempDir Path folder;
  private Sandbox lazuli;

  @BeforeEach
  void assembly() {
    lazuli = Sandbox.in(folder).with(Path.of(System.getProperty("lazuli.home")));
  }

  /** Writes a notebook of code cells; a cell may begin with tags as in {@code #tag#code}. */
  private void write(String name, String... sources) throws IOException {
    var cells = new ArrayList<Json>();
    for (String source : sources) {
      String[] parts = source.startsWith("#") ? source.substring(1).split("#", 2) : null;
      cells.add(
          Json.object(
              "cell_type",
              "code",
              "execution_count",
              null,
              "metadata",
              Json.object("tags", parts == null ? List.of() : List.of(parts[0])),
              "outputs",
              List.of(),
              "source",
              parts == null ? source : parts[1]));
    }
    Files.write(
        folder.resolve(name),
        Json.object("cells", cells, "metadata", Json.EMPTY, "nbformat", 4, "nbformat_minor", 4)
            .pretty());
  }

  private List<Cell> cells(String name) {
    return Notebook.read(folder.resolve(name), name).cells();
  }

  private static String text(Cell cell, int output) {
    Json json = cell.outputs().get(output);
    return json.at("text").isNull()
        ? Cell.text(json.at("data").at("text/plain"))
        : Cell.text(json.at("text"));
  }

  /** Progress without the times, which differ from run to run. */
  private static String untimed(String progress) {
    return progress.replaceAll("\\d+\\.\\d\\d s", "N s");
  }

  @Test
  void theExampleRunsAndIsWrittenAsNotebookAndPageBesideAnUntouchedSource() throws IOException {
    byte[] source = Files.readAllBytes(HELLO);
    var outcome = lazuli.run("run", HELLO.toAbsolutePath().toString());
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().startsWith("Hello, World 1\nHello, World 2\n"), outcome.out());
    assertTrue(outcome.out().contains("[Quito, Bern, Oslo]\n"), outcome.out());
    assertTrue(
        untimed(outcome.err())
            .endsWith(
                "hello-java.ipynb: 7 cells in N s; written: hello-java.out.ipynb and"
                    + " hello-java.html\n"),
        outcome.err());
    assertArrayEquals(source, Files.readAllBytes(HELLO));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("hello-java.html", "hello-java.out.ipynb"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }

    List<Cell> ran =
        cells("hello-java.out.ipynb").stream().filter(cell -> cell.type().equals("code")).toList();
    assertEquals(
        List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L), ran.stream().map(Cell::executionCount).toList());
    assertEquals(
        "Hello, World 1\nHello, World 2\nHello, World 3\nHello, World 4\nHello, World 5\n",
        text(ran.get(1), 0));
    assertEquals("[Quito, Bern, Oslo]", text(ran.get(3), 0));
    assertEquals("error", ran.get(5).outputs().getFirst().at("output_type").text(""));

    Document page = Jsoup.parse(folder.resolve("hello-java.html").toFile());
    assertEquals("Hello, Java", page.selectFirst("h1").text());
    assertEquals("1581", page.selectFirst("div.html table td[align=right]").text());
    assertTrue(page.selectFirst("pre.error").text().contains("NullPointerException"));
  }

  @Test
  void aCellThatEndsInATableShowsItThoughNobodyImportedIt() throws IOException {
    write(
        "tables.ipynb",
        "toTable(ones(2, 2))",
        "%sdpa explain -q -o e -s 1,1,8,8",
        "e.table()",
        "e.table().rowCount()");
    var outcome = lazuli.run("run", "tables.ipynb");
    assertEquals(0, outcome.status(), outcome.err());
    List<Cell> ran = cells("tables.out.ipynb");
    assertTrue(text(ran.get(0), 0).contains("c0"), outcome.out());
    assertTrue(text(ran.get(2), 0).contains("Kernel"), outcome.out());
    assertTrue(Integer.parseInt(text(ran.get(3), 0)) > 1, outcome.out());
  }

  @Test
  void parametersReachTheNotebook() {
    var outcome =
        lazuli.run(
            "run",
            HELLO.toAbsolutePath().toString(),
            "-p",
            "count=1",
            "-p",
            "name=\"Duke\"",
            "--no-html",
            "-o",
            "mine.ipynb");
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().startsWith("Hello, \"Duke\" 1\n[Quito"), outcome.out());
    assertEquals(
        "// Parameters\nint count = 1;\nString name = \"\\\"Duke\\\"\";",
        cells("mine.ipynb").get(2).source());
    assertFalse(Files.exists(folder.resolve("hello-java.html")));
  }

  @Test
  void theFirstFailingCellStopsTheRunAndWhatRanIsWritten() throws IOException {
    write("n.ipynb", "int a = 5;\na", "System.out.print(\"before\");\nint b = a / 0;", "a + 1");
    var outcome = lazuli.run("run", "n.ipynb");
    assertEquals(1, outcome.status());
    assertTrue(
        outcome.out().startsWith("5\nbefore\njava.lang.ArithmeticException: / by zero\n"),
        outcome.out());
    assertTrue(
        outcome
            .err()
            .endsWith(
                "written until then: n.out.ipynb and n.html\n"
                    + "lazuli run: n.ipynb: cell 2 of 3: ArithmeticException: / by zero\n"),
        outcome.err());
    List<Cell> ran = cells("n.out.ipynb");
    assertEquals("5", text(ran.get(0), 0));
    assertEquals("before", text(ran.get(1), 0));
    assertEquals("error", ran.get(1).outputs().get(1).at("output_type").text(""));
    assertEquals(List.of(), ran.get(2).outputs());
    assertEquals(null, ran.get(2).executionCount());
    assertTrue(Files.exists(folder.resolve("n.html")));
  }

  @Test
  void aCellThatDoesNotCompileShowsJavacsMessageWithItsLine() throws IOException {
    write("n.ipynb", "int a = 1;\nint b = \"x\";");
    var outcome = lazuli.run("run", "n.ipynb", "--no-html");
    assertEquals(1, outcome.status());
    assertTrue(
        outcome.out().contains("incompatible types: java.lang.String cannot be converted to int")
            || outcome.out().contains("incompatible types: String cannot be converted to int"),
        outcome.out());
    assertTrue(outcome.out().contains("int b = \"x\";"), outcome.out());
  }

  @Test
  void errorsAreAllowedByTagOrByOption() throws IOException {
    write("tagged.ipynb", "#raises-exception#int a = 1 / 0;", "2 + 2");
    var tagged = lazuli.run("run", "tagged.ipynb", "--no-html");
    assertEquals(0, tagged.status(), tagged.err());
    assertTrue(tagged.out().endsWith("\n4\n"), tagged.out());

    write("plain.ipynb", "int a = 1 / 0;", "2 + 2");
    var allowed = lazuli.run("run", "plain.ipynb", "--no-html", "--allow-errors");
    assertEquals(0, allowed.status(), allowed.err());
    assertTrue(allowed.out().endsWith("\n4\n"), allowed.out());
  }

  @Test
  void aCellPastItsTimeIsInterruptedAndSaysSo() throws IOException {
    write("n.ipynb", "System.out.println(\"on\");\nwhile (true) {}", "1");
    var outcome = lazuli.run("run", "n.ipynb", "--timeout", "3", "--no-html");
    assertEquals(1, outcome.status());
    assertTrue(outcome.out().startsWith("on\n"), outcome.out());
    assertTrue(
        outcome
            .err()
            .endsWith(
                "lazuli run: n.ipynb: cell 1 of 2: ran past --timeout 3 s and was interrupted\n"),
        outcome.err());
    assertEquals("on\n", text(cells("n.out.ipynb").get(0), 0));
  }

  @Test
  void aCellThatAsksForInputFailsAndNamesTheOption() throws IOException {
    write("n.ipynb", "String s = input(\"name? \");");
    var outcome = lazuli.run("run", "n.ipynb", "--no-html");
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("allow input with --stdin"), outcome.err());
  }

  @Test
  void inputIsAnsweredFromStdin() throws IOException {
    write("n.ipynb", "String s = input(\"name? \");\ns.length()", "input(\"again? \")");
    var answered = lazuli.runWithInput("Duke\nyes\n", "run", "n.ipynb", "--stdin", "--no-html");
    assertEquals(0, answered.status(), answered.err());
    assertEquals("name? 4\nagain? yes\n", answered.out());

    var ended = lazuli.runWithInput("Duke\n", "run", "n.ipynb", "--stdin", "--no-html");
    assertEquals(1, ended.status());
    assertTrue(
        ended.err().endsWith("cell 2 of 2: asked for input, and standard input has ended\n"),
        ended.err());
  }

  @Test
  void aKernelThatDiesIsReportedWithWhatItPrinted() throws IOException {
    write(
        "n.ipynb",
        "1 + 1",
        "new java.io.FileOutputStream(java.io.FileDescriptor.err).write(\"last words\\n\".getBytes());",
        // In a cell of its own: what the process still holds when it is halted goes with it.
        "Runtime.getRuntime().halt(3);",
        "2");
    var outcome = lazuli.run("run", "n.ipynb", "--no-html");
    assertEquals(1, outcome.status());
    assertTrue(
        outcome
            .err()
            .endsWith(
                "lazuli run: n.ipynb: cell 3 of 4: the kernel's process ended (exit status 3);"
                    + " the end of what it printed: nothing\n"),
        outcome.err());
    // What a cell's code writes to the process itself is output of the cell.
    assertTrue((outcome.out() + outcome.err()).contains("last words\n"), outcome.err());
    assertEquals("2", text(cells("n.out.ipynb").get(0), 0));
  }

  @Test
  void aKernelThatDoesNotStartIsReported() throws IOException {
    write("n.ipynb", "1");
    var outcome = lazuli.run("run", "n.ipynb", "--jvm-flag=-XX:NoSuchFlag");
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("NoSuchFlag"), outcome.err());
    assertFalse(Files.exists(folder.resolve("n.out.ipynb")));
  }

  @Test
  void anUpdatedDisplayIsStoredAndPrintedInItsLastState() throws IOException {
    write(
        "n.ipynb",
        "String id = display(\"one\");",
        "updateDisplay(id, \"two\");\nupdateDisplay(id, \"three\");");
    var outcome = lazuli.run("run", "n.ipynb", "--no-html");
    assertEquals(0, outcome.status(), outcome.err());
    assertEquals("one\nthree\n", outcome.out());
    assertEquals("three", text(cells("n.out.ipynb").get(0), 0));
  }

  @Test
  void outputsOfAnEarlierRunAreNotKept() throws IOException {
    write("n.ipynb", "System.out.println(1);", "int a = 1 / 0;", "System.out.println(2);");
    lazuli.run("run", "n.ipynb", "--no-html", "--allow-errors");
    Files.move(folder.resolve("n.out.ipynb"), folder.resolve("again.ipynb"));
    lazuli.run("run", "again.ipynb", "--no-html");
    assertEquals(List.of(), cells("again.out.ipynb").get(2).outputs());
  }

  @Test
  void eachNotebookHasAKernelOfItsOwnAndTheFirstFailureStops() throws IOException {
    write("a.ipynb", "int shared = 1;\nshared");
    write("b.ipynb", "shared");
    write("c.ipynb", "3");
    var outcome = lazuli.run("run", "a.ipynb", "b.ipynb", "c.ipynb", "--no-html");
    assertEquals(1, outcome.status());
    assertTrue(Files.exists(folder.resolve("a.out.ipynb")));
    assertTrue(Files.exists(folder.resolve("b.out.ipynb")));
    assertFalse(Files.exists(folder.resolve("c.out.ipynb")));
  }

  @Test
  void aRunThatIsToldToEndInterruptsItsCellAndWritesWhatRan() throws Exception {
    write("n.ipynb", "1 + 1", "System.out.println(\"on\");\nwhile (true) {}", "3");
    Path launcher = Path.of(System.getProperty("lazuli.home")).resolve("lazuli");
    ProcessBuilder builder =
        new ProcessBuilder(launcher.toString(), "run", "n.ipynb", "--no-html")
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().put("LAZULI_JAVA", System.getProperty("java.home"));
    Process process = builder.start();
    var printed = new StringBuilder();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        printed.append(line).append('\n');
        if (line.equals("on")) {
          // Process.destroy would close the streams too.
          process.toHandle().destroy();
        }
      }
    }
    process.waitFor();
    assertTrue(
        printed.toString().endsWith("lazuli run: n.ipynb: cell 2 of 3: interrupted\n"),
        printed.toString());
    List<Cell> ran = cells("n.out.ipynb");
    assertEquals("2", text(ran.get(0), 0));
    assertEquals("on\n", text(ran.get(1), 0));
    assertEquals(List.of(), ran.get(2).outputs());
  }

  @Test
  void noKernelAndNoConnectionFileStayBehind() throws IOException {
    write(
        "n.ipynb",
        "ProcessHandle.current().pid()",
        "System.getProperty(\"sun.java.command\").split(\" \")[1]",
        "1 / 0");
    var outcome = lazuli.run("run", "n.ipynb", "--no-html");
    List<String> said = outcome.out().lines().toList();
    assertFalse(
        ProcessHandle.of(Long.parseLong(said.get(0))).map(ProcessHandle::isAlive).orElse(false));
    Path connection = Path.of(said.get(1));
    assertTrue(connection.endsWith("connection.json"), connection.toString());
    assertFalse(Files.exists(connection.getParent()));
  }

  @Test
  void theConsoleRunsCellsOverSeveralLinesAndLeaves() {
    var outcome =
        lazuli.runWithInput(
            "int twice(int n) {\nreturn 2 * n;\n}\ntwice(21)\n1 / 0\nexit\nnever\n", "console");
    assertEquals(0, outcome.status(), outcome.err());
    String out = outcome.out();
    assertTrue(out.contains("[1]> ...> ...> [2]> 42\n[3]> java.lang.ArithmeticException"), out);
    assertTrue(out.contains("/ by zero"), out);
    assertTrue(out.endsWith("[4]> "), out);
  }

  private static String row(Sandbox.Outcome doctor, String subject) {
    return doctor
        .out()
        .lines()
        .dropWhile(line -> !line.startsWith(subject + "  "))
        .limit(3)
        .map(line -> line.strip().replaceAll(" +", " "))
        .collect(java.util.stream.Collectors.joining("\n"));
  }

  @Test
  void theDoctorNamesEachProblemOfAnInstalledKernelWithItsFix() throws Exception {
    var installed = lazuli.run("install");
    assertEquals(0, installed.status(), installed.err());
    Path kernel = folder.resolve(".local/share/jupyter/kernels/lazuli");
    Path options = folder.resolve(".config/lazuli/jvm.options");
    assertEquals(
        "installed Java (Lazuli) in " + kernel + "\nyour JVM options go into " + options + "\n",
        installed.out());
    assertTrue(installed.err().endsWith("\ntrained\n"), installed.err());
    String spec = "kernelspec lazuli";
    String cache = "AOT cache of lazuli";

    var doctor = lazuli.run("doctor");
    assertEquals(0, doctor.status(), doctor.out());
    assertTrue(row(doctor, spec).startsWith(spec + " ok " + kernel), doctor.out());
    assertTrue(row(doctor, cache).startsWith(cache + " ok "), doctor.out());

    Files.writeString(options, "-Xmx1banana");
    doctor = lazuli.run("doctor");
    assertEquals(1, doctor.status(), doctor.out());
    assertTrue(
        row(doctor, spec)
            .startsWith(
                spec
                    + " BROKEN "
                    + kernel
                    + " Java does not start with the options in "
                    + options
                    + ": Invalid maximum heap size: -Xmx1banana"),
        doctor.out());
    assertTrue(doctor.out().contains("fix: correct the options, or empty the file"));

    Files.delete(options);
    doctor = lazuli.run("doctor");
    assertTrue(row(doctor, spec).contains("could not open"), doctor.out());
    assertTrue(doctor.out().contains("fix: install again: lazuli install, or make the file"));
    Files.createFile(options);

    Files.write(kernel.resolve("kernel.aot"), new byte[100]);
    doctor = lazuli.run("doctor");
    assertEquals(0, doctor.status(), doctor.out());
    assertTrue(row(doctor, cache).startsWith(cache + " absent "), doctor.out());
    assertTrue(row(doctor, cache).contains("fix: install again: lazuli install"), doctor.out());

    Path json = kernel.resolve("kernel.json");
    String good = Files.readString(json);
    Files.writeString(json, good.replace("Lazuli ", "Lazuli 0.0.1 "));
    doctor = lazuli.run("doctor");
    assertEquals(0, doctor.status(), doctor.out());
    assertTrue(row(doctor, spec).contains(" is Lazuli 0.0.1 "), doctor.out());

    Files.writeString(
        json, good.replace(System.getProperty("java.home") + "/bin/java", folder + "/gone/java"));
    assertTrue(
        row(lazuli.run("doctor"), spec)
            .contains("names the Java " + folder + "/gone/java, which is not there"));
    Files.writeString(json, good);

    Path elsewhere = folder.resolve("elsewhere/share/jupyter");
    Files.createDirectories(elsewhere);
    Files.move(kernel.getParent(), elsewhere.resolve("kernels"));
    doctor =
        new Sandbox(folder, lazuli.home(), Map.of("JUPYTER_PATH", elsewhere.toString()))
            .run("doctor");
    assertEquals(1, doctor.status(), doctor.out());
    assertTrue(
        row(doctor, spec).contains(" was moved here from " + kernel + ", which it still names"),
        doctor.out());
    Files.move(elsewhere.resolve("kernels"), kernel.getParent());

    Path jar = kernel.resolve("kernel.jar");
    Files.delete(jar);
    doctor = lazuli.run("doctor");
    assertEquals(1, doctor.status());
    assertTrue(row(doctor, spec).contains("names " + jar + ", which is not there"), doctor.out());

    var removed = lazuli.run("uninstall");
    assertEquals("removed " + kernel + "\n", removed.out());
    try (Stream<Path> left = Files.walk(folder)) {
      assertEquals(List.of(), left.filter(Files::isRegularFile).toList());
    }
  }

  @Test
  void uninstallKeepsOptionsThatTheUserSetAndSaysSo() throws IOException {
    Path options = folder.resolve(".config/lazuli/jvm.options");
    Files.createDirectories(options.getParent());
    Files.writeString(options, "-Xss2m");
    assertEquals(0, lazuli.run("install").status());
    Path kernel = folder.resolve(".local/share/jupyter/kernels/lazuli");
    assertEquals(
        "removed " + kernel + "\nkept your JVM options in " + options + "\n",
        lazuli.run("uninstall").out());
    assertEquals("-Xss2m", Files.readString(options));
  }
}
