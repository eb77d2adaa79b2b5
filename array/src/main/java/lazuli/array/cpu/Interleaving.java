package lazuli.array.cpu;

/**
 * How short rows get into the lanes of vectors: of as many adjacent rows as a vector has lanes,
 * place {@code c * lanes + r} of the lanes' order is element c of row r. Rows shorter than a vector
 * would leave most of it empty; side by side they fill it, and nothing is added across lanes.
 *
 * @param in where the element of each place lies among the rows
 * @param out in which place each element of the rows lies
 */
record Interleaving(int[] in, int[] out) {
  private static final Interleaving[] OF_FLOATS = all(Species.LANES);
  private static final Interleaving[] OF_DOUBLES = all(Species.LANES64);

  private static Interleaving[] all(int lanes) {
    Interleaving[] all = new Interleaving[lanes + 1];
    for (int n = 1; n <= lanes; n++) {
      int[] in = new int[n * lanes];
      int[] out = new int[n * lanes];
      for (int c = 0; c < n; c++) {
        for (int r = 0; r < lanes; r++) {
          in[c * lanes + r] = r * n + c;
          out[r * n + c] = c * lanes + r;
        }
      }
      all[n] = new Interleaving(in, out);
    }
    return all;
  }

  /** Of rows of n floats, not more than a vector has. */
  static Interleaving floats(int n) {
    return OF_FLOATS[n];
  }

  /** Of rows of n doubles, not more than a vector has. */
  static Interleaving doubles(int n) {
    return OF_DOUBLES[n];
  }

  /** Brings rows of n, in groups of as many as there are lanes, into the order of lanes. */
  void gather(float[] rows, float[] to, int count, int n) {
    gather(rows, to, 0, count, n);
  }

  void gather(float[] rows, float[] to, int start, int count, int n) {
    for (int at = 0; at < count * n; at += in.length) {
      move(rows, at, in, to, start + at);
    }
  }

  /** The way back. */
  void scatter(float[] from, float[] rows, int count, int n) {
    for (int at = 0; at < count * n; at += in.length) {
      move(from, at, out, rows, at);
    }
  }

  /** Brings rows of doubles into the order of lanes. */
  void gather(double[] rows, double[] to, int count, int n) {
    gather(rows, to, 0, count, n);
  }

  void gather(double[] rows, double[] to, int start, int count, int n) {
    for (int at = 0; at < count * n; at += in.length) {
      move(rows, at, in, to, start + at);
    }
  }

  /** The way back. */
  void scatter(double[] from, double[] rows, int count, int n) {
    for (int at = 0; at < count * n; at += in.length) {
      move(from, at, out, rows, at);
    }
  }

  /** Brings whole groups of adjacent rows in memory into the order of lanes. */
  void gather(long rows, float[] to, int count, int n) {
    for (int at = 0; at < count * n; at += in.length) {
      for (int i = 0; i < in.length; i++) {
        to[at + i] = Memory.getFloat(rows + 4L * (at + in[i]));
      }
    }
  }

  /** Brings whole groups of adjacent rows of doubles in memory into the order of lanes. */
  void gather(long rows, double[] to, int count, int n) {
    for (int at = 0; at < count * n; at += in.length) {
      for (int i = 0; i < in.length; i++) {
        to[at + i] = Memory.getDouble(rows + 8L * (at + in[i]));
      }
    }
  }

  private static void move(float[] from, int start, int[] map, float[] to, int at) {
    for (int i = 0; i < map.length; i++) {
      to[at + i] = from[start + map[i]];
    }
  }

  private static void move(double[] from, int start, int[] map, double[] to, int at) {
    for (int i = 0; i < map.length; i++) {
      to[at + i] = from[start + map[i]];
    }
  }
}
