package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The general magics: shells, files, markup, state. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs sh and bash")
class GeneralMagicsTest {
  private static TestKernel kernel;
  private static final List<Magic> MAGICS = new ArrayList<>();

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    kernel = TestKernel.start();
    kernel.run("1");
    MAGICS.addAll(kernel.session.magics());
  }

  @AfterAll
  static void stop() {
    kernel.close();
  }

  private static List<Magic> all() throws Exception {
    if (MAGICS.isEmpty()) {
      start();
    }
    return MAGICS;
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyHelpHasUsageAndAnExampleThatIsTheMagic(Magic magic) {
    String signs = magic.onLine() ? "%" : "%%";
    assertTrue(magic.help().startsWith(signs + magic.name()), magic.help());
    String example = magic.help().substring(magic.help().indexOf("\nExample\n") + 9);
    assertTrue(example.contains("%" + magic.name()), magic.help());
    assertTrue(magic.help().lines().allMatch(line -> line.length() <= 100), magic.help());
    assertTrue(magic.summary().length() <= 60, magic.summary());
    assertFalse(magic.summary().endsWith("."), magic.summary());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          %lsmagic
          %help time
          %who
          %jshell /imports
          %time IntStream.range(0, 1_000_000).sum()
          %pwd
          %cd .
          %env PATH
          List<String> lines = %sh echo hello
          '%%bash\necho hello'
          '%%html\n<b>bold</b>'
          '%%markdown\nsome **bold** words'
          '%%latex\n$e$'
          '%%javascript\nconsole.log(1)'
          '%%js\nconsole.log(1)'
          '%%svg\n<svg/>'
          """)
  void examplesRun(String cell) throws Exception {
    assertEquals("ok", kernel.run(cell).status(), cell);
  }

  @Test
  void bashRunsInItsFolderWithItsEnvironmentAndBothStreams() throws Exception {
    kernel.run("%cd " + folder + "\n%env COLOUR=blue");
    var run = kernel.run("%%bash one two\npwd\necho $2 $COLOUR\necho oops >&2");
    assertEquals(folder.toRealPath() + "\ntwo blue\n", run.stdout());
    assertEquals("oops\n", run.stderr());
    assertEquals("ok", run.status());
    assertEquals(folder.toString(), kernel.run("%pwd").result());
    assertEquals("blue", kernel.run("String c = %env COLOUR\nc").result());
    assertEquals("[a, b]", kernel.run("var l = %sh echo a; echo b\nl.stream().toList()").result());
    assertEquals("a\nb", kernel.run("%sh echo a; echo b").result());
    kernel.run("%cd " + Path.of("").toAbsolutePath());
  }

  @Test
  void aScriptThatFailsSaysItsStatus() throws Exception {
    var run = kernel.run("%%bash\necho before\nexit 3");
    assertEquals("before\n", run.stdout());
    assertEquals(
        "%%bash: the script ended with status 3; end it with `exit 0` to ignore that",
        run.reply().at("evalue").text(""));
  }

  @Test
  void outputOfBashAppearsLiveAndAnInterruptEndsTheChild() throws Exception {
    Exchange exchange = kernel.client.execute("%%bash\necho $$\nsleep 1000\necho never", false);
    List<Exchange.Event> events = new ArrayList<>();
    String printed = "";
    while (!printed.contains("\n")) {
      Exchange.Event event = exchange.next(TestKernel.LIMIT);
      events.add(event);
      if (event.channel() == Channel.IOPUB && event.message().type().equals("stream")) {
        printed += event.message().content().at("text").text("");
      }
    }
    ProcessHandle child = ProcessHandle.of(Long.parseLong(printed.strip())).orElseThrow();
    kernel.session.interrupt();
    var run = TestKernel.collect(exchange);
    assertEquals("Interrupted", run.reply().at("ename").text(""));
    child.onExit().get(TestKernel.LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
    assertEquals("2", kernel.run("1 + 1").result());
  }

  @Test
  void markupIsShownAsWhatItIs() throws Exception {
    for (String[] one :
        new String[][] {
          {"html", "text/html"},
          {"markdown", "text/markdown"},
          {"latex", "text/latex"},
          {"svg", "image/svg+xml"},
          {"javascript", "application/javascript"},
          {"js", "application/javascript"}
        }) {
      var run = kernel.run("%%" + one[0] + "\nbody of it");
      var data = run.contents("execute_result").getFirst().at("data");
      assertEquals("body of it", data.at(one[1]).text(""), one[0]);
      assertEquals("body of it", data.at("text/plain").text(""), one[0]);
    }
    assertEquals(
        "%%js: the cell is empty; write the javascript below the first line",
        kernel.run("%%js\n").reply().at("evalue").text(""));
  }

  @Test
  void writefileWritesReplacesAndAppends() throws Exception {
    Path file = folder.resolve("a b.txt");
    String magic = "%%writefile \"" + file + "\"\n";
    assertEquals("Writing " + file + "\n", kernel.run(magic + "one\n").stdout());
    assertEquals("Overwriting " + file + "\n", kernel.run(magic + "two").stdout());
    assertEquals("two\n", Files.readString(file));
    kernel.run("%%writefile -a \"" + file + "\"\nthree");
    assertEquals("two\nthree\n", Files.readString(file));
    assertEquals(
        "%%writefile: no folder " + folder.resolve("none") + "; make it first, with %sh mkdir -p",
        kernel.run("%%writefile " + folder + "/none/x\ny").reply().at("evalue").text(""));
  }

  @Test
  void loadRunsScriptsAndNotebooks() throws Exception {
    Files.writeString(folder.resolve("setup.jsh"), "int loaded = 5;\n%time loaded++\n");
    assertEquals("none", kernel.run("%load " + folder + "/setup").result());
    assertEquals("6", kernel.run("loaded").result());
    Files.writeString(
        folder.resolve("other.ipynb"),
        """
        {"cells": [
          {"cell_type": "markdown", "source": ["not java"]},
          {"cell_type": "code", "source": ["int fromNotebook = 1;\\n", "fromNotebook++;"]},
          {"cell_type": "code", "source": "int twice(int n) { return 2 * n + fromNotebook; }"}],
         "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        """);
    kernel.run("%load " + folder + "/other.ipynb");
    assertEquals("8", kernel.run("twice(3)").result());
    Files.writeString(folder.resolve("bad.jsh"), "int ok = 1;\nthrow new Exception(\"mine\");");
    var bad = kernel.run("%load " + folder + "/bad.jsh");
    assertEquals("Exception", bad.reply().at("ename").text(""));
    String trace = bad.reply().at("traceback").items().toString();
    assertTrue(trace.contains("bad.jsh line 2"), trace);
    assertEquals(
        "%load: no file "
            + folder.resolve("nothing")
            + "; a script (.jsh, .jshell, .java) or a notebook (.ipynb) is accepted",
        kernel.run("%load " + folder + "/nothing").reply().at("evalue").text(""));
  }

  @Test
  void resetForgetsDeclarationsAndKeepsImports() throws Exception {
    kernel.run("import java.text.DecimalFormat;\nint gone = 1; void f() {} record P(int x) {}");
    List<String> listed = kernel.run("%jshell /list").result().lines().toList();
    assertTrue(
        listed.containsAll(
            List.of(
                "import java.text.DecimalFormat;", "int gone", "void f()", "record P(int x) {}")),
        "" + listed);
    assertEquals("ok", kernel.run("%reset -f").status());
    assertEquals("No variables yet.", kernel.run("%who").result());
    assertEquals("none", kernel.run("%jshell /methods").result());
    assertEquals("CompilationError", kernel.run("gone").reply().at("ename").text(""));
    assertEquals("1", kernel.run("new DecimalFormat(\"0\").format(1)").result());
    assertEquals("7", kernel.run("int gone = 7; gone").result());
  }

  @Test
  void imageShowsAPictureOfAFile() throws Exception {
    Path file = folder.resolve("dot.png");
    javax.imageio.ImageIO.write(new java.awt.image.BufferedImage(3, 2, 1), "png", file.toFile());
    var data = kernel.run("%image " + file).contents("execute_result").getFirst().at("data");
    assertTrue(data.at("image/png").text("").startsWith("iVBORw0KGgo"), "" + data);
    String given = String.format(Locale.ROOT, "%s.txt", file);
    assertEquals(
        "%image: "
            + given
            + " is no picture by its name; names ending in png, jpg, jpeg, gif, webp and svg are"
            + " accepted",
        kernel.run("%image " + given).reply().at("evalue").text(""));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          %sh            | %sh: no command was given; write %sh COMMAND, such as %sh ls
          %load          | %load: no file was given; write %load PATH, such as setup.jsh
          %reset all     | %reset: takes no argument, "all" was given; write %reset
          %jshell        | %jshell: no command was given; the commands are /vars, /methods, /types, /imports, /list
          %jshell /drop  | %jshell: no command /drop; the commands are /vars, /methods, /types, /imports, /list
          %env NOT_SET_X | %env: no variable NOT_SET_X; %env lists all, %env NOT_SET_X=VALUE sets it
          %env =3        | %env: "=3" has no name; write %env NAME=VALUE
          %pwd x         | %pwd: takes no argument, "x" was given; see %cd
          %image         | %image: nothing to show; write %image PATH, such as plot.png
          %cd /no/such   | %cd: no folder /no/such; a folder that exists is accepted; %sh ls shows some
          """)
  void wrongUseIsOneLine(String code, String message) throws Exception {
    assertEquals(message, kernel.run(code).reply().at("evalue").text(""));
  }

  @Test
  void writefileKnowsItsOptionsOnly() throws Exception {
    assertEquals(
        "%%writefile: no option -x; it has --append, -a",
        kernel.run("%%writefile -x f\ny").reply().at("evalue").text(""));
    assertEquals(
        "%%writefile: one path is accepted, 2 were given; write %%writefile PATH, with quotes"
            + " around a path with blanks",
        kernel.run("%%writefile a b\ny").reply().at("evalue").text(""));
  }
}
