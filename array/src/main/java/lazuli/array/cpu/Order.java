package lazuli.array.cpu;

import java.util.Arrays;

/** The stable order of keys. */
final class Order {
  private Order() {}

  /** The places of the first n keys in ascending order; equal keys keep theirs. */
  static long[] of(long[] keys, int n) {
    long low = Long.MAX_VALUE;
    long high = Long.MIN_VALUE;
    for (int i = 0; i < n; i++) {
      low = Math.min(low, keys[i]);
      high = Math.max(high, keys[i]);
    }
    long range = high - low;
    if (n > 0 && range >= 0 && range < 1L << 32) {
      // Key and place fit into one number each.
      long[] packed = new long[n];
      for (int i = 0; i < n; i++) {
        packed[i] = (keys[i] - low << 31) | i;
      }
      Arrays.sort(packed);
      for (int i = 0; i < n; i++) {
        packed[i] &= 0x7fff_ffffL;
      }
      return packed;
    }
    long[] places = new long[n];
    for (int i = 0; i < n; i++) {
      places[i] = i;
    }
    merge(keys, places, new long[n], 0, n);
    return places;
  }

  private static void merge(long[] keys, long[] places, long[] spare, int from, int to) {
    if (to - from < 2) {
      return;
    }
    int middle = (from + to) >>> 1;
    merge(keys, places, spare, from, middle);
    merge(keys, places, spare, middle, to);
    if (keys[(int) places[middle - 1]] <= keys[(int) places[middle]]) {
      return;
    }
    System.arraycopy(places, from, spare, from, to - from);
    int a = from;
    int b = middle;
    for (int i = from; i < to; i++) {
      boolean first = b >= to || (a < middle && keys[(int) spare[a]] <= keys[(int) spare[b]]);
      places[i] = first ? spare[a++] : spare[b++];
    }
  }
}
