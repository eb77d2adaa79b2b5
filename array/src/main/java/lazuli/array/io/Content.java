package lazuli.array.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import lazuli.array.type.ArrayException;

/** How the elements of a {@link Member} are had. */
public sealed interface Content {
  /**
   * The file's own bytes, which are the elements as they lie in memory: nothing is read before use.
   *
   * @param bytes mapped memory; keeps the mapping alive
   */
  record Mapped(MemorySegment bytes) implements Content {}

  /**
   * Bytes that must be unpacked, swapped or converted first.
   *
   * @param decoder writes the elements
   */
  record Decoded(Decoder decoder) implements Content {}

  /**
   * An array of a kind that Lazuli does not read.
   *
   * @param why the error of whoever asks for it
   */
  record Refused(ArrayException why) implements Content {}

  /** Writes elements. */
  @FunctionalInterface
  interface Decoder {
    /**
     * Writes every element.
     *
     * @param to exactly as large as the elements
     * @throws IOException if the file cannot be read
     */
    void into(MemorySegment to) throws IOException;
  }
}
