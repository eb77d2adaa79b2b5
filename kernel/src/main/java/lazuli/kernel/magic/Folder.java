package lazuli.kernel.magic;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import lazuli.kernel.ext.UsageException;

/** The folder that {@code %cd} chose: paths in magics and child processes start there. */
final class Folder {
  // Java's own property names the home of the account, whatever HOME says.
  private static final String HOME =
      Objects.requireNonNullElse(System.getenv("HOME"), System.getProperty("user.home"));

  private volatile Path current = Path.of("").toAbsolutePath();

  Path get() {
    return current;
  }

  void set(Path folder) {
    current = folder;
  }

  /** {@return a path as a magic means it; {@code ~} is the home folder, as a shell has it} */
  Path resolve(String magic, String path) {
    try {
      boolean home = path.equals("~") || path.startsWith("~/");
      String whole = home ? HOME + path.substring(1) : path;
      return current.resolve(whole).normalize();
    } catch (InvalidPathException e) {
      throw new UsageException(magic + ": \"" + path + "\" is no path: " + e.getReason());
    }
  }
}
