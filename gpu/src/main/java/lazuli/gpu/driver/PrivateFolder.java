package lazuli.gpu.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A temporary folder that only this user can read and write, deleted when the process ends. Folders
 * of processes that ended without that are deleted when the next one is made.
 */
public final class PrivateFolder {
  private static final Pattern NAME = Pattern.compile("lazuli-[a-z]+-(\\d+)-.*");

  private PrivateFolder() {}

  /**
   * {@return a new folder in the system's folder for temporary files}
   *
   * @param purpose a word for its name
   * @throws IOException if it cannot be made
   */
  public static Path make(String purpose) throws IOException {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    sweep(parent);
    long pid = ProcessHandle.current().pid();
    // The JDK makes it with the rights of its owner alone where the file system knows rights.
    Path folder = Files.createTempDirectory(parent, "lazuli-" + purpose + "-" + pid + "-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    return folder;
  }

  /** {@return whether only the owner may use it} */
  public static boolean isPrivate(Path folder) throws IOException {
    return !Files.getFileStore(folder).supportsFileAttributeView("posix")
        || Files.getPosixFilePermissions(folder)
            .equals(PosixFilePermissions.fromString("rwx------"));
  }

  /** Deletes folders of this user's processes that are gone. */
  static void sweep(Path parent) {
    try (var files = Files.list(parent)) {
      for (Path folder : files.toList()) {
        Matcher m = NAME.matcher(folder.getFileName().toString());
        boolean stale =
            m.matches()
                && ProcessHandle.of(Long.parseLong(m.group(1))).isEmpty()
                && Files.isDirectory(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                && Files.isWritable(folder);
        if (stale) {
          delete(folder);
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Whoever cannot list the folder leaves what is there to others.
    }
  }

  /** Deletes a folder with its files, as far as that is possible. */
  static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      // Windows keeps libraries that are loaded: the next process sweeps them.
    }
  }
}
