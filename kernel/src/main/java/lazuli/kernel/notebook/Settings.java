package lazuli.kernel.notebook;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lazuli.kernel.magic.Words;
import org.jspecify.annotations.Nullable;

/**
 * What the environment of the kernel asks for, under Lazuli's names or those of JJava, IJava and
 * rapaio; the first that is set counts, in that order.
 *
 * @param compilerOptions options of javac
 * @param classPath jars and directories that cells may use
 * @param startup pieces of Java, magics in them too, that run before the first cell
 * @param timeout how long a top-level statement may run; null for ever
 * @param loadExtensions whether extensions in added jars are installed
 */
public record Settings(
    List<String> compilerOptions,
    List<Path> classPath,
    List<Script> startup,
    @Nullable Limit timeout,
    boolean loadExtensions) {
  /**
   * A piece of start-up code.
   *
   * @param label what errors call it
   * @param text the code
   */
  public record Script(String label, String text) {}

  /**
   * How long a top-level statement may run.
   *
   * @param duration the time
   * @param text the time as it was given
   * @param variable the variable that it was given in
   */
  public record Limit(Duration duration, String text, String variable) {
    /** {@return what a cell says that ran longer} */
    public String message() {
      return "it ran longer than "
          + text
          + ", which "
          + variable
          + " allows each statement; variables keep their values. For more time, change or unset "
          + variable
          + " and restart the kernel.";
    }
  }

  private static final Pattern TIMEOUT = Pattern.compile("(-?\\d+)\\W*([A-Za-z]+)?");

  /** Copies the lists. */
  public Settings {
    compilerOptions = List.copyOf(compilerOptions);
    classPath = List.copyOf(classPath);
    startup = List.copyOf(startup);
  }

  /**
   * {@return what an environment asks for}
   *
   * @param environment a variable's value by its name, null when it is not set
   * @param warnings told of values that cannot be used, with the fix
   */
  public static Settings read(
      UnaryOperator<@Nullable String> environment, Consumer<String> warnings) {
    var reader = new Reader(environment, warnings);
    return new Settings(
        Words.split(reader.value("COMPILER_OPTS", "RJK_COMPILER_OPTIONS").text()),
        reader.paths(reader.value("CLASSPATH", "RJK_CLASSPATH")),
        reader.startup(),
        reader.timeout(),
        reader.loadExtensions());
  }

  /** One variable: which name was set, and to what; both empty when none was. */
  private record Value(String name, String text) {}

  private record Reader(UnaryOperator<@Nullable String> environment, Consumer<String> warnings) {
    Value value(String suffix, String... others) {
      List<String> names = new ArrayList<>();
      for (String prefix : List.of("LAZULI_", "JJAVA_", "IJAVA_")) {
        names.add(prefix + suffix);
      }
      names.addAll(List.of(others));
      for (String name : names) {
        String text = environment.apply(name);
        if (text != null) {
          return new Value(name, text);
        }
      }
      return new Value("", "");
    }

    /** {@return what globs stand for; a trailing slash means all files of a folder} */
    List<Path> paths(Value value) {
      List<Path> all = new ArrayList<>();
      // rapaio separates with semicolons everywhere.
      String separator = value.name().startsWith("RJK_") ? ";" : File.pathSeparator;
      for (String glob : value.text().split(Pattern.quote(separator))) {
        if (glob.isBlank()) {
          continue;
        }
        List<Path> found = find(glob.strip());
        if (found.isEmpty()) {
          warnings.accept(value.name() + ": nothing matches " + glob.strip() + "; it was left out");
        }
        all.addAll(found);
      }
      return all;
    }

    private static List<Path> find(String glob) {
      int slash = Math.max(glob.lastIndexOf('/'), glob.lastIndexOf(File.separatorChar));
      String last = glob.substring(slash + 1);
      String folder = slash < 0 ? "." : glob.substring(0, slash + 1);
      List<Path> found = new ArrayList<>();
      try {
        if (!last.isEmpty() && !last.contains("*") && !last.contains("?")) {
          return Files.exists(Path.of(glob)) ? List.of(Path.of(glob)) : List.of();
        }
        try (DirectoryStream<Path> entries =
            Files.newDirectoryStream(Path.of(folder), last.isEmpty() ? "*" : last)) {
          entries.forEach(found::add);
        }
      } catch (IOException | InvalidPathException e) {
        return List.of();
      }
      found.sort(null);
      return found;
    }

    List<Script> startup() {
      List<Script> scripts = new ArrayList<>();
      Value files = value("STARTUP_SCRIPTS_PATH");
      for (Path path : paths(files)) {
        try {
          if (Files.isRegularFile(path)) {
            scripts.add(new Script(path.getFileName().toString(), Files.readString(path)));
          }
        } catch (IOException e) {
          warnings.accept(files.name() + ": " + path + " cannot be read: " + e.getMessage());
        }
      }
      Value code = value("STARTUP_SCRIPT", "RJK_INIT_SCRIPT");
      if (!code.text().isBlank()) {
        scripts.add(new Script(code.name(), code.text()));
      }
      return scripts;
    }

    @Nullable Limit timeout() {
      Value value = value("TIMEOUT", "RJK_TIMEOUT_MILLIS");
      if (value.text().isBlank()) {
        return null;
      }
      Matcher matcher = TIMEOUT.matcher(value.text().strip());
      if (matcher.matches()) {
        String unit = matcher.group(2);
        try {
          long number = Long.parseLong(matcher.group(1));
          TimeUnit units =
              unit == null
                  ? TimeUnit.MILLISECONDS
                  : TimeUnit.valueOf(unit.toUpperCase(Locale.ROOT));
          return number < 1
              ? null
              : new Limit(
                  Duration.of(number, units.toChronoUnit()), number + " " + units, value.name());
        } catch (IllegalArgumentException | ArithmeticException e) {
          // Told below.
        }
      }
      warnings.accept(
          value.name()
              + ": \""
              + value.text()
              + "\" is no time; a number of milliseconds or a number and a unit is accepted, such as"
              + " \"30 SECONDS\"; statements run without a limit");
      return null;
    }

    boolean loadExtensions() {
      Value value = value("LOAD_EXTENSIONS");
      String text = value.text().strip();
      return value.name().isEmpty()
          || !(text.isEmpty() || text.equals("0") || text.equalsIgnoreCase("false"));
    }
  }
}
