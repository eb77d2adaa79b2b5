package lazuli.kernel.config;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the kernel's next start: a file of JVM arguments that an installed kernel is
 * started with. Nothing is written that the JVM refuses to start with.
 *
 * <p>The file is made of its settings, which stand in it as comments: {@code # heap=8g} above
 * {@code -Xmx8g}.
 */
public final class JvmOptions {
  /** The system property that holds the file's path. */
  public static final String FILE = "lazuli.jvm.options";

  private static final String MODULES = "lazuli.modules";
  private static final String PREVIEW = "lazuli.preview";
  private static final String COMPILER = "lazuli.compiler";
  private static final List<String> NAMES =
      List.of("heap", "preview", "add-modules", "compiler", "jvm");
  private static final int LONGEST_CHECK_S = 30;

  private final @Nullable Path file;

  /**
   * Makes the settings of a file.
   *
   * @param file where they are kept; empty for a kernel that was not installed
   */
  public JvmOptions(Optional<Path> file) {
    this.file = file.orElse(null);
  }

  /** {@return the settings of the file that this JVM was started with} */
  public static JvmOptions ofThisJvm() {
    return new JvmOptions(Optional.ofNullable(System.getProperty(FILE)).map(Path::of));
  }

  /** {@return javac's options for cells, as the settings of this start want them} */
  public static List<String> compilerOptions() {
    List<String> options = new ArrayList<>();
    if (Boolean.getBoolean(PREVIEW)) {
      options.addAll(
          List.of("--enable-preview", "--source", String.valueOf(Runtime.version().feature())));
    }
    String modules = System.getProperty(MODULES, "");
    if (!modules.isEmpty()) {
      options.addAll(List.of("--add-modules", modules));
    }
    options.addAll(Words.of(System.getProperty(COMPILER, "")));
    return options;
  }

  /** {@return the settings} */
  public List<Setting> settings() {
    return List.of(
        setting("heap", "a size such as 8g", "the most memory for Java objects"),
        setting("preview", "on or off", "preview features of Java in cells"),
        setting("add-modules", "names with commas", "more modules of the JDK for cells"),
        setting("compiler", "options of javac", "how cells are compiled, such as -Xlint:all"),
        setting("jvm", "flags in quotes", "any flags of the JVM, such as \"-XX:+UseG1GC\""));
  }

  private Setting setting(String name, String accepts, String help) {
    return new Setting(
        name,
        accepts,
        help,
        true,
        () -> file == null ? "" : read(file).getOrDefault(name, ""),
        text -> change(name, text));
  }

  private void change(String name, String text) {
    if (file == null) {
      throw new UsageException(
          "%config: "
              + name
              + " takes effect only for an installed kernel, which is started with its own file of"
              + " settings; install with: lazuli install");
    }
    switch (name) {
      case "heap" -> {
        if (!text.isEmpty()) {
          Setting.bytes(name, text);
        }
      }
      case "preview" -> {
        if (!List.of("", "on", "off").contains(text)) {
          throw Setting.refused(name, text, "write preview=on or preview=off");
        }
      }
      default -> {
        if (text.contains("\n")) {
          throw Setting.refused(name, text, "write it on one line");
        }
      }
    }
    Map<String, String> before = read(file);
    Map<String, String> after = new LinkedHashMap<>(before);
    if (text.isEmpty()) {
      after.remove(name);
    } else {
      after.put(name, text);
    }
    check(arguments(before), arguments(after));
    write(file, after);
  }

  /** {@return the JVM's arguments for the settings, one a word} */
  static List<String> arguments(Map<String, String> settings) {
    List<String> all = new ArrayList<>();
    settings.forEach((name, text) -> all.addAll(arguments(name, text)));
    return all;
  }

  private static List<String> arguments(String name, String text) {
    return switch (name) {
      case "heap" -> List.of("-Xmx" + text);
      case "preview" ->
          text.equals("on") ? List.of("--enable-preview", "-D" + PREVIEW + "=true") : List.of();
      case "add-modules" -> List.of("--add-modules=" + text, "-D" + MODULES + "=" + text);
      case "compiler" -> List.of("-D" + COMPILER + "=" + text);
      default -> Words.of(text);
    };
  }

  private static Map<String, String> read(Path file) {
    Map<String, String> settings = new LinkedHashMap<>();
    try {
      for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
        int equals = line.indexOf('=');
        if (line.startsWith("# ") && equals > 0 && NAMES.contains(line.substring(2, equals))) {
          settings.put(line.substring(2, equals), line.substring(equals + 1));
        }
      }
    } catch (IOException e) {
      throw new UsageException("%config: cannot read " + file + ": " + e.getMessage());
    }
    return settings;
  }

  private static void write(Path file, Map<String, String> settings) {
    StringBuilder text = new StringBuilder("# Written by %config, which changes it.\n");
    settings.forEach(
        (name, value) -> {
          text.append("# ").append(name).append('=').append(value).append('\n');
          for (String argument : arguments(name, value)) {
            text.append(quoted(argument)).append('\n');
          }
        });
    try {
      // A start beside this write finds the old file or the new one.
      Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
      Path fresh = Files.createTempFile(folder, "options", ".tmp");
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UsageException("%config: cannot write " + file + ": " + e.getMessage());
    }
  }

  /** In an argument file quotes hold a word together, and a backslash keeps the next character. */
  private static String quoted(String argument) {
    return "\"" + argument.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** Starts a JVM with this one's arguments and the new settings, to hear what it says. */
  private static void check(List<String> before, List<String> after) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    List<String> present =
        new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
    before.forEach(present::remove);
    present.removeIf(one -> one.startsWith("-XX:AOT") || one.startsWith("-agentlib"));
    command.addAll(present);
    command.addAll(after);
    command.add("-version");
    try {
      Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
      java.getOutputStream().close();
      String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!java.waitFor(LONGEST_CHECK_S, TimeUnit.SECONDS)) {
        java.destroyForcibly();
        throw new UsageException("%config: Java did not start with these flags in 30 s");
      }
      if (java.exitValue() != 0) {
        throw new UsageException(
            "%config: Java would not start with this, so nothing was changed. It says:\n"
                + said.lines().map(line -> "  " + line).collect(Collectors.joining("\n")));
      }
    } catch (IOException e) {
      throw new UsageException("%config: Java could not be started to check it: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UsageException("%config: interrupted; nothing was changed");
    }
  }
}
