package lazuli.array.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import lazuli.array.type.ArrayException;

/** A file mapped into memory, so that looking at it allocates nothing. */
final class Input {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final String AGAIN = "copy or download the file again: it is damaged or cut short";

  private final Path path;
  private final MemorySegment bytes;

  private Input(Path path, MemorySegment bytes) {
    this.path = path;
    this.bytes = bytes;
  }

  static Input open(Path path) {
    if (!Files.exists(path)) {
      throw new ArrayException(
          "load was given " + quoted(path) + ": there is no such file",
          "an absolute path, or one from the working directory, " + Path.of("").toAbsolutePath(),
          "check the path");
    }
    if (Files.isDirectory(path)) {
      throw new ArrayException(
          "load was given " + quoted(path) + ", which is a directory",
          "a file",
          "name one file in it; for a sharded model, its .safetensors.index.json");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      MemorySegment bytes =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto()).asReadOnly();
      return new Input(path, bytes);
    } catch (IOException failed) {
      throw unreadable(path, failed);
    }
  }

  static ArrayException unreadable(Path path, IOException failed) {
    String why =
        failed instanceof AccessDeniedException
            ? "it may not be read by this user"
            : "it cannot be read: " + failed.getMessage();
    return new ArrayException(
        "load was given " + quoted(path) + ": " + why,
        "a file that this process may read",
        "check its permissions and the disk");
  }

  private static String quoted(Path path) {
    return "\"" + path + "\"";
  }

  Path path() {
    return path;
  }

  long size() {
    return bytes.byteSize();
  }

  /** The bytes of a range that was checked. */
  MemorySegment slice(long at, long length) {
    return bytes.asSlice(at, length);
  }

  int u8(long at) {
    return bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff;
  }

  int i32(long at) {
    return bytes.get(INT, at);
  }

  long i64(long at) {
    return bytes.get(LONG, at);
  }

  /** Whether the file has these bytes at a place. */
  boolean has(long at, String latin1) {
    if (at < 0 || at + latin1.length() > size()) {
      return false;
    }
    for (int i = 0; i < latin1.length(); i++) {
      if (u8(at + i) != latin1.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The error of a file whose header contradicts the format or its size. */
  ArrayException damaged(String what, String accepted) {
    return refused(what, accepted, AGAIN);
  }

  /** The error of a file that is not read, with its own advice. */
  ArrayException refused(String what, String accepted, String fix) {
    return new ArrayException("load was given " + quoted(path) + ": " + what, accepted, fix);
  }
}
