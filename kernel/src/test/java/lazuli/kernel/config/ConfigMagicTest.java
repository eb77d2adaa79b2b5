package lazuli.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.RunningCell;
import lazuli.kernel.ext.UsageException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of the next start are asked of a real JVM. */
class ConfigMagicTest {
  private static final RunningCell NO_CELL =
      (RunningCell)
          Proxy.newProxyInstance(
              RunningCell.class.getClassLoader(),
              new Class<?>[] {RunningCell.class},
              (proxy, method, values) -> {
                throw new AssertionError("the cell is not needed");
              });

  @TempDir private Path folder;
  private Path file;
  private ConfigMagic config;

  @BeforeEach
  void open() {
    file = folder.resolve("options with blank.txt");
    config = new ConfigMagic(new JvmOptions(Optional.of(file)).settings());
  }

  private String run(String arguments) {
    var call = new MagicCall("config", arguments, null, NO_CELL);
    return config.run(call).data().get("text/plain");
  }

  private String refused(String arguments) {
    return assertThrows(UsageException.class, () -> run(arguments)).getMessage();
  }

  @Test
  void whatIsSetIsKeptInAFileThatJavaCanRead() throws Exception {
    assertEquals("heap = 64m; restart the kernel to use it", run("heap=64m"));
    assertEquals(
        "jvm = -Dgiven=1 -Dalso=2; restart the kernel to use it",
        run("jvm=\"-Dgiven=1 -Dalso=2\""));
    run("preview=on add-modules=java.sql");
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + file,
                "-XshowSettings:properties",
                "-version")
            .redirectErrorStream(true)
            .start();
    String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, java.waitFor(), said);
    assertTrue(said.contains("given = 1"), said);
    assertTrue(said.contains("lazuli.preview = true"), said);
    assertTrue(said.contains("lazuli.modules = java.sql"), said);
    // Another kernel reads the same.
    assertEquals(
        List.of("64m", "on", "java.sql", "", "-Dgiven=1 -Dalso=2"),
        new JvmOptions(Optional.of(file))
            .settings().stream().map(setting -> setting.value().get()).toList());
    assertEquals("heap = as installed; restart the kernel to use it", run("heap="));
    assertFalse(Files.readString(file).contains("Xmx"));
  }

  @Test
  void aFlagThatStopsJavaIsRefusedInItsOwnWords() {
    String said = refused("jvm=-XX:+NoSuchFlag");
    assertTrue(
        said.startsWith(
            "%config: Java would not start with this, so nothing was changed. It says:\n  "),
        said);
    assertTrue(said.contains("Unrecognized VM option 'NoSuchFlag'"), said);
    assertFalse(Files.exists(file));
  }

  @Test
  void wrongValuesNamesAndPlacesAreOneLine() {
    assertEquals(
        "%config: heap does not take 'much'; write a number of bytes, with k, m or g behind it,"
            + " such as heap=2g",
        refused("heap=much"));
    assertEquals(
        "%config: preview does not take 'yes'; write preview=on or preview=off",
        refused("preview=yes"));
    assertEquals(
        "%config: there is no setting 'heep'; there are: heap, preview, add-modules, compiler, jvm",
        refused("heep=1g"));
    config = new ConfigMagic(new JvmOptions(Optional.empty()).settings());
    assertEquals(
        "%config: heap takes effect only for an installed kernel, which is started with its own"
            + " file of settings; install with: lazuli install",
        refused("heap=1g"));
  }

  @Test
  void theListSaysWhatEachSettingIsAndTakes() {
    String first = run("").lines().findFirst().orElse("");
    assertEquals(
        "heap         as installed   the most memory for Java objects (a size such as 8g; from the"
            + " next start on)",
        first);
    assertEquals(List.of("add-modules="), config.complete("heap=1g add"));
  }
}
