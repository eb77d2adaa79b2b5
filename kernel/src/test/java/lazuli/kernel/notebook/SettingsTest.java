package lazuli.kernel.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private final List<String> warnings = new ArrayList<>();

  private Settings read(Map<String, String> environment) {
    return Settings.read(environment::get, warnings::add);
  }

  @Test
  void nothingSetIsNothingAsked() {
    assertEquals(new Settings(List.of(), List.of(), List.of(), null, true), read(Map.of()));
    assertEquals(List.of(), warnings);
  }

  @ParameterizedTest
  @CsvSource({"LAZULI_", "JJAVA_", "IJAVA_"})
  void theNamesOfAllKernelsCount(String prefix) {
    Settings settings =
        read(
            Map.of(
                prefix + "COMPILER_OPTS", "-Xlint:all  \"-A key=1\"",
                prefix + "TIMEOUT", "30 SECONDS",
                prefix + "STARTUP_SCRIPT", "int a = 1;",
                prefix + "LOAD_EXTENSIONS", "false"));
    assertEquals(List.of("-Xlint:all", "-A key=1"), settings.compilerOptions());
    assertEquals(
        new Settings.Limit(Duration.ofSeconds(30), "30 SECONDS", prefix + "TIMEOUT"),
        settings.timeout());
    assertEquals(
        List.of(new Settings.Script(prefix + "STARTUP_SCRIPT", "int a = 1;")), settings.startup());
    assertFalse(settings.loadExtensions());
    assertEquals(List.of(), warnings);
  }

  @Test
  void ourNamesComeFirstThenJJavas() {
    Map<String, String> environment =
        Map.of("LAZULI_TIMEOUT", "1", "JJAVA_TIMEOUT", "2", "IJAVA_TIMEOUT", "3");
    assertEquals("LAZULI_TIMEOUT", read(environment).timeout().variable());
    assertEquals(
        "JJAVA_TIMEOUT",
        read(Map.of("JJAVA_TIMEOUT", "2", "IJAVA_TIMEOUT", "3")).timeout().variable());
    assertEquals(
        new Settings.Limit(Duration.ofMillis(4), "4 MILLISECONDS", "RJK_TIMEOUT_MILLIS"),
        read(Map.of("RJK_TIMEOUT_MILLIS", "4")).timeout());
    assertEquals(List.of("-g"), read(Map.of("RJK_COMPILER_OPTIONS", "-g")).compilerOptions());
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "1500, 1500",
        "2 MINUTES, 120000",
        "7s, none",
        "-1, none",
        "0, none",
        "soon, none",
        "'', none"
      })
  void timeouts(String text, String milliseconds) {
    Settings.Limit timeout = read(Map.of("IJAVA_TIMEOUT", text)).timeout();
    if (milliseconds.equals("none")) {
      assertNull(timeout);
      assertEquals(
          text.isEmpty() || text.equals("-1") || text.equals("0"),
          warnings.isEmpty(),
          "" + warnings);
    } else {
      assertEquals(Duration.ofMillis(Long.parseLong(milliseconds)), timeout.duration());
    }
  }

  @Test
  void aTimeThatIsNoneSaysWhatIs() {
    read(Map.of("JJAVA_TIMEOUT", "7 parsecs"));
    assertEquals(
        List.of(
            "JJAVA_TIMEOUT: \"7 parsecs\" is no time; a number of milliseconds or a number and a"
                + " unit is accepted, such as \"30 SECONDS\"; statements run without a limit"),
        warnings);
  }

  @Test
  void classPathsAreGlobs(@TempDir Path folder) throws Exception {
    Path a = Files.createFile(folder.resolve("a.jar"));
    Path b = Files.createFile(folder.resolve("b.jar"));
    Path c = Files.createFile(folder.resolve("c.txt"));
    String sep = File.pathSeparator;
    assertEquals(List.of(a, b), read(Map.of("IJAVA_CLASSPATH", folder + "/*.jar")).classPath());
    assertEquals(List.of(a, b, c), read(Map.of("JJAVA_CLASSPATH", folder + "/")).classPath());
    assertEquals(
        List.of(b, c, a),
        read(Map.of("LAZULI_CLASSPATH", b + sep + folder + "/?.txt" + sep + a)).classPath());
    assertEquals(List.of(a, b), read(Map.of("RJK_CLASSPATH", a + ";" + b)).classPath());
    assertEquals(List.of(), warnings);
    assertEquals(List.of(), read(Map.of("IJAVA_CLASSPATH", folder + "/*.zip")).classPath());
    assertEquals(
        List.of("IJAVA_CLASSPATH: nothing matches " + folder + "/*.zip; it was left out"),
        warnings);
  }

  @Test
  void startupScriptsComeFromFilesThenFromTheVariable(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("1.jsh"), "int x = 1;");
    Files.writeString(folder.resolve("2.jsh"), "int y = 2;");
    Settings settings =
        read(Map.of("IJAVA_STARTUP_SCRIPTS_PATH", folder + "/*.jsh", "IJAVA_STARTUP_SCRIPT", "z"));
    assertEquals(
        List.of(
            new Settings.Script("1.jsh", "int x = 1;"),
            new Settings.Script("2.jsh", "int y = 2;"),
            new Settings.Script("IJAVA_STARTUP_SCRIPT", "z")),
        settings.startup());
    assertTrue(warnings.isEmpty());
  }
}
