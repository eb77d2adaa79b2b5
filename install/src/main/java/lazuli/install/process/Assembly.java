package lazuli.install.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lazuli.kernel.platform.PlatformFiles;

/**
 * An assembled directory: {@code kernel.jar}, {@code lib/*.jar}, {@code jvm.flags} and perhaps an
 * AOT cache and a record of the JDK's packages.
 *
 * @param directory the directory
 */
public record Assembly(Path directory) {
  /** The file that holds the flags of every JVM that runs arrays. */
  public static final String FLAGS = "jvm.flags";

  /** The AOT cache, made by a training run; tied to the JDK build and to the jars. */
  public static final String AOT_CACHE = "kernel.aot";

  /** Which classes the JDK has, made by the same run; tied to the JDK. */
  public static final String PACKAGES = "kernel.packages";

  /** The jar that starts the kernel; its manifest names the others. */
  public static final String KERNEL_JAR = "kernel.jar";

  /**
   * Jars that cells are compiled against from the first on, by the start of their names. Types that
   * our methods return must be among them: the compiler takes a call whose type it cannot read for
   * a statement, and the cell would show nothing.
   */
  private static final List<String> CELLS =
      List.of("lazuli-array", "lazuli-kernel", "lazuli-magics", "jspecify", "tablesaw-core");

  /** {@return the jars in a fixed order: an AOT cache is valid for one order only} */
  public List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("lib"))) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  /** {@return the flags in {@code jvm.flags}, one argument each} */
  public List<String> flags() throws IOException {
    var flags = new ArrayList<String>();
    for (String line : Files.readAllLines(directory.resolve(FLAGS))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        flags.addAll(List.of(line.strip().split("\\s+")));
      }
    }
    return flags;
  }

  /** {@return where the AOT cache is, or would be} */
  public Path aotCache() {
    return directory.resolve(AOT_CACHE);
  }

  /**
   * {@return the kernel's command line up to the connection file}
   *
   * @param java the Java program
   * @param more flags after those of the assembly
   */
  public List<String> kernelCommand(Path java, List<String> more) throws IOException {
    var command = new ArrayList<String>();
    command.add(java.toString());
    command.addAll(flags());
    if (Files.exists(aotCache())) {
      command.add("-XX:AOTCache=" + aotCache());
    }
    command.addAll(more);
    command.add("-Dlazuli.cells.path=" + cellsPath());
    command.add("-D" + PlatformFiles.PROPERTY + "=" + directory.resolve(PACKAGES));
    command.add("-jar");
    command.add(directory.resolve(KERNEL_JAR).toString());
    return command;
  }

  private String cellsPath() throws IOException {
    return jars().stream()
        .filter(jar -> CELLS.stream().anyMatch(String.valueOf(jar.getFileName())::startsWith))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** {@return the Java program that runs this process} */
  public static Path thisJava() {
    Path bin = Path.of(System.getProperty("java.home"), "bin");
    Path windows = bin.resolve("java.exe");
    return Files.exists(windows) ? windows : bin.resolve("java");
  }
}
