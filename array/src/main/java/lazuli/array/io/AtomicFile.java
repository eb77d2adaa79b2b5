package lazuli.array.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import lazuli.array.type.ArrayException;

/** Writes a file beside its place and moves it there when it is whole. */
final class AtomicFile {
  private AtomicFile() {}

  interface Body {
    void write(FileChannel channel) throws IOException;
  }

  static void write(String op, Path path, Body body) {
    if (Files.isDirectory(path)) {
      throw new ArrayException(
          op + " was given \"" + path + "\", which is a directory", "a file", "name a file in it");
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new ArrayException(
          op + " was given \"" + path + "\": there is no folder " + folder,
          "a path in a folder that exists",
          "make it first: Files.createDirectories(Path.of(\"" + folder + "\"))");
    }
    try {
      // A link stays a link: the file behind it is replaced.
      Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
      Path fresh = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
      try {
        try (FileChannel channel =
            FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
          body.write(channel);
          channel.force(true);
        }
        Files.move(
            fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException failed) {
      throw new ArrayException(
          op + " could not write \"" + path + "\": " + failed,
          "a folder that this process may write, with room for the file",
          "check permissions and free space; what was at the path before is unchanged");
    }
  }
}
