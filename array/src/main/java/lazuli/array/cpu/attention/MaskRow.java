package lazuli.array.cpu.attention;

import lazuli.array.attention.term.Tiles;
import org.jspecify.annotations.Nullable;

/**
 * What a block of up to 64 query rows sees of the keys, in stretches of 64: nothing, everything, or
 * what its bits say, one word of rows for each key; and from where to where each row sees keys, for
 * most masks leave a row one run of keys without holes. Immutable.
 */
final class MaskRow {
  /** Keys of a stretch. */
  static final int KEYS = 64;

  private final byte[] kinds;
  private final long[] @Nullable [] bits;
  private final long[] @Nullable [] byRow;
  private final int[] from;
  private final int[] end;
  private final boolean holes;
  private final int first;
  private final int last;

  MaskRow(byte[] kinds, long[] @Nullable [] bits, int rows) {
    this.kinds = kinds;
    this.bits = bits;
    long[] @Nullable [] turned = new long[kinds.length] @Nullable [];
    for (int n = 0; n < kinds.length; n++) {
      long[] words = bits[n];
      turned[n] = words == null ? null : transposed(words);
    }
    from = new int[rows];
    end = new int[rows];
    holes = runs(turned, rows);
    int least = Integer.MAX_VALUE;
    int most = 0;
    for (int row = 0; row < rows; row++) {
      least = end[row] > 0 ? Math.min(least, from[row]) : least;
      most = Math.max(most, end[row]);
    }
    first = most == 0 ? 0 : least;
    last = most;
    // Without holes the runs say everything.
    byRow = holes ? turned : new long[0][];
  }

  /** Finds from where to where each row sees keys; whether it fails to see some between. */
  private boolean runs(long[] @Nullable [] turned, int rows) {
    boolean between = false;
    for (int n = 0; n < kinds.length; ) {
      int first = n;
      byte kind = kinds[n++];
      while (kind != Tiles.PARTIAL && n < kinds.length && kinds[n] == kind) {
        n++;
      }
      if (kind == Tiles.EMPTY) {
        continue;
      }
      for (int row = 0; row < rows; row++) {
        long[] words = turned[first];
        long word = words == null ? -1L : words[row];
        if (word == 0) {
          continue;
        }
        int start = first * KEYS + Long.numberOfTrailingZeros(word);
        int stop = n * KEYS - Long.numberOfLeadingZeros(word);
        boolean more = end[row] > 0;
        between |= more && end[row] != start;
        between |= kind == Tiles.PARTIAL && Long.bitCount(word) != stop - start;
        from[row] = more ? from[row] : start;
        end[row] = stop;
      }
    }
    return between;
  }

  /** One word of keys for each row, of one word of rows for each key. */
  private static long[] transposed(long[] words) {
    long[] x = words.clone();
    long mask = 0xffffffffL;
    for (int j = 32; j != 0; j >>>= 1, mask ^= mask << j) {
      for (int k = 0; k < 64; k = (k + j + 1) & ~j) {
        long t = ((x[k] >>> j) ^ x[k + j]) & mask;
        x[k] ^= t << j;
        x[k + j] ^= t;
      }
    }
    return x;
  }

  /** {@return the first key that a row sees; 0 when it sees none} */
  int from(int row) {
    return from[row];
  }

  /** {@return after the last key that a row sees; 0 when it sees none} May lie after the keys. */
  int end(int row) {
    return end[row];
  }

  /** {@return the first key that any row sees; 0 when none sees one} */
  int first() {
    return first;
  }

  /**
   * {@return after the last key that any row sees; 0 when none sees one} May lie after the keys.
   */
  int last() {
    return last;
  }

  /** {@return whether a row fails to see some key between two that it sees} */
  boolean holes() {
    return holes;
  }

  /** {@return which keys of a stretch a row sees, when there are holes} */
  long word(int stretch, int row) {
    long[] words = kinds[stretch] == Tiles.PARTIAL ? byRow[stretch] : null;
    return words != null ? words[row] : kinds[stretch] == Tiles.FULL ? -1L : 0L;
  }

  /** {@return how many of its stretches have bits} */
  int mixed() {
    int mixed = 0;
    for (byte kind : kinds) {
      mixed += kind == Tiles.PARTIAL ? 1 : 0;
    }
    return mixed;
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
