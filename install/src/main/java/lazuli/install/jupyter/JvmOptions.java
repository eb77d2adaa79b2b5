package lazuli.install.jupyter;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import lazuli.install.process.Invocation;

/**
 * The file of a user's own JVM options. The kernel's command line reads it as an {@code @argfile}
 * and its path is the system property {@value #PROPERTY}, so that a notebook can change the size of
 * the heap.
 *
 * @param file where it is
 */
public record JvmOptions(Path file) {
  /** The system property of the kernel that holds the path. */
  public static final String PROPERTY = "lazuli.jvm.options";

  private static final String NAME = "jvm.options";

  /** {@return the file in the user's own configuration directory} */
  public static JvmOptions ofUser(Invocation invocation) {
    Path home = invocation.userHome();
    Path configuration =
        switch (invocation.platform()) {
          case MAC -> home.resolve("Library/Application Support");
          case WINDOWS -> {
            String roaming = invocation.variable("APPDATA");
            yield roaming == null ? home.resolve(".config") : Path.of(roaming);
          }
          case UNIX -> {
            String chosen = invocation.variable("XDG_CONFIG_HOME");
            yield chosen == null ? home.resolve(".config") : Path.of(chosen);
          }
        };
    return new JvmOptions(configuration.resolve("lazuli").resolve(NAME).toAbsolutePath());
  }

  /** {@return the file of a kernel that several users share: beside its spec} */
  public static JvmOptions besides(Kernelspec spec) {
    return new JvmOptions(spec.folder().toAbsolutePath().resolve(NAME));
  }

  /** Makes the file, empty, unless it is there: without it the JVM would not start. */
  void create() throws IOException {
    if (!Files.exists(file)) {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.createFile(file);
    }
  }

  /** {@return whether the file is gone: one with options in it is the user's and is kept} */
  public boolean remove() throws IOException {
    if (!Files.exists(file)) {
      return true;
    }
    if (Files.size(file) > 0) {
      return false;
    }
    Files.delete(file);
    Path folder = file.getParent();
    if (folder != null) {
      try {
        Files.delete(folder);
      } catch (DirectoryNotEmptyException others) {
        return true;
      }
    }
    return true;
  }
}
