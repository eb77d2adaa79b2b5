package lazuli.array.op;

import lazuli.array.type.DType;

/**
 * Philox4x32-10: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC
 * 2011. A counter and a key give 128 random bits, so every element is computed by itself, in any
 * order and on any thread, with the same result.
 *
 * <p>Elements 2i and 2i + 1 come from counter i. A value depends on the key and the index only; the
 * type merely rounds it, so f16 and f64 numbers of one key are the same numbers.
 */
public final class Philox {
  private static final int ROUNDS = 10;

  /** The last counter word tells element streams from key splits. */
  private static final int ELEMENTS = 0;

  private static final int SPLITS = 1;

  private Philox() {}

  /**
   * Encrypts one counter in place.
   *
   * @param c the four counter words, replaced by the random words
   * @param key0 the low key word
   * @param key1 the high key word
   */
  public static void block(int[] c, int key0, int key1) {
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long a = 0xD2511F53L * (c[0] & 0xffff_ffffL);
      long b = 0xCD9E8D57L * (c[2] & 0xffff_ffffL);
      int c1 = c[1];
      int c3 = c[3];
      c[0] = (int) (b >>> 32) ^ c1 ^ k0;
      c[1] = (int) b;
      c[2] = (int) (a >>> 32) ^ c3 ^ k1;
      c[3] = (int) a;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
  }

  /**
   * {@return a key that is independent of this one}
   *
   * @param key the key
   * @param index which of its children
   */
  public static long split(long key, long index) {
    int[] c = {(int) index, (int) (index >>> 32), 0, SPLITS};
    block(c, (int) key, (int) (key >>> 32));
    return (c[0] & 0xffff_ffffL) | (long) c[1] << 32;
  }

  /**
   * Fills a block of elements, exact in float64; store them rounded to nearest even.
   *
   * @param op what to draw
   * @param first the index of the first element
   * @param out where they go, from 0
   * @param count how many
   */
  public static void fill(Random op, long first, double[] out, int count) {
    int[] c = new int[4];
    int low = (int) op.key();
    int high = (int) (op.key() >>> 32);
    double unit = unit(op.aval().dtype());
    long i = first;
    long end = first + count;
    while (i < end) {
      long pair = i >>> 1;
      c[0] = (int) pair;
      c[1] = (int) (pair >>> 32);
      c[2] = 0;
      c[3] = ELEMENTS;
      block(c, low, high);
      // 53 bits each.
      long a = (c[0] & 0xffff_ffffL) << 21 | c[1] >>> 11;
      long b = (c[2] & 0xffff_ffffL) << 21 | c[3] >>> 11;
      double x;
      double y;
      switch (op.distribution()) {
        case UNIFORM -> {
          x = Math.floor(a * 0x1p-53 / unit) * unit;
          y = Math.floor(b * 0x1p-53 / unit) * unit;
        }
        case NORMAL -> {
          // Box and Muller (1958); StrictMath gives the same bits on every machine.
          double radius = StrictMath.sqrt(-2 * StrictMath.log((a + 1) * 0x1p-53));
          double angle = 2 * Math.PI * (b * 0x1p-53);
          x = radius * StrictMath.cos(angle);
          y = radius * StrictMath.sin(angle);
        }
        case GUMBEL -> {
          x = -StrictMath.log(-StrictMath.log(open(a)));
          y = -StrictMath.log(-StrictMath.log(open(b)));
        }
        case LAPLACE -> {
          x = laplace(open(a) - 0.5);
          y = laplace(open(b) - 0.5);
        }
        default -> throw new IllegalStateException();
      }
      if ((i & 1) == 0) {
        out[(int) (i - first)] = x;
        i++;
      }
      if (i < end && (i & 1) == 1) {
        out[(int) (i - first)] = y;
        i++;
      }
    }
  }

  /** {@return a number inside (0, 1), exact, from 53 random bits} */
  private static double open(long bits) {
    return ((bits >>> 1) + 0.5) * 0x1p-52;
  }

  private static double laplace(double u) {
    return -Math.signum(u) * StrictMath.log1p(-2 * Math.abs(u));
  }

  /** {@return the distance of uniform numbers} Truncating keeps them under 1 in every type. */
  private static double unit(DType type) {
    return switch (type) {
      case F16 -> 0x1p-11;
      case BF16 -> 0x1p-8;
      case F32 -> 0x1p-24;
      default -> 0x1p-53;
    };
  }
}
