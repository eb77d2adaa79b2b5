package lazuli.array.oracle;

import static lazuli.array.Lazuli.*;
import static lazuli.array.oracle.Nd.dims;
import static lazuli.array.oracle.Row.FLOATS;
import static lazuli.array.oracle.Row.near;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.function.LongFunction;
import lazuli.array.Array;
import lazuli.array.type.DType;

/** Operations of models, and random numbers. */
final class ModelRows {
  private ModelRows() {}

  private static final long[][][] NORMED = {
    {{2, 3}, {3}},
    {{1}, {1}},
    {{5, 17}, {17}},
    {{3, 16}, {16}},
    {{2, 3, 15}, {15}},
    {{0, 8}, {8}},
    {{2, 1021}, {1021}}
  };

  static List<Row> rows() {
    List<Row> all = new ArrayList<>();
    all.add(
        near(
                "rmsNorm",
                FLOATS,
                NORMED,
                in -> rmsNorm(in[0], in[1], 1e-3),
                in ->
                    ElementRows.both(
                        in[0].lines(
                            -1,
                            v -> {
                              double mean = Arrays.stream(v).map(a -> a * a).average().orElse(0);
                              return Arrays.stream(v)
                                  .map(a -> a / Math.sqrt(mean + 1e-3))
                                  .toArray();
                            }),
                        in[1],
                        (a, w) -> a * w))
            .times(2));
    all.add(
        near(
                "layerNorm",
                FLOATS,
                NORMED,
                in -> layerNorm(in[0], in[1], in[1].neg(), 1e-2),
                in ->
                    ElementRows.both(
                        in[0].lines(
                            -1,
                            v -> {
                              double mean = Arrays.stream(v).average().orElse(0);
                              double var =
                                  Arrays.stream(v)
                                      .map(a -> (a - mean) * (a - mean))
                                      .average()
                                      .orElse(0);
                              return Arrays.stream(v)
                                  .map(a -> (a - mean) / Math.sqrt(var + 1e-2))
                                  .toArray();
                            }),
                        in[1],
                        (a, w) -> a * w - w))
            .times(4));
    all.add(
        near(
                "rope",
                FLOATS,
                new long[][][] {{{1, 3, 4}}, {{2, 1, 7, 6}}, {{1, 2, 17, 16}}, {{1, 0, 8}}},
                in -> rope(in[0], (int) in[0].shape().dim(-1)),
                in -> {
                  Nd x = in[0];
                  int half = x.dim(-1) / 2;
                  return Nd.of(
                      x.dims(),
                      i -> {
                        int c = i[i.length - 1];
                        double angle =
                            i[i.length - 2] * Math.pow(10000, -2.0 * (c % half) / x.dim(-1));
                        double other = x.at(Nd.set(i, -1, c < half ? c + half : c - half));
                        return c < half
                            ? x.at(i) * Math.cos(angle) - other * Math.sin(angle)
                            : other * Math.sin(angle) + x.at(i) * Math.cos(angle);
                      });
                })
            .times(8));
    // Groups that begin with their limits are quantised without loss: codes are known.
    LongFunction<Nd> codes =
        n ->
            Nd.of(
                dims(3, (int) n),
                i -> (i[1] % 32 == 0 ? 0 : i[1] % 32 == 1 ? 15 : (7 * i[1] + i[0]) % 16));
    long[][][] widths = {{{32}}, {{64}}, {{96}}};
    all.add(
        Row.exact(
                "quantize",
                new DType[] {F32},
                widths,
                in -> {
                  Nd c = codes.apply(in[0].shape().dim(0));
                  Array w = array(c.map(v -> v * 0.5 - 6).v(), F32).reshape(3, -1);
                  return quantize(w, 32, 4).codes();
                },
                in -> {
                  Nd c = codes.apply(in[0].dim(0));
                  return Nd.of(
                      dims(3, in[0].dim(0) / 8),
                      i -> {
                        double word = 0;
                        for (int k = 7; k >= 0; k--) {
                          word = word * 16 + c.at(i[0], 8 * i[1] + k);
                        }
                        return word;
                      });
                })
            .giving(DType.U32));
    all.add(
        near(
                "dequantize",
                new DType[] {F32},
                widths,
                in -> {
                  Nd c = codes.apply(in[0].shape().dim(0));
                  return dequantize(
                      quantize(array(c.map(v -> v * 0.5 - 6).v(), F32).reshape(3, -1), 32, 4));
                },
                in -> codes.apply(in[0].dim(0)).map(v -> v * 0.5 - 6))
            .giving(F32));
    all.add(
        near(
                "quantizedMatmul",
                new DType[] {F32},
                new long[][][] {{{5, 32}}, {{1, 64}}, {{17, 96}}},
                in -> {
                  Nd c = codes.apply(in[0].shape().dim(-1));
                  return quantizedMatmul(
                      in[0],
                      quantize(array(c.map(v -> v * 0.5 - 6).v(), F32).reshape(3, -1), 32, 4));
                },
                in -> {
                  Nd c = codes.apply(in[0].dim(-1)).map(v -> v * 0.5 - 6);
                  return Nd.product(in[0], Nd.of(dims(c.dim(1), 3), i -> c.at(i[1], i[0])));
                })
            .giving(F32)
            .times(4));
    all.addAll(random());
    return all;
  }

