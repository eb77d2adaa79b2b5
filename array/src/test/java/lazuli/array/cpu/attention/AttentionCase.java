package lazuli.array.cpu.attention;

import java.util.Random;
import lazuli.array.attention.Causal;
import lazuli.array.type.DType;

/**
 * One attention with its data, in the values that the element types hold.
 *
 * @param q [B, Hq, Tq, D]
 * @param k [B, Hkv, Tk, D]
 * @param v [B, Hkv, Tk, Dv]
 * @param mask null, or maskShape: 1 and 0 for bool, else added
 */
record AttentionCase(
    Sizes sizes,
    DType dtype,
    MaskKind kind,
    double[] q,
    double[] k,
    double[] v,
    double[] mask,
    int[] maskShape,
    DType maskType) {

  /** A shape of the grid. */
  record Sizes(int batch, int heads, int keyHeads, int queries, int keys, int dim, int valueDim) {
    int[] q() {
      return new int[] {batch, heads, queries, dim};
    }

    int[] k() {
      return new int[] {batch, keyHeads, keys, dim};
    }

    int[] v() {
      return new int[] {batch, keyHeads, keys, valueDim};
    }

    int[] output() {
      return new int[] {batch, heads, queries, valueDim};
    }

    double work() {
      return 1.0 * batch * heads * queries * keys * (dim + valueDim);
    }

    @Override
    public String toString() {
      return "B"
          + batch
          + " H"
          + heads
          + "/"
          + keyHeads
          + " Tq"
          + queries
          + " Tk"
          + keys
          + " D"
          + dim
          + (valueDim == dim ? "" : " Dv" + valueDim);
    }
  }

  /** What hides keys. */
  enum MaskKind {
    NONE,
    CAUSAL,
    CAUSAL_TOP_LEFT,
    BOOL,
    ADDITIVE,
    CAUSAL_AND_ADDITIVE;

    Causal causal() {
      return switch (this) {
        case CAUSAL, CAUSAL_AND_ADDITIVE -> Causal.LOWER_RIGHT;
        case CAUSAL_TOP_LEFT -> Causal.TOP_LEFT;
        default -> Causal.NONE;
      };
    }

    boolean masked() {
      return this == BOOL || this == ADDITIVE || this == CAUSAL_AND_ADDITIVE;
    }
  }

  /** Random data; the mask's shape and type cycle with the seed. */
  static AttentionCase random(Sizes s, DType dtype, MaskKind kind, long seed) {
    Random random = new Random(seed);
    double[] q = normal(random, s.q(), dtype);
    double[] k = normal(random, s.k(), dtype);
    double[] v = normal(random, s.v(), dtype);
    int variant = (int) Math.floorMod(seed, 6L);
    int[] shape =
        switch (variant) {
          case 0 -> new int[] {s.queries(), s.keys()};
          case 1 -> new int[] {s.batch(), 1, 1, s.keys()};
          case 2 -> new int[] {s.heads(), s.queries(), s.keys()};
          case 3 -> new int[] {s.keys()};
          case 4 -> new int[] {1, s.heads(), s.queries(), 1};
          default -> new int[] {s.batch(), s.heads(), s.queries(), s.keys()};
        };
    DType type = kind == MaskKind.BOOL ? DType.BOOL : floats(seed);
    double[] mask = kind.masked() ? mask(random, shape, type) : null;
    return new AttentionCase(s, dtype, kind, q, k, v, mask, kind.masked() ? shape : null, type);
  }

  private static DType floats(long seed) {
    DType[] types = {DType.F32, DType.BF16, DType.F16, DType.F64};
    return types[(int) Math.floorMod(seed / 7, 4L)];
  }

  static double[] normal(Random random, int[] shape, DType dtype) {
    double[] x = new double[size(shape)];
    for (int i = 0; i < x.length; i++) {
      x[i] = lazuli.array.type.Rounding.to(dtype, random.nextGaussian());
    }
    return x;
  }

  private static double[] mask(Random random, int[] shape, DType type) {
    double[] x = new double[size(shape)];
    for (int i = 0; i < x.length; i++) {
      boolean hidden = random.nextInt(4) == 0;
      double bias = lazuli.array.type.Rounding.to(type, random.nextGaussian());
      x[i] = type == DType.BOOL ? (hidden ? 0 : 1) : hidden ? Double.NEGATIVE_INFINITY : bias;
    }
    return x;
  }

  static int size(int[] shape) {
    int n = 1;
    for (int d : shape) {
      n *= d;
    }
    return n;
  }

  double scale() {
    return 1 / Math.sqrt(Math.max(1, sizes.dim()));
  }

  Geometry geometry() {
    return new Geometry(
        sizes.batch(),
        sizes.heads(),
        sizes.keyHeads(),
        sizes.queries(),
        sizes.keys(),
        sizes.dim(),
        sizes.valueDim(),
        scale(),
        kind.causal());
  }

  /** What a mask adds at a position; -infinity where it hides. */
  double bias(int b, int h, int t, int j) {
    if (mask == null) {
      return 0;
    }
    int[] at = {b, h, t, j};
    int index = 0;
    for (int i = 0; i < maskShape.length; i++) {
      int coordinate = at[4 - maskShape.length + i];
      index = index * maskShape[i] + (maskShape[i] == 1 ? 0 : coordinate);
    }
    double x = mask[index];
    return maskType == DType.BOOL ? (x != 0 ? 0 : Double.NEGATIVE_INFINITY) : x;
  }

  /** Attention in plain float64 loops over visible positions only, written independently. */
  double[] expected() {
    Sizes s = sizes;
    double[] out = new double[size(s.output())];
    double[] p = new double[s.keys()];
    for (int b = 0; b < s.batch(); b++) {
      for (int h = 0; h < s.heads(); h++) {
        int kv = b * s.keyHeads() + h / (s.heads() / s.keyHeads());
        for (int t = 0; t < s.queries(); t++) {
          int row = (b * s.heads() + h) * s.queries() + t;
          double max = Double.NEGATIVE_INFINITY;
          for (int j = 0; j < s.keys(); j++) {
            p[j] = score(b, h, t, j, row, kv);
            max = Math.max(max, p[j]);
          }
          double sum = 0;
          for (int j = 0; j < s.keys(); j++) {
            if (p[j] == Double.NEGATIVE_INFINITY) {
              continue;
            }
            double w = Math.exp(p[j] - max);
            sum += w;
            for (int d = 0; d < s.valueDim(); d++) {
              out[row * s.valueDim() + d] += w * v[(kv * s.keys() + j) * s.valueDim() + d];
            }
          }
          for (int d = 0; d < s.valueDim() && sum != 0; d++) {
            out[row * s.valueDim() + d] /= sum;
          }
        }
      }
    }
    return out;
  }

  private double score(int b, int h, int t, int j, int row, int kv) {
    double bias = bias(b, h, t, j);
    boolean later =
        switch (kind.causal()) {
          case NONE -> false;
          case LOWER_RIGHT -> j > t + sizes.keys() - sizes.queries();
          case TOP_LEFT -> j > t;
        };
    if (later || bias == Double.NEGATIVE_INFINITY) {
      return Double.NEGATIVE_INFINITY;
    }
    double dot = 0;
    for (int d = 0; d < sizes.dim(); d++) {
      dot += q[row * sizes.dim() + d] * k[(kv * sizes.keys() + j) * sizes.dim() + d];
    }
    return dot * scale() + bias;
  }

  @Override
  public String toString() {
    return sizes
        + " "
        + dtype
        + " "
        + kind.name().toLowerCase(java.util.Locale.ROOT)
        + (mask == null ? "" : " " + maskType + java.util.Arrays.toString(maskShape));
  }
}
