package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Magics in cells: the built-in ones, and what any magic can rely on. */
class MagicsTest {
  private static TestKernel kernel;

  @TempDir private Path folder;

  private record Twice(boolean onCell) implements Magic {
    @Override
    public String name() {
      return onCell ? "twicecell" : "twice";
    }

    @Override
    public String summary() {
      return "run it twice";
    }

    @Override
    public String help() {
      return "help of twice";
    }

    @Override
    public boolean onLine() {
      return !onCell;
    }

    @Override
    public Object run(MagicCall call) throws Exception {
      String code = call.body() == null ? call.arguments() : call.body();
      call.cell().evaluate(code);
      return call.cell().evaluate(code);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    kernel =
        TestKernel.start(
            host -> {
              host.magic(new Twice(false));
              host.magic(new Twice(true));
            });
    kernel.run("int n = 0;");
  }

  @AfterAll
  static void stop() {
    kernel.close();
  }

  @Test
  void theValueOfALineIsItsResultAndCanBeAssigned() throws Exception {
    kernel.run("n = 0;");
    assertEquals("2", kernel.run("%twice ++n").result());
    assertEquals("14", kernel.run("int m = %twice ++n\nm + 10").result());
  }

  @Test
  void theValueInTheMiddleOfACellIsShown() throws Exception {
    var run = kernel.run("%twice 5\n6");
    assertEquals("6", run.result());
    assertEquals("5", run.contents("display_data").getFirst().at("data").at("text/plain").text(""));
  }

  @Test
  void whatTheCodeThrowsIsTheUsersOwnErrorWithItsLine() throws Exception {
    var run = kernel.run("%%twicecell\nint a = 1;\nthrow new IllegalStateException(\"mine\");");
    assertEquals("IllegalStateException", run.reply().at("ename").text(""));
    assertEquals("mine", run.reply().at("evalue").text(""));
    var compile = kernel.run("%twice int = 3;");
    assertEquals("CompilationError", compile.reply().at("ename").text(""));
  }

  @Test
  void unknownMagicsNameTheNearestAndNothingOfTheCellRuns() throws Exception {
    kernel.run("n = 7;");
    var run = kernel.run("n = 8;\n%twcie n");
    assertEquals("UsageError", run.reply().at("ename").text(""));
    assertEquals("Unknown magic %twcie. Did you mean %twice?", run.reply().at("evalue").text(""));
    assertEquals("7", kernel.run("n").result());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          %twicecell 1       | %twicecell: it takes a whole cell; write %%twicecell on the first line of a cell
          %time              | %time: nothing to time; write %time STATEMENT, such as %time f(1)
          %help nothing      | %help: no magic is named nothing; %lsmagic lists all of them
          %jars              | %jars: no path was given; write %jars PATH..., such as lib/*.jar
          """)
  void wrongUseIsOneLine(String code, String message) throws Exception {
    var run = kernel.run(code);
    assertEquals("UsageError", run.reply().at("ename").text(""));
    assertEquals(message, run.reply().at("evalue").text(""));
    assertEquals(
        List.of("UsageError: " + message),
        run.reply().at("traceback").items().stream().map(line -> line.text("")).toList());
  }

  @Test
  void aLineMagicOnACellSaysSo() throws Exception {
    var run = kernel.run("%%twice\n1");
    assertEquals(
        "%%twice: it takes one line; write %twice on that line", run.reply().at("evalue").text(""));
  }

  @Test
  void helpComesByNameAndByQuestionMark() throws Exception {
    assertEquals("help of twice", kernel.run("%help twice").result());
    assertEquals("help of twice", kernel.run("%twice ?").result());
    assertTrue(kernel.run("%lsmagic").result().contains("%time, %%time  "));
  }

  @Test
  void timeShowsWhatJJavaShowsAndKeepsTheValue() throws Exception {
    for (String code : List.of("%time 1 + 1", "%%time\n1 + 1")) {
      var run = kernel.run(code);
      assertEquals("2", run.result());
      String number = "\\d+(\\.\\d+)?(e\\+\\d+)? (ns|us|ms|s)";
      List<String> shown =
          run.contents("display_data").stream()
              .map(content -> content.at("data").at("text/plain").text(""))
              .toList();
      assertEquals(2, shown.size(), "" + shown);
      String cpu = "CPU times: user %1$s, sys %1$s, total %1$s".formatted(number);
      assertTrue(shown.get(0).matches(cpu), shown.get(0));
      assertTrue(shown.get(1).matches("Wall time: " + number), shown.get(1));
    }
  }

  @Test
  void whoListsVariablesWithTypeAndValue() throws Exception {
    kernel.run("String greeting = \"hello\"; int[] numbers = {1, 2};");
    List<String> lines = kernel.run("%who").result().lines().toList();
    assertTrue(lines.stream().anyMatch(l -> l.matches("greeting +String +hello")), "" + lines);
    assertTrue(lines.stream().anyMatch(l -> l.matches("numbers +int\\[] +\\[1, 2]")), "" + lines);
  }

  @Test
  void classPathTakesGlobsReturnsPathsAndMakesClassesUsable() throws Exception {
    Path classes = Files.createDirectories(folder.resolve("with blank"));
    Path source = folder.resolve("Found.java");
    Files.writeString(source, "package found; public class Found { public static int six = 6; }");
    int status =
        javax.tools.ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", classes.toString(), source.toString());
    assertEquals(0, status);
    var run = kernel.run("List<String> added = %classpath \"" + classes + "\"\nadded.size()");
    assertEquals("1", run.result());
    assertEquals("6", kernel.run("found.Found.six").result());
    String nothing = "%jars: nothing matches " + folder + "/";
    String place = " in " + Path.of("").toAbsolutePath();
    assertEquals(
        nothing + "x.jar" + place,
        kernel.run("%jars " + folder + "/x.jar").reply().at("evalue").text(""));
    var globbed = kernel.run("%jars " + folder + "/*.jar");
    assertEquals("[]", globbed.result());
    assertEquals("Warning: " + nothing + "*.jar" + place + "\n", globbed.stderr());
  }

  @Test
  void errorsOfCodeInsideAMagicNameTheLinesOfTheCell() throws Exception {
    String compile = "%%time\n\nint fine = 1;\nint wrong = nowhere;";
    assertTrue(
        kernel.run(compile).reply().at("evalue").text("").contains(" line 4: cannot find symbol"));
    var thrown = kernel.run("int zero = 0;\n%time 1 / zero");
    assertTrue(thrown.reply().at("traceback").items().get(1).text("").endsWith(" line 2"));
  }

  @Test
  void stopChecksCanBeTurnedOffAndOn() throws Exception {
    assertEquals("stop-checks = off", kernel.run("%config stop-checks=off").result());
    assertEquals(
        "[stop-checks  off", "[" + kernel.run("%config stop-checks").result().substring(0, 16));
    assertEquals("stop-checks = on", kernel.run("%config stop-checks=on").result());
    assertEquals(
        "%config: stop-checks does not take 'maybe'; write stop-checks=on or stop-checks=off",
        kernel.run("%config stop-checks=maybe").reply().at("evalue").text(""));
  }
}
