package lazuli.install.jupyter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import lazuli.install.process.Assembly;
import lazuli.install.process.UsageError;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelspecTest {
  private static final Path JAVA = Path.of("/jdk/bin/java");

  @TempDir Path folder;
  private Assembly assembly;
  private Path data;
  private JvmOptions options;

  @BeforeEach
  void assembly() throws IOException {
    Path directory = folder.resolve("assembly");
    Files.createDirectories(directory.resolve("lib"));
    Files.writeString(directory.resolve("lib/b.jar"), "b");
    Files.writeString(directory.resolve("lib/lazuli-magics-1.jar"), "m");
    Files.writeString(directory.resolve("lib/lazuli-array-1.jar"), "a");
    Files.writeString(directory.resolve("kernel.jar"), "k");
    Files.writeString(directory.resolve("lib/note.txt"), "no jar");
    Files.writeString(directory.resolve("jvm.flags"), "# note\n-Xone two\n\n-Xthree\n");
    Files.writeString(directory.resolve("lazuli"), "#!/bin/sh\n");
    assembly = new Assembly(directory);
    data = folder.resolve("data with space");
    options = new JvmOptions(folder.resolve("config/lazuli/jvm.options"));
  }

  private void install(Kernelspec spec, String displayName) throws IOException {
    spec.install(assembly, JAVA, displayName, options, "Lazuli 1");
  }

  private List<String> files(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void everyFieldOfTheSpecIsWritten() throws IOException {
    var spec = new Kernelspec(data, "lazuli");
    install(spec, "Java (Lazuli)");
    Path kernel = data.resolve("kernels/lazuli");
    assertEquals(
        Json.object(
            "argv",
            List.of(
                "/jdk/bin/java",
                "-Xone",
                "two",
                "-Xthree",
                "-XX:AOTCache=" + kernel + "/kernel.aot",
                "@" + options.file(),
                "-Dlazuli.jvm.options=" + options.file(),
                "-Dlazuli.cells.path="
                    + (kernel + "/lib/lazuli-array-1.jar:")
                    + (kernel + "/lib/lazuli-magics-1.jar"),
                "-Dlazuli.cells.packages=" + kernel + "/kernel.packages",
                "-jar",
                kernel + "/kernel.jar",
                "{connection_file}"),
            "display_name",
            "Java (Lazuli)",
            "language",
            "java",
            "interrupt_mode",
            "message",
            "env",
            Json.EMPTY,
            "metadata",
            Json.object("debugger", false, "lazuli", "Lazuli 1")),
        spec.read().orElseThrow());
    assertEquals(
        List.of(
            "kernels/lazuli/jvm.flags",
            "kernels/lazuli/kernel.jar",
            "kernels/lazuli/kernel.json",
            "kernels/lazuli/lib/b.jar",
            "kernels/lazuli/lib/lazuli-array-1.jar",
            "kernels/lazuli/lib/lazuli-magics-1.jar",
            "kernels/lazuli/logo-32x32.png",
            "kernels/lazuli/logo-64x64.png",
            "kernels/lazuli/logo-svg.svg"),
        files(data));
  }

  @Test
  void theUsersOptionsAreMadeEmptyKeptByAReinstallAndRemovedWhileEmpty() throws IOException {
    var spec = new Kernelspec(data, "lazuli");
    install(spec, "one");
    assertEquals("", Files.readString(options.file()));
    assertEquals(options, spec.options().orElseThrow());
    Files.writeString(options.file(), "-Xmx8g");
    install(spec, "two");
    assertEquals("-Xmx8g", Files.readString(options.file()));
    assertFalse(options.remove());
    assertEquals("-Xmx8g", Files.readString(options.file()));
    Files.writeString(options.file(), "");
    assertTrue(options.remove());
    assertTrue(options.remove(), "removing twice is no error");
    assertFalse(Files.exists(folder.resolve("config/lazuli")));
    assertTrue(Files.exists(folder.resolve("config")));
  }

  @Test
  void optionsBesideASharedKernelOutliveAReinstall() throws IOException {
    var spec = new Kernelspec(data, "lazuli");
    options = JvmOptions.besides(spec);
    install(spec, "one");
    Files.writeString(options.file(), "-Xmx8g");
    install(spec, "two");
    assertEquals("-Xmx8g", Files.readString(spec.folder().resolve("jvm.options")));
  }

  @Test
  void aSecondInstallReplacesTheFirstAsAWhole() throws IOException {
    var spec = new Kernelspec(data, "lazuli");
    install(spec, "one");
    Files.writeString(spec.folder().resolve("left-over.txt"), "old");
    Files.delete(assembly.directory().resolve("lib/b.jar"));
    install(spec, "two");
    assertEquals("two", spec.read().orElseThrow().at("display_name").text(""));
    assertFalse(files(data).contains("kernels/lazuli/left-over.txt"));
    assertFalse(files(data).contains("kernels/lazuli/lib/b.jar"));
    try (Stream<Path> beside = Files.list(data)) {
      assertEquals(List.of(data.resolve("kernels")), beside.toList());
    }
  }

  @Test
  void aFailedInstallLeavesTheOldOne() throws IOException {
    var spec = new Kernelspec(data, "lazuli");
    install(spec, "one");
    Files.delete(assembly.directory().resolve("jvm.flags"));
    assertThrows(IOException.class, () -> install(spec, "two"));
    assertEquals("one", spec.read().orElseThrow().at("display_name").text(""));
    try (Stream<Path> beside = Files.list(data)) {
      assertEquals(List.of(data.resolve("kernels")), beside.toList());
    }
  }

  @Test
  void removalTakesOurFolderAndNothingElse() throws IOException {
    Path other = data.resolve("kernels/python3");
    Files.createDirectories(other);
    Files.writeString(other.resolve("kernel.json"), "{}");
    var spec = new Kernelspec(data, "lazuli");
    var java = new Kernelspec(data, "java");
    install(spec, "Java (Lazuli)");
    install(java, "Java (Lazuli)");
    spec.uninstall();
    assertFalse(Files.exists(spec.folder()));
    assertTrue(Files.exists(java.folder()));
    java.uninstall();
    assertEquals(List.of("kernels/python3/kernel.json"), files(data));
  }

  @Test
  void aKernelOfSomebodyElseIsNeitherReplacedNorRemoved() throws IOException {
    Path theirs = data.resolve("kernels/java");
    Files.createDirectories(theirs);
    String ijava = "{\"argv\": [\"java\", \"-jar\", \"ijava.jar\", \"{connection_file}\"]}";
    Files.writeString(theirs.resolve("kernel.json"), ijava);
    var spec = new Kernelspec(data, "java");
    assertEquals(
        theirs
            + " is a kernel that is not Lazuli's; remove it first (jupyter kernelspec remove java)"
            + " or choose another name with --as",
        assertThrows(UsageError.class, () -> install(spec, "x")).getMessage());
    assertEquals(
        theirs + " is a kernel that is not Lazuli's; it was left as it is",
        assertThrows(UsageError.class, spec::uninstall).getMessage());
    assertEquals(ijava, Files.readString(theirs.resolve("kernel.json")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Java", "a b", "../x", ".x", "a/b", "é"})
  void aNameThatJupyterRefusesIsRefused(String name) {
    assertEquals(
        "kernel name \""
            + name
            + "\": lower-case letters, digits, dots, hyphens and underscores are accepted",
        assertThrows(UsageError.class, () -> new Kernelspec(data, name)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64})
  void theLogosHaveTheirSizes(int size) throws IOException {
    try (var file = Kernelspec.class.getResourceAsStream("logo-" + size + "x" + size + ".png")) {
      var picture = ImageIO.read(Objects.requireNonNull(file));
      assertEquals(size, picture.getWidth());
      assertEquals(size, picture.getHeight());
    }
  }
}
