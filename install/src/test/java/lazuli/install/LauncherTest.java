package lazuli.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shell script, with JDKs and a Maven that only say that they were called. A release directory
 * is used unless a test makes a source tree.
 */
class LauncherTest {
  private static final Path SCRIPT = Path.of("..", "lazuli").toAbsolutePath().normalize();

  @TempDir Path folder;
  private Path release;
  private Path jdks;

  private record Outcome(int status, String out, String err) {}

  @BeforeEach
  void release() throws IOException {
    release = Files.createDirectories(folder.resolve("a release"));
    Files.copy(SCRIPT, release.resolve("lazuli"));
    Files.createDirectories(release.resolve("lib"));
    Files.writeString(release.resolve("lib/b.jar"), "");
    Files.writeString(release.resolve("lib/a.jar"), "");
    Files.writeString(release.resolve("jvm.flags"), "-Dfrom.file=1\n");
    jdks = Files.createDirectories(folder.resolve("jdks"));
  }

  /** A JDK whose java prints its own home and its arguments. */
  private Path jdk(String name, String version, boolean compiler) throws IOException {
    Path home = jdks.resolve(name);
    program(home.resolve("bin/java"), "echo \"" + name + ": $*\"");
    if (compiler) {
      program(home.resolve("bin/javac"), "exit 1");
    }
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static void program(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  private Outcome run(Path script, Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add("/bin/sh");
    command.add(script.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("LAZULI_JDK_FOLDERS", jdks.toString());
    builder.environment().putAll(variables);
    Path out = folder.resolve("stdout");
    Path err = folder.resolve("stderr");
    int status = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Outcome(status, Files.readString(out), Files.readString(err));
  }

  private Outcome run(Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    return run(release.resolve("lazuli"), variables, arguments);
  }

  /** A PATH without the Java of this machine: only the tools that the script uses. */
  private Map<String, String> withoutJava(String... more) throws IOException {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool :
        new String[] {
          "sh", "sed", "head", "grep", "dirname", "readlink", "find", "mkdir", "cat", "flock"
        }) {
      for (String place : new String[] {"/usr/bin", "/bin"}) {
        Path real = Path.of(place, tool);
        if (Files.exists(real) && !Files.exists(tools.resolve(tool))) {
          program(tools.resolve(tool), "exec " + real + " \"$@\"");
        }
      }
    }
    Map<String, String> variables = new HashMap<>();
    variables.put("PATH", String.join(":", more) + (more.length > 0 ? ":" : "") + tools);
    return variables;
  }

  @Test
  void theFirstOfVariableHomePathAndFoldersThatIsAJdk25Wins() throws Exception {
    jdk("d-folder", "25.0.1", true);
    Path path = jdk("c-path", "25.0.3", true);
    Path home = jdk("b-home", "25", true);
    Path named = jdk("a-named", "25.0.2+10", true);
    Map<String, String> variables = withoutJava(path.resolve("bin").toString());
    variables.put("JAVA_HOME", home.toString());
    variables.put("LAZULI_JAVA", named.toString());
    assertTrue(run(variables, "help").out().startsWith("a-named: "));
    variables.put("LAZULI_JAVA", named.resolve("bin/java").toString());
    assertTrue(run(variables, "help").out().startsWith("a-named: "));
    variables.remove("LAZULI_JAVA");
    assertTrue(run(variables, "help").out().startsWith("b-home: "));
    variables.remove("JAVA_HOME");
    assertTrue(run(variables, "help").out().startsWith("c-path: "));
    Files.delete(named.resolve("release"));
    Files.delete(home.resolve("bin/javac"));
    Files.writeString(path.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
    assertTrue(run(variables, "help").out().startsWith("d-folder: "));
  }

  @Test
  void aJavaThatIsALinkOnThePathIsFollowed() throws Exception {
    Path home = jdk("jdk", "25.0.3", true);
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("java"), Path.of("..", "alternatives-java"));
    Files.createSymbolicLink(folder.resolve("alternatives-java"), home.resolve("bin/java"));
    Map<String, String> variables = withoutJava(bin.toString());
    variables.put("LAZULI_JDK_FOLDERS", folder.resolve("none").toString());
    assertTrue(run(variables, "help").out().startsWith("jdk: "));
  }

  @Test
  void macFoldersAreLookedInto() throws Exception {
    jdk("temurin-25.jdk/Contents/Home", "25.0.3", true);
    assertTrue(run(withoutJava(), "help").out().startsWith("temurin-25.jdk/Contents/Home: "));
  }

  @Test
  void withoutAJdk25TheLineNamesWhatWasFoundAndTheFix() throws Exception {
    jdk("old", "17.0.15", true);
    jdk("runtime", "25.0.3", false);
    jdk("next", "26", true);
    var outcome = run(withoutJava(), "help");
    assertEquals(
        "lazuli: needs JDK 25 and found none (only 26 in "
            + jdks
            + "/next, 17.0.15 in "
            + jdks
            + "/old, 25.0.3 without a compiler in "
            + jdks
            + "/runtime); install one (Debian, Ubuntu: apt-get install openjdk-25-jdk or"
            + " temurin-25-jdk; macOS: brew install openjdk@25; anywhere: sdk install java"
            + " 25-tem), or name its folder in LAZULI_JAVA\n",
        outcome.err());
    assertEquals(2, outcome.status());
    assertEquals("", outcome.out());
  }

  @Test
  void aNamedJavaThatIsNoJdk25IsNotReplacedSilently() throws Exception {
    jdk("good", "25.0.3", true);
    Path old = jdk("old", "21", true);
    Map<String, String> variables = withoutJava();
    variables.put("LAZULI_JAVA", old.toString());
    var outcome = run(variables, "help");
    assertEquals(
        "lazuli: LAZULI_JAVA="
            + old
            + " is no JDK 25 (21 in "
            + old
            + "); name the folder of a JDK 25, or unset it\n",
        outcome.err());
    assertEquals(2, outcome.status());
  }

  @Test
  void argumentsAndClassPathReachJavaWhole() throws Exception {
    jdk("jdk", "25.0.3", true);
    String lib = release + "/lib/";
    assertEquals(
        "jdk: -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp "
            + lib
            + "a.jar:"
            + lib
            + "b.jar -Dlazuli.home="
            + release
            + " lazuli.install.Main run a b.ipynb -p x=1 2\n",
        run(withoutJava(), "run", "a b.ipynb", "-p", "x=1 2").out());
  }

  @Test
  void benchRunsWithTheFlagsOfTheKernel() throws Exception {
    jdk("jdk", "25.0.3", true);
    assertTrue(
        run(withoutJava(), "bench", "gemm")
            .out()
            .startsWith(
                "jdk: --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED @"
                    + release
                    + "/jvm.flags -cp "));
  }

  @Test
  void theScriptIsFoundThroughLinks() throws Exception {
    jdk("jdk", "25.0.3", true);
    Path bin = Files.createDirectories(folder.resolve("home bin"));
    Files.createSymbolicLink(bin.resolve("second"), Path.of("..", "a release", "lazuli"));
    Files.createSymbolicLink(bin.resolve("lazuli"), Path.of("second"));
    assertTrue(
        run(bin.resolve("lazuli"), withoutJava(), "help")
            .out()
            .contains("-Dlazuli.home=" + release + " "));
  }

  /** A source tree whose Maven writes what the assembly would be. */
  private Path tree(String maven) throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Files.copy(SCRIPT, tree.resolve("lazuli"));
    Files.copy(SCRIPT.resolveSibling("lazuli.cmd"), tree.resolve("lazuli.cmd"));
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    Files.createDirectories(tree.resolve("array/src/main"));
    Files.writeString(tree.resolve("array/src/main/A.java"), "class A {}");
    Files.createDirectories(tree.resolve("install"));
    program(folder.resolve("maven/mvn"), maven);
    return tree;
  }

  private static final String BUILDS =
      """
      echo "$JAVA_HOME $*" >>mvn.log
      mkdir -p install/target/lazuli/lib
      : >install/target/lazuli/jvm.flags
      : >install/target/lazuli/lib/"$(grep -c . mvn.log)".jar
      """;

  @Test
  void aSourceTreeIsBuiltOnceAndAgainWhenASourceChangesOrGoes() throws Exception {
    Path jdk = jdk("jdk", "25.0.3", true);
    Path tree = tree(BUILDS);
    Map<String, String> variables = withoutJava(folder.resolve("maven").toString());
    Path home = tree.resolve("install/target/lazuli");
    var first = run(tree.resolve("lazuli"), variables, "help");
    assertEquals(
        "lazuli: first use: building (one to three minutes, downloads its libraries once) ...\n"
            + "lazuli: built in "
            + home
            + "\n",
        first.err());
    assertTrue(first.out().contains("-Dlazuli.home=" + home + " lazuli.install.Main help"));
    assertEquals(
        jdk + " -q -B -ntp -DskipTests -Dexec.skip -Dlazuli.zip.skip=true package\n",
        Files.readString(tree.resolve("mvn.log")));

    assertEquals("", run(tree.resolve("lazuli"), variables, "help").err());

    later(tree.resolve("array/src/main/A.java"), home);
    assertEquals(
        "lazuli: sources changed: building (about half a minute) ...\nlazuli: built in "
            + home
            + "\n",
        run(tree.resolve("lazuli"), variables, "help").err());
    earlier(tree.resolve("array/src/main/A.java"), home);
    assertEquals("", run(tree.resolve("lazuli"), variables, "help").err());

    Files.delete(tree.resolve("array/src/main/A.java"));
    later(tree.resolve("array/src/main"), home);
    run(tree.resolve("lazuli"), variables, "help");
    assertEquals(3, Files.readAllLines(tree.resolve("mvn.log")).size());
  }

  private static List<String> modules() throws IOException {
    return Pattern.compile("<module>(.+?)</module>")
        .matcher(Files.readString(SCRIPT.resolveSibling("pom.xml")))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  @Test
  void aChangeInAnyModuleBuildsAgain() throws Exception {
    jdk("jdk", "25.0.3", true);
    Path tree = tree(BUILDS);
    Map<String, String> variables = withoutJava(folder.resolve("maven").toString());
    Path home = tree.resolve("install/target/lazuli");
    assertTrue(modules().contains("kernel/compat"));
    List<Path> sources = new ArrayList<>();
    for (String module : modules()) {
      Path source = tree.resolve(module).resolve("src/main/java/B.java");
      Files.createDirectories(source.getParent());
      Files.writeString(source, "class B {}");
      Files.writeString(tree.resolve(module).resolve("pom.xml"), "<project/>");
      sources.addAll(List.of(source, tree.resolve(module).resolve("pom.xml")));
    }
    run(tree.resolve("lazuli"), variables, "help");
    int builds = 1;
    for (Path source : sources) {
      later(source, home);
      run(tree.resolve("lazuli"), variables, "help");
      builds++;
      assertEquals(builds, Files.readAllLines(tree.resolve("mvn.log")).size(), "" + source);
      earlier(source, home);
    }
  }

  @Test
  void theWindowsScriptGivesJavaTheFlagsOfTheOther() throws IOException {
    String flags = "--add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED";
    assertTrue(Files.readString(SCRIPT).contains("set -- " + flags));
    String windows = Files.readString(SCRIPT.resolveSibling("lazuli.cmd"));
    assertTrue(windows.contains("\"%JAVA%\" " + flags + " @\"%LAZULI%jvm.flags\""), windows);
    assertTrue(windows.contains("-cp \"%LAZULI%lib\\*\""), windows);
  }

  /** Makes a file newer than the build, without waiting for the clock. */
  private static void later(Path file, Path home) throws IOException {
    move(file, home, 2000);
  }

  private static void earlier(Path file, Path home) throws IOException {
    move(file, home, -2000);
  }

  private static void move(Path file, Path home, long millis) throws IOException {
    long built = Files.getLastModifiedTime(home.resolve("lib")).toMillis();
    Files.setLastModifiedTime(file, FileTime.fromMillis(built + millis));
  }

  @Test
  void aFailedBuildShowsMavensErrorAndRunsNothing() throws Exception {
    jdk("jdk", "25.0.3", true);
    Path tree = tree("echo '[ERROR] A.java:[1,1] broken'\nexit 1");
    var outcome =
        run(tree.resolve("lazuli"), withoutJava(folder.resolve("maven").toString()), "doctor");
    assertEquals(
        "lazuli: first use: building (one to three minutes, downloads its libraries once) ...\n"
            + "[ERROR] A.java:[1,1] broken\n"
            + "lazuli: the build failed; Maven's output is above and in "
            + tree
            + "/install/target/build.log\n",
        outcome.err());
    assertEquals(2, outcome.status());
    assertEquals("", outcome.out());
  }

  @Test
  void withoutMavenTheLineNamesTheFix() throws Exception {
    jdk("jdk", "25.0.3", true);
    Path tree = tree("exit 1");
    var outcome = run(tree.resolve("lazuli"), withoutJava(), "doctor");
    assertEquals(
        "lazuli: needs Maven 3.8.6 or newer to build (Debian, Ubuntu: apt-get install maven;"
            + " macOS: brew install maven), or use the release zip, which needs none\n",
        outcome.err());
    assertEquals(2, outcome.status());
  }

  @Test
  void aTypingErrorIsSaidBeforeTheFirstBuild() throws Exception {
    Path tree = tree("exit 1");
    var outcome = run(tree.resolve("lazuli"), withoutJava(), "rnu");
    assertEquals(
        "lazuli: no command \"rnu\"; the commands are run, install, uninstall, lab, bench,"
            + " doctor, console, help\n",
        outcome.err());
    assertEquals(2, outcome.status());
  }

  @Test
  void theStatusOfTheCommandIsTheStatusOfTheScript() throws Exception {
    Path home = jdk("jdk", "25.0.3", true);
    program(home.resolve("bin/java"), "exit 7");
    assertEquals(7, run(withoutJava(), "run", "x").status());
  }

  @Test
  void theScriptIsPlainAscii() throws IOException {
    assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(Files.readString(SCRIPT)));
  }
}
