package lazuli.install.jupyter;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lazuli.install.process.Invocation;

/**
 * Where Jupyter keeps its data (the rules of jupyter_core's {@code paths} module, without Python).
 *
 * @param invocation whose environment and home directory count
 */
public record JupyterPaths(Invocation invocation) {
  /** {@return the user's own data directory} */
  public Path userData() {
    String chosen = invocation.variable("JUPYTER_DATA_DIR");
    if (chosen != null) {
      return Path.of(chosen);
    }
    Path home = invocation.userHome();
    return switch (invocation.platform()) {
      case MAC -> home.resolve("Library/Jupyter");
      case WINDOWS -> {
        String roaming = invocation.variable("APPDATA");
        yield roaming == null ? home.resolve(".jupyter/data") : Path.of(roaming, "jupyter");
      }
      case UNIX -> {
        String data = invocation.variable("XDG_DATA_HOME");
        yield (data == null ? home.resolve(".local/share") : Path.of(data)).resolve("jupyter");
      }
    };
  }

  /** {@return the data directory under a prefix, as {@code jupyter kernelspec --prefix} has it} */
  public static Path prefixData(Path prefix) {
    return prefix.resolve("share/jupyter");
  }

  /** {@return the prefix of the active virtual or Conda environment, if there is one} */
  public Optional<Path> environmentPrefix() {
    return Optional.ofNullable(invocation.variable("VIRTUAL_ENV"))
        .or(() -> Optional.ofNullable(invocation.variable("CONDA_PREFIX")))
        .map(Path::of);
  }

  /** {@return the directories that Jupyter searches for kernels, first match first} */
  public List<Path> search() {
    var found = new ArrayList<Path>();
    String extra = invocation.variable("JUPYTER_PATH");
    if (extra != null) {
      for (String entry : extra.split(Pattern.quote(File.pathSeparator), -1)) {
        if (!entry.isEmpty()) {
          found.add(Path.of(entry));
        }
      }
    }
    found.add(userData());
    environmentPrefix().map(JupyterPaths::prefixData).ifPresent(found::add);
    if (invocation.platform() == Invocation.Platform.WINDOWS) {
      String shared = invocation.variable("PROGRAMDATA");
      if (shared != null) {
        found.add(Path.of(shared, "jupyter"));
      }
    } else {
      found.add(Path.of("/usr/local/share/jupyter"));
      found.add(Path.of("/usr/share/jupyter"));
    }
    return found.stream().distinct().toList();
  }

  /** {@return whether Jupyter searches this directory} */
  public boolean finds(Path data) {
    Path there = data.toAbsolutePath().normalize();
    return search().stream().anyMatch(one -> one.toAbsolutePath().normalize().equals(there));
  }

  /** {@return the kernels of ours where Jupyter looks} */
  public List<Kernelspec> installed() {
    var found = new ArrayList<Kernelspec>();
    for (Path data : search()) {
      Path kernels = data.resolve("kernels");
      try (Stream<Path> folders =
          Files.isDirectory(kernels) ? Files.list(kernels) : Stream.empty()) {
        folders
            .sorted()
            .map(folder -> Kernelspec.named(data, String.valueOf(folder.getFileName())))
            .flatMap(Optional::stream)
            .filter(Kernelspec::ours)
            .forEach(found::add);
      } catch (IOException unreadable) {
        // Jupyter finds no kernel there either.
      }
    }
    return found;
  }

  /** {@return the program on {@code PATH}, if it is there} */
  public Optional<Path> program(String name) {
    String path = invocation.variable("PATH");
    if (path == null) {
      return Optional.empty();
    }
    String file = invocation.platform() == Invocation.Platform.WINDOWS ? name + ".exe" : name;
    for (String entry : path.split(Pattern.quote(File.pathSeparator), -1)) {
      Path candidate = Path.of(entry.isEmpty() ? "." : entry).resolve(file);
      if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
