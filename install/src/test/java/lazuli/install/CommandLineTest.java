package lazuli.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong use of every command: one line with the fix, exit status 2, nothing written. */
class CommandLineTest {
  @TempDir Path folder;

  private static final String GOOD =
      """
      {"cells": [{"cell_type": "code", "execution_count": null, "id": "a",
        "metadata": {"tags": ["parameters"]}, "outputs": [], "source": "int steps = 3;"}],
       "metadata": {}, "nbformat": 4, "nbformat_minor": 5}""";

  @BeforeEach
  void notebooks() throws IOException {
    Files.writeString(folder.resolve("good.ipynb"), GOOD);
    Files.writeString(folder.resolve("text.ipynb"), "hello");
    Files.writeString(folder.resolve("list.ipynb"), "[]");
    Files.writeString(folder.resolve("empty.ipynb"), "");
    Files.writeString(folder.resolve("other.ipynb"), "{\"a\": 1}");
    Files.writeString(folder.resolve("old.ipynb"), "{\"nbformat\": 3, \"worksheets\": []}");
    Files.writeString(
        folder.resolve("cells.ipynb"), "{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\"}]}");
    Files.createDirectory(folder.resolve("sub"));
    Files.writeString(folder.resolve("sub/good.ipynb"), GOOD);
    Files.writeString(folder.resolve("untagged.ipynb"), GOOD.replace("\"parameters\"", ""));
  }

