package lazuli.install.jupyter;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import lazuli.install.process.Assembly;
import lazuli.install.process.UsageError;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/**
 * A kernel as Jupyter finds it: {@code kernels/NAME/kernel.json}. Lazuli keeps everything in that
 * one folder, the jars too, so that the source tree may move and that removing the folder (also by
 * {@code jupyter kernelspec remove}) removes all.
 *
 * @param data a Jupyter data directory
 * @param name the kernel's name, which notebooks carry
 */
public record Kernelspec(Path data, String name) {
  /** The name under which Lazuli registers itself. */
  public static final String NAME = "lazuli";

  private static final Pattern NAMES = Pattern.compile("[a-z0-9._-]+");

  /**
   * Checks the name.
   *
   * @throws UsageError when Jupyter would not accept the name
   */
  public Kernelspec {
    if (!NAMES.matcher(name).matches() || name.startsWith(".")) {
      throw new UsageError(
          "kernel name \""
              + name
              + "\": lower-case letters, digits, dots, hyphens and underscores are accepted");
    }
  }

  /** {@return the kernel of a folder; empty when its name is none that Jupyter accepts} */
  static Optional<Kernelspec> named(Path data, String folder) {
    try {
      return Optional.of(new Kernelspec(data, folder));
    } catch (UsageError noKernelName) {
      return Optional.empty();
    }
  }

  /** {@return the folder that Jupyter reads} */
  public Path folder() {
    return data.resolve("kernels").resolve(name);
  }

  /** {@return the spec, if the folder holds one that can be read} */
  public Optional<Json.Obj> read() {
    try {
      return Optional.of(Json.parseObject(Files.readAllBytes(folder().resolve("kernel.json"))));
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  /** {@return the command line in the spec; empty without a spec} */
  public List<String> command() {
    return read()
        .map(spec -> spec.at("argv").items().stream().map(word -> word.text("")).toList())
        .orElse(List.of());
  }

  /** {@return whether the folder holds a kernel of ours} */
  public boolean ours() {
    return command().contains("lazuli.kernel.Main")
        || read().filter(spec -> !spec.at("metadata").at("lazuli").isNull()).isPresent();
  }

  /** {@return the version of Lazuli and of Java that it was installed with; empty if unknown} */
  public String versions() {
    return read().map(spec -> spec.at("metadata").at("lazuli").text("")).orElse("");
  }

  /** {@return the file of JVM options that the command line reads, if it reads one} */
  public Optional<JvmOptions> options() {
    return command().stream()
        .filter(word -> word.startsWith("@"))
        .map(word -> new JvmOptions(Path.of(word.substring(1))))
        .findFirst();
  }

  /**
   * Writes the folder, replacing one of ours as a whole: a reader finds the old one or the new one.
   *
   * @param assembly what to copy
   * @param java the Java program that the kernel runs on
   * @param displayName what Jupyter shows
   * @param options the file of the user's own JVM options; made if it is not there
   * @param versions what {@link #versions} shall tell
   * @throws UsageError when a kernel of somebody else has the name
   * @throws IOException when it cannot be written
   */
  public void install(
      Assembly assembly, Path java, String displayName, JvmOptions options, String versions)
      throws IOException {
    if (Files.exists(folder()) && !ours()) {
      throw new UsageError(
          folder()
              + " is a kernel that is not Lazuli's; remove it first (jupyter kernelspec remove "
              + name
              + ") or choose another name with --as");
    }
    Path kernels = Files.createDirectories(data.resolve("kernels"));
    // Beside the kernels, so that no client lists it before it is whole, and on the same disk.
    Path fresh = Files.createTempDirectory(data, ".lazuli-");
    try {
      copy(assembly.directory(), fresh);
      for (String logo : List.of("logo-32x32.png", "logo-64x64.png", "logo-svg.svg")) {
        try (var picture = Kernelspec.class.getResourceAsStream(logo)) {
          if (picture == null) {
            throw new IllegalStateException(logo + " is missing from the jar");
          }
          Files.copy(picture, fresh.resolve(logo));
        }
      }
      Files.write(
          fresh.resolve("kernel.json"), spec(fresh, java, displayName, options, versions).pretty());
      keepOptions(options, fresh);
      readable(fresh);
      Path old = Files.createTempDirectory(data, ".lazuli-");
      if (Files.exists(folder())) {
        Files.move(folder(), old.resolve("old"));
      }
      Files.move(fresh, kernels.resolve(name));
      delete(old);
      options.create();
    } finally {
      delete(fresh);
    }
  }

  /** Options beside the spec outlive the folder that is replaced. */
  private void keepOptions(JvmOptions options, Path fresh) throws IOException {
    if (options.equals(JvmOptions.besides(this)) && Files.exists(options.file())) {
      Files.copy(options.file(), fresh.resolve(String.valueOf(options.file().getFileName())));
    }
  }

  /** {@return the spec of a folder that will be moved to its place} */
  private Json.Obj spec(
      Path fresh, Path java, String displayName, JvmOptions options, String versions)
      throws IOException {
    var more =
        List.of(
            "-XX:AOTCache=" + fresh.resolve(Assembly.AOT_CACHE),
            "@" + options.file(),
            "-D" + JvmOptions.PROPERTY + "=" + options.file());
    var command = new ArrayList<String>();
    for (String word : new Assembly(fresh).kernelCommand(java, more)) {
      command.add(word.replace(fresh.toString(), folder().toAbsolutePath().toString()));
    }
    command.add("{connection_file}");
    return Json.object(
        "argv",
        command,
        "display_name",
        displayName,
        "language",
        "java",
        "interrupt_mode",
        "message",
        "env",
        Json.EMPTY,
        "metadata",
        Json.object("debugger", false, "lazuli", versions));
  }

  /**
   * Removes the folder and nothing else.
   *
   * @throws UsageError when there is none, or when it is somebody else's
   * @throws IOException when it cannot be removed
   */
  public void uninstall() throws IOException {
    if (!Files.exists(folder())) {
      throw new UsageError(1, "nothing to remove: there is no " + folder());
    }
    if (!ours()) {
      throw new UsageError(folder() + " is a kernel that is not Lazuli's; it was left as it is");
    }
    delete(folder());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.sorted().toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        String name = String.valueOf(file.getFileName());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (name.endsWith(".jar") || name.equals(Assembly.FLAGS)) {
          // Without the times of the source: the AOT cache knows a jar by size and time.
          Files.copy(file, target);
        }
      }
    }
  }

  /** Temporary folders are private; an installed kernel of a shared prefix must not be. */
  private static void readable(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
