package lazuli.array.cpu;

import java.util.Arrays;

/**
 * Sorts adjacent rows of floats as integers of the same order: -0 before 0, NaN last, as {@link
 * Arrays#sort(float[])}.
 */
final class SortedRows {
  /** Shorter rows are sorted by insertion. */
  private static final int SHORT = 8;

  private SortedRows() {}

  /** Sorts each row of n. */
  static void rows(float[] x, int[] keys, int rows, int n) {
    for (int i = 0; i < rows * n; i++) {
      int bits = Float.floatToIntBits(x[i]);
      keys[i] = bits ^ bits >> 31 & Integer.MAX_VALUE;
    }
    for (int r = 0; r < rows; r++) {
      if (n <= SHORT) {
        insertion(keys, r * n, n);
      } else {
        Arrays.sort(keys, r * n, r * n + n);
      }
    }
    for (int i = 0; i < rows * n; i++) {
      int key = keys[i];
      x[i] = Float.intBitsToFloat(key ^ key >> 31 & Integer.MAX_VALUE);
    }
  }

  private static void insertion(int[] keys, int from, int n) {
    for (int i = from + 1; i < from + n; i++) {
      int key = keys[i];
      int j = i - 1;
      while (j >= from && keys[j] > key) {
        keys[j + 1] = keys[j];
        j--;
      }
      keys[j + 1] = key;
    }
  }
}