  @ParameterizedTest(name = "lazuli {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          rnu                                 | lazuli: no command "rnu"; did you mean run? `lazuli help` lists them
          frobnicate                          | lazuli: no command "frobnicate"; `lazuli help` lists them
          --verison                           | lazuli: no option "--verison"; did you mean --version? `lazuli help` lists them
          run                                 | lazuli run: Missing required parameter: 'NOTEBOOK'; `lazuli help run`
          run --timeuot 3 good.ipynb          | lazuli run: no option "--timeuot"; did you mean --timeout? `lazuli help run` lists them
          run --timeout soon good.ipynb       | lazuli run: Invalid value for option '--timeout': 'soon' is not a double; `lazuli help run`
          run --timeout 0 good.ipynb          | lazuli run: --timeout 0.0: a number of seconds above 0 is needed
          run missing.ipynb                   | lazuli run: missing.ipynb: there is no such notebook
          run sub                             | lazuli run: sub: this is a folder; name a notebook (.ipynb)
          run text.ipynb                      | lazuli run: text.ipynb: not a notebook: line 1, column 1: a JSON value is needed, not 'h'
          run list.ipynb                      | lazuli run: list.ipynb: not a notebook: a JSON object is needed
          run empty.ipynb                     | lazuli run: empty.ipynb: not a notebook: empty text is not JSON
          run other.ipynb                     | lazuli run: other.ipynb: not a notebook: it has no nbformat
          run old.ipynb                       | lazuli run: old.ipynb: notebook format 3; format 4 is read (convert it with jupyter nbconvert --to notebook)
          run cells.ipynb                     | lazuli run: cells.ipynb: not a notebook: cells is no list of cells with cell_type and source
          run good.ipynb -o good.ipynb        | lazuli run: good.ipynb: the executed notebook would overwrite its source; name another file
          run good.ipynb --html good.ipynb    | lazuli run: good.ipynb: the page would overwrite its source; name another file
          run good.ipynb -o gone/x.ipynb      | lazuli run: gone/x.ipynb: there is no such folder for the executed notebook
          run good.ipynb -o sub               | lazuli run: sub: the executed notebook cannot be written there
          run good.ipynb sub/good.ipynb       | lazuli run: sub/good.ipynb: a second notebook of this name would overwrite good.out.ipynb
          run good.ipynb old.ipynb -o x.ipynb | lazuli run: -o and --html name one file, and 2 notebooks were given
          run good.ipynb --html x --no-html   | lazuli run: --html and --no-html contradict each other; give one of them
          run good.ipynb -p steps             | lazuli run: Value for option option '--parameter' (NAME=VALUE) should be in KEY=VALUE format but was steps; `lazuli help run`
          run good.ipynb -p stpes=4           | lazuli run: good.ipynb: no parameter "stpes"; the tagged cell declares steps
          run good.ipynb -p steps=many        | lazuli run: parameter steps: "many" is no int, as it is declared
          run untagged.ipynb -p steps=4       | lazuli run: untagged.ipynb: no cell is tagged "parameters", so -p has nowhere to go; tag the cell that declares the parameters
          install --as Java                   | lazuli install: kernel name "Java": lower-case letters, digits, dots, hyphens and underscores are accepted
          install --user --prefix x           | lazuli install: --user, --prefix and --sys-prefix exclude each other; give one
          install --sys-prefix                | lazuli install: --sys-prefix: no environment is active (VIRTUAL_ENV and CONDA_PREFIX are not set); activate one or use --user
          install extra                       | lazuli install: no argument "extra"; `lazuli help install` lists them
          bench kernel --peer torch           | lazuli bench kernel: --peer torch: ipykernel is known
          bench kernel --markdown gone/x.md   | lazuli bench kernel: --markdown gone/x.md: there is no such folder
          bench kernel --quik                 | lazuli bench kernel: Unknown option: '--quik'; --help lists the options
          doctor --fix                        | lazuli doctor: no option "--fix"; `lazuli help doctor` lists them
          """)
  void wrongUseIsOneLineAndStatusTwo(String arguments, String line) throws IOException {
    var before = snapshot();
    var outcome = Sandbox.in(folder).run(arguments.strip().split(" +"));
    assertEquals(line + System.lineSeparator(), outcome.err());
    assertEquals(2, outcome.status());
    assertEquals("", outcome.out());
    assertEquals(before, snapshot(), "nothing is written");
  }

  private Map<String, Long> snapshot() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      var sizes = new java.util.TreeMap<String, Long>();
      for (Path file : files.toList()) {
        sizes.put(file.toString(), Files.isDirectory(file) ? -1 : Files.size(file));
      }
      return sizes;
    }
  }

  @Test
  void helpListsEveryCommand() {
    var outcome = Sandbox.in(folder).run("help");
    assertEquals(0, outcome.status());
    for (String name :
        new String[] {"run", "install", "uninstall", "lab", "bench", "doctor", "console", "help"}) {
      assertTrue(outcome.out().contains("\n  " + name), name + " in\n" + outcome.out());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "install", "uninstall", "lab", "doctor", "console"})
  void helpOfACommandIsItsOwnHelpOption(String command) {
    var help = Sandbox.in(folder).run("help", command);
    assertEquals(0, help.status());
    assertTrue(help.out().contains("Usage: lazuli " + command), help.out());
    assertEquals(help, Sandbox.in(folder).run(command, "--help"));
  }

  @Test
  void theBenchOfTheKernelTellsAMissedGoalFromAFailure() {
    var help = Sandbox.in(folder).run("bench", "kernel", "--help");
    assertEquals(0, help.status());
    assertTrue(help.out().contains("3   measured, and a goal is missed"), help.out());
    assertTrue(help.out().contains("1   a kernel did not do its part"), help.out());
  }

  @Test
  void withoutACommandTheHelpIsShown() {
    assertEquals(Sandbox.in(folder).run("help").out(), Sandbox.in(folder).run().out());
  }

  @Test
  void theVersionNamesTheJavaThatRuns() {
    var outcome = Sandbox.in(folder).run("--version");
    assertEquals(
        "Lazuli " + Version.number() + ", Java " + Runtime.version() + System.lineSeparator(),
        outcome.out());
    assertEquals(0, outcome.status());
  }

  @Test
  void labWithoutJupyterLabSaysWhatIsMissing() {
    var outcome = Sandbox.in(folder).run("lab");
    assertEquals(
        "lazuli lab: JupyterLab is not on PATH (no jupyter-lab); install it (pipx install"
            + " jupyterlab), or run notebooks without it: lazuli run NOTEBOOK"
            + System.lineSeparator(),
        outcome.err());
    assertEquals(1, outcome.status());
  }

  @Test
  void uninstallWithoutAKernelSaysWhereItLooked() {
    var outcome = Sandbox.in(folder).run("uninstall");
    assertEquals(
        "lazuli uninstall: nothing to remove: there is no "
            + folder.resolve(".local/share/jupyter/kernels/lazuli")
            + System.lineSeparator(),
        outcome.err());
    assertEquals(1, outcome.status());
  }
}