  /**
   * Philox4x32-10 again, from the paper: 53 random bits of element i of a key, over 2 to the 53.
   */
  static double uniform(long key, int i) {
    long[] c = {i >>> 1, 0, 0, 0};
    long k0 = key & 0xffff_ffffL;
    long k1 = key >>> 32;
    for (int round = 0; round < 10; round++) {
      long a = c[0] * 0xD2511F53L;
      long b = c[2] * 0xCD9E8D57L;
      c =
          new long[] {
            (b >>> 32) ^ c[1] ^ k0, b & 0xffff_ffffL, (a >>> 32) ^ c[3] ^ k1, a & 0xffff_ffffL
          };
      k0 = k0 + 0x9E3779B9L & 0xffff_ffffL;
      k1 = k1 + 0xBB67AE85L & 0xffff_ffffL;
    }
    int w = (i & 1) * 2;
    return ((c[w] << 21) | (c[w + 1] >>> 11)) * 0x1p-53;
  }

  private static Nd drawn(IntToDoubleFunction f) {
    return Nd.of(dims(17), i -> f.applyAsDouble(i[0]));
  }

  private static double open(long key, int i) {
    return (Math.floor(uniform(key, i) * 0x1p52) + 0.5) * 0x1p-52;
  }

  private static double standard(long key, int i) {
    int first = i & ~1;
    double radius = Math.sqrt(-2 * Math.log(uniform(key, first) + 0x1p-53));
    double angle = 2 * Math.PI * uniform(key, first + 1);
    return radius * (first == i ? Math.cos(angle) : Math.sin(angle));
  }

  private static double gumbel(long key, int i) {
    return -Math.log(-Math.log(open(key, i)));
  }

  private static List<Row> random() {
    long[][][] none = {{{}}};
    DType[] single = {F32};
    List<Row> all = new ArrayList<>();
    all.add(
        Row.exact(
                "uniform",
                new DType[] {F32, F64},
                none,
                in -> lazuli.array.Lazuli.uniform(key(5), in[0].dtype(), 17).astype(F64),
                in -> drawn(i -> uniform(5, i)))
            .rounded()
            .giving(F64)
            .times(1 << 29));
    all.add(
        near(
                "normal",
                new DType[] {F32, F64},
                none,
                in -> normal(key(5), in[0].dtype(), 17),
                in -> drawn(i -> standard(5, i)))
            .times(8));
    // L of [[4, 1, -2], [1, 1.25, 0.5], [-2, 0.5, 2.25]], worked out by hand.
    double[][] lower = {{2, 0, 0}, {0.5, 1, 0}, {-1, 1, 0.5}};
    all.add(
        near(
                "multivariateNormal",
                new DType[] {F32, F64},
                none,
                in ->
                    multivariateNormal(
                        key(5),
                        array(0.5, -1, 2).astype(in[0].dtype()),
                        array(4, 1, -2, 1, 1.25, 0.5, -2, 0.5, 2.25)
                            .reshape(3, 3)
                            .astype(in[0].dtype()),
                        17),
                in ->
                    Nd.of(
                        dims(17, 3),
                        i -> {
                          double sum = new double[] {0.5, -1, 2}[(int) i[1]];
                          for (int k = 0; k < 3; k++) {
                            sum += lower[(int) i[1]][k] * standard(5, (int) (3 * i[0]) + k);
                          }
                          return sum;
                        }))
            .times(16));
    all.add(
        Row.exact(
                "randint",
                new DType[] {I32},
                none,
                in -> randint(key(9), -3, 50, 17),
                in -> drawn(i -> Math.floor(uniform(9, i) * 53) - 3))
            .giving(I32));
    all.add(
        Row.exact(
                "bernoulli",
                single,
                none,
                in -> bernoulli(key(2), 0.4, 17),
                in ->
                    drawn(i -> Math.floor(uniform(2, i) * 0x1p24) * 0x1p-24 < (float) 0.4 ? 1 : 0))
            .giving(BOOL));
    all.add(
        near(
            "gumbel",
            single,
            none,
            in -> lazuli.array.Lazuli.gumbel(key(3), 17),
            in -> drawn(i -> gumbel(3, i))));
    all.add(
        near(
                "laplace",
                single,
                none,
                in -> laplace(key(4), 17),
                in ->
                    drawn(
                        i -> {
                          double u = open(4, i) - 0.5;
                          return -Math.signum(u) * Math.log(1 - 2 * Math.abs(u));
                        }))
            .times(8));
    DoubleUnaryOperator phi = z -> 0.5 * (1 + series(z / Math.sqrt(2)));
    all.add(
        near(
                "truncatedNormal",
                single,
                none,
                in -> {
                  // The distribution function of the numbers is uniform again.
                  Array z = truncatedNormal(key(6), -1, 2, 17);
                  return z.div(Math.sqrt(2)).erf().mul(0.5).add(0.5);
                },
                in ->
                    drawn(
                        i ->
                            phi.applyAsDouble(-1)
                                + uniform(6, i) * (phi.applyAsDouble(2) - phi.applyAsDouble(-1))))
            .times(16));
    all.add(
        Row.exact(
                "categorical",
                single,
                none,
                in -> categorical(key(7), zeros(17, 5)),
                in ->
                    drawn(
                        i -> {
                          int best = 0;
                          for (int k = 1; k < 5; k++) {
                            best = gumbel(7, 5 * i + k) > gumbel(7, 5 * i + best) ? k : best;
                          }
                          return best;
                        }))
            .giving(I32));
    all.add(
        Row.exact(
                "permutation",
                single,
                none,
                in -> permutation(key(8), 17),
                in -> {
                  Integer[] order = new Integer[17];
                  Arrays.setAll(order, i -> i);
                  Arrays.sort(order, java.util.Comparator.comparingDouble(i -> uniform(8, i)));
                  return drawn(i -> order[i]);
                })
            .giving(I32));
    return all;
  }

  /** The error function by its series. */
  private static double series(double x) {
    double sum = 0;
    double term = x;
    for (int n = 0; n < 60; n++) {
      sum += term / (2 * n + 1);
      term *= -x * x / (n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
}
