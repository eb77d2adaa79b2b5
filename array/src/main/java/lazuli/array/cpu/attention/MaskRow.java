package lazuli.array.cpu.attention;

import lazuli.array.attention.term.Tiles;
import org.jspecify.annotations.Nullable;

/**
 * What a block of up to 64 query rows sees of the keys, in stretches of 64: nothing, everything, or
 * what its bits say, one word of rows for each key. Immutable.
 */
final class MaskRow {
  /** Keys of a stretch. */
  static final int KEYS = 64;

  private final byte[] kinds;
  private final long[] @Nullable [] bits;

  MaskRow(byte[] kinds, long[] @Nullable [] bits) {
    this.kinds = kinds;
    this.bits = bits;
  }

  /** {@return how many keys it covers, rounded up to whole stretches} */
  int keys() {
    return kinds.length * KEYS;
  }

  /** {@return EMPTY, PARTIAL or FULL for a stretch} */
  byte kind(int stretch) {
    return kinds[stretch];
  }

  /** {@return the bits of a mixed stretch, one word for each key} */
  long[] bits(int stretch) {
    long[] words = bits[stretch];
    if (words == null) {
      throw new IllegalStateException("stretch " + stretch + " has no bits");
    }
    return words;
  }

  /** {@return whether a row sees a key} */
  boolean sees(int row, int key) {
    byte kind = kinds[key / KEYS];
    return kind == Tiles.FULL
        || kind == Tiles.PARTIAL && (bits(key / KEYS)[key % KEYS] >>> row & 1) != 0;
  }

  /** {@return the rows of a set that see a key} */
  private long seen(int key, long rows) {
    byte kind = kinds[key / KEYS];
    return kind == Tiles.FULL
        ? rows
        : kind == Tiles.EMPTY ? 0 : bits(key / KEYS)[key % KEYS] & rows;
  }

  /** {@return the first key from one on, and before another, that a row of a set sees; else to} */
  int first(int from, int to, long rows) {
    int key = from;
    while (key < to) {
      if (kinds[key / KEYS] == Tiles.EMPTY) {
        key = (key / KEYS + 1) * KEYS;
      } else if (seen(key, rows) != 0) {
        return key;
      } else {
        key++;
      }
    }
    return to;
  }

  /** {@return after the last key that a row of a set sees, from one on and before another} */
  int end(int from, int to, long rows) {
    int key = to;
    while (key > from) {
      if (kinds[(key - 1) / KEYS] == Tiles.EMPTY) {
        key = (key - 1) / KEYS * KEYS;
      } else if (seen(key - 1, rows) != 0) {
        return key;
      } else {
        key--;
      }
    }
    return from;
  }
}
