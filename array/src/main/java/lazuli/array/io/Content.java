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
   * Whole numbers that share a scale and an offset in groups: value = scale * code + bias.
   *
   * @param group how many neighbours share a scale
   * @param bits of a code, packed from the low bits of u32 words up
   * @param values writes what the codes stand for, in f32
   * @param codes writes the u32 words
   * @param scales writes the f16 scales, one for each group
   * @param biases writes the f16 offsets, one for each group
   */
  record Packed(int group, int bits, Decoder values, Decoder codes, Decoder scales, Decoder biases)
      implements Content {}

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
