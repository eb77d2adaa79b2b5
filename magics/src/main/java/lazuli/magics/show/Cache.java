package lazuli.magics.show;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processor's second-level cache. */
final class Cache {
  private static final Path SIZE = Path.of("/sys/devices/system/cpu/cpu0/cache/index2/size");

  private Cache() {}

  /** {@return its size in words, to stand behind a number of bytes; empty where it is unknown} */
  static String second() {
    try {
      String size = Files.readString(SIZE).strip();
      return size.endsWith("K") ? " (second-level cache " + size.replace("K", " KiB") + ")" : "";
    } catch (IOException unknown) {
      return "";
    }
  }
}
