package lazuli.array.oracle;

import static lazuli.array.Lazuli.*;
import static lazuli.array.oracle.Nd.dims;
import static lazuli.array.oracle.Row.FLOATS;
import static lazuli.array.oracle.Row.WIDE;
import static lazuli.array.oracle.Row.near;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.type.DType;

/** Products and linear algebra. */
final class ProductRows {
  private ProductRows() {}

  private static final long[][][] MATMUL = {
    {{2, 3}, {3, 4}},
    {{1, 1}, {1, 1}},
    {{7, 17}, {17, 15}},
    {{16, 8}, {8, 16}},
    {{17, 9}, {9, 7}},
    {{0, 3}, {3, 2}},
    {{2, 0}, {0, 3}},
    {{2, 3, 5}, {5, 4}},
    {{2, 1, 3, 5}, {7, 5, 2}},
    {{33, 65}, {65, 31}}
  };
  private static final DType[] NUMBERS = {F32, F64, F16, BF16, I32, I64};

  static List<Row> rows() {
    List<Row> all = new ArrayList<>();
    all.add(
        near("matmul", FLOATS, MATMUL, in -> in[0].matmul(in[1]), in -> Nd.product(in[0], in[1])));
    all.add(
        near(
            "addmm",
            FLOATS,
            new long[][][] {
              {{2, 4}, {2, 3}, {3, 4}},
              {{4}, {2, 3}, {3, 4}},
              {{}, {7, 17}, {17, 15}},
              {{17, 1}, {17, 9}, {9, 8}},
              {{1, 16}, {15, 16}, {16, 16}},
              {{3}, {2, 0}, {0, 3}},
              {{5}, {0, 3}, {3, 5}},
              {{4}, {2, 3, 5}, {5, 4}}
            },
            in -> addmm(in[0], in[1], in[2], 0.5, 2),
            in -> ElementRows.both(Nd.product(in[1], in[2]), in[0], (p, c) -> 2 * c + 0.5 * p)));
    all.add(
        near(
            "inner",
            NUMBERS,
            new long[][][] {{{2, 3}, {5, 3}}, {{7}, {7}}, {{17}, {2, 17}}, {{0}, {0}}},
            in -> inner(in[0], in[1]),
            in -> {
              int[] a = Arrays.copyOf(in[0].dims(), in[0].rank() - 1);
              int[] b = Arrays.copyOf(in[1].dims(), in[1].rank() - 1);
              int[] to = Arrays.copyOf(a, a.length + b.length);
              System.arraycopy(b, 0, to, a.length, b.length);
              return Nd.of(
                  to,
                  i -> {
                    double sum = 0;
                    for (int k = 0; k < in[0].dim(-1); k++) {
                      sum +=
                          in[0].at(Nd.with(Arrays.copyOf(i, a.length), a.length, k))
                              * in[1].at(
                                  Nd.with(Arrays.copyOfRange(i, a.length, i.length), b.length, k));
                    }
                    return sum;
                  });
            }));
    all.add(
        near(
            "outer",
            NUMBERS,
            new long[][][] {{{7}, {9}}, {{1}, {17}}, {{0}, {3}}, {{16}, {15}}},
            in -> outer(in[0], in[1]),
            in -> Nd.of(dims(in[0].dim(0), in[1].dim(0)), i -> in[0].at(i[0]) * in[1].at(i[1]))));
    all.add(
        near(
            "vecdot",
            NUMBERS,
            new long[][][] {
              {{2, 3}, {2, 3}}, {{17}, {17}}, {{5, 0}, {5, 0}}, {{2, 3, 15}, {3, 15}}
            },
            in -> vecdot(in[0], in[1]),
            in ->
                ElementRows.both(in[0], in[1], (a, b) -> a * b)
                    .fold(-1, v -> Arrays.stream(v).sum())));
    all.add(
        near(
            "tensordot",
            NUMBERS,
            new long[][][] {
              {{2, 3, 5}, {3, 5, 4}}, {{1, 17, 1}, {17, 1, 2}}, {{2, 0, 3}, {0, 3, 2}}
            },
            in -> tensordot(in[0], in[1], 2),
            in ->
                Nd.of(
                    dims(in[0].dim(0), in[1].dim(2)),
                    i -> {
                      double sum = 0;
                      for (int j = 0; j < in[0].dim(1); j++) {
                        for (int k = 0; k < in[0].dim(2); k++) {
                          sum += in[0].at(i[0], j, k) * in[1].at(j, k, i[1]);
                        }
                      }
                      return sum;
                    })));
    all.add(
        near(
            "kron",
            NUMBERS,
            new long[][][] {{{2, 3}, {3, 2}}, {{7}, {5}}, {{1, 1}, {17, 1}}, {{0, 2}, {2, 3}}},
            in -> kron(in[0], in[1]),
            in -> {
              int r = in[0].rank();
              int[] to = new int[r];
              for (int d = 0; d < r; d++) {
                to[d] = in[0].dims()[d] * in[1].dims()[d];
              }
              return Nd.of(
                  to,
                  i -> {
                    int[] a = new int[r];
                    int[] b = new int[r];
                    for (int d = 0; d < r; d++) {
                      a[d] = i[d] / in[1].dims()[d];
                      b[d] = i[d] % in[1].dims()[d];
                    }
                    return in[0].at(a) * in[1].at(b);
                  });
            }));
    all.add(
        near(
            "einsum",
            NUMBERS,
            new long[][][] {
              {{2, 3, 5}, {5, 4}}, {{1, 7, 17}, {17, 1}}, {{3, 2, 0}, {0, 2}}, {{2, 0, 3}, {3, 2}}
            },
            in -> einsum("bij,jk->kbi", in[0], in[1]),
            in ->
                Nd.of(
                    dims(in[1].dim(1), in[0].dim(0), in[0].dim(1)),
                    i -> {
                      double sum = 0;
                      for (int j = 0; j < in[0].dim(2); j++) {
                        sum += in[0].at(i[1], i[2], j) * in[1].at(j, i[0]);
                      }
                      return sum;
                    })));
    all.addAll(linear());
    return all;
  }

  private static final long[][][] SQUARE = {{{1, 1}}, {{3, 3}}, {{2, 4, 4}}, {{7, 7}}};

  private static Array firm(Array x) {
    return x.matmul(x.t()).add(identity(x.shape().dim(-1)).astype(x.dtype()).mul(4));
  }

  private static Nd firm(Nd x) {
    Nd p = Nd.product(x, turned(x));
    return Nd.of(p.dims(), i -> p.at(i) + (i[i.length - 1] == i[i.length - 2] ? 4 : 0));
  }

  private static Nd turned(Nd x) {
    int r = x.rank();
    int[] to = x.dims().clone();
    to[r - 1] = x.dim(-2);
    to[r - 2] = x.dim(-1);
    return Nd.of(to, i -> x.at(Nd.set(Nd.set(i, -1, i[r - 2]), -2, i[r - 1])));
  }

  /** One number of each matrix. */
  private static Nd each(Nd x, java.util.function.ToDoubleFunction<double[][]> f) {
    int[] to = Arrays.copyOf(x.dims(), x.rank() - 2);
    return Nd.of(to, i -> f.applyAsDouble(matrix(x, i)));
  }

  private static double[][] matrix(Nd x, int... batch) {
    double[][] m = new double[x.dim(-2)][x.dim(-1)];
    for (int a = 0; a < m.length; a++) {
      for (int b = 0; b < m[a].length; b++) {
        m[a][b] = x.at(Nd.with(Nd.with(batch, batch.length, a), batch.length + 1, b));
      }
    }
    return m;
  }

  /** Determinant by elimination with the largest pivot. */
  private static double determinant(double[][] from) {
    double[][] m = Arrays.stream(from).map(double[]::clone).toArray(double[][]::new);
    double det = 1;
    for (int k = 0; k < m.length; k++) {
      int best = k;
      for (int r = k; r < m.length; r++) {
        best = Math.abs(m[r][k]) > Math.abs(m[best][k]) ? r : best;
      }
      double[] row = m[best];
      m[best] = m[k];
      m[k] = row;
      det *= (best == k ? 1 : -1) * row[k];
      for (int r = k + 1; r < m.length; r++) {
        double by = m[r][k] / row[k];
        for (int c = k; c < m.length; c++) {
          m[r][c] -= by * row[c];
        }
      }
    }
    return det;
  }

  /** Inverse by cofactors: nothing in common with a factorisation. */
  private static Nd inverse(Nd x) {
    int n = x.dim(-1);
    return Nd.of(
        x.dims(),
        i -> {
          int[] batch = Arrays.copyOf(i, i.length - 2);
          double[][] m = matrix(x, batch);
          double[][] minor = new double[n - 1][n - 1];
          for (int a = 0; a < n - 1; a++) {
            for (int b = 0; b < n - 1; b++) {
              minor[a][b] = m[a < i[i.length - 1] ? a : a + 1][b < i[i.length - 2] ? b : b + 1];
            }
          }
          int sign = (i[i.length - 1] + i[i.length - 2]) % 2 == 0 ? 1 : -1;
          return sign * determinant(minor) / determinant(m);
        });
  }

  /** Eigenvalues of a symmetric matrix, ascending, by Jacobi's rotations (1846). */
  private static double[] eigenvalues(double[][] from) {
    double[][] m = Arrays.stream(from).map(double[]::clone).toArray(double[][]::new);
    int n = m.length;
    for (int sweep = 0; sweep < 60; sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          if (m[p][q] != 0) {
            double angle = 0.5 * Math.atan2(2 * m[p][q], m[q][q] - m[p][p]);
            double c = Math.cos(angle);
            double s = Math.sin(angle);
            for (int k = 0; k < n; k++) {
              double a = m[k][p];
              double b = m[k][q];
              m[k][p] = c * a - s * b;
              m[k][q] = s * a + c * b;
            }
            for (int k = 0; k < n; k++) {
              double a = m[p][k];
              double b = m[q][k];
              m[p][k] = c * a - s * b;
              m[q][k] = s * a + c * b;
            }
          }
        }
      }
    }
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = m[i][i];
    }
    Arrays.sort(values);
    return values;
  }

  private static double[] singular(double[][] m) {
    int k = Math.min(m.length, m[0].length);
    double[][] square = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        for (int l = 0; l < Math.max(m.length, m[0].length); l++) {
          square[i][j] += m.length == k ? m[i][l] * m[j][l] : m[l][i] * m[l][j];
        }
      }
    }
    return Arrays.stream(eigenvalues(square)).map(v -> Math.sqrt(Math.max(0, v))).toArray();
  }

  private static Nd eigen(Nd x) {
    return Nd.of(
        Arrays.copyOf(x.dims(), x.rank() - 1),
        i -> eigenvalues(matrix(x, Arrays.copyOf(i, i.length - 1)))[i[i.length - 1]]);
  }

  private static List<Row> linear() {
    long[][][] wide = {{{1, 1}}, {{3, 3}}, {{2, 4, 5}}, {{7, 4}}};
    List<Row> all = new ArrayList<>();
    all.add(
        near(
            "norm",
            FLOATS,
            Row.ANY,
            in -> norm(in[0]),
            in -> Nd.number(Math.sqrt(Arrays.stream(in[0].v()).map(a -> a * a).sum()))));
    all.add(
        near(
                "vectorNorm",
                FLOATS,
                Row.FULL,
                in -> vectorNorm(in[0], 3, -1),
                in ->
                    in[0].fold(
                        -1, v -> Math.cbrt(Arrays.stream(v).map(a -> Math.abs(a * a * a)).sum())))
            .times(4));
    all.add(
        near(
            "matrixNorm",
            WIDE,
            wide,
            in -> matrixNorm(in[0], 1, -2, -1),
            in ->
                each(
                    in[0],
                    m -> {
                      double best = 0;
                      for (int c = 0; c < m[0].length; c++) {
                        double sum = 0;
                        for (double[] row : m) {
                          sum += Math.abs(row[c]);
                        }
                        best = Math.max(best, sum);
                      }
                      return best;
                    })));
    all.add(
        near(
                "matrixNorm",
                WIDE,
                wide,
                in -> matrixNorm(in[0], "nuc", -2, -1),
                in -> each(in[0], m -> Arrays.stream(singular(m)).sum()))
            .times(100));
    all.add(
        near("qr", WIDE, wide, in -> qr(in[0]).q().matmul(qr(in[0]).r()), in -> in[0]).times(100));
    all.add(
        near(
                "qr",
                WIDE,
                wide,
                in -> qr(in[0]).r().t().matmul(qr(in[0]).r()),
                in -> Nd.product(turned(in[0]), in[0]))
            .times(100));
    all.add(
        near(
                "svd",
                WIDE,
                wide,
                in -> svd(in[0]).s().flip(-1),
                in ->
                    Nd.of(
                        Nd.without(
                            Nd.set(in[0].dims(), -1, Math.min(in[0].dim(-1), in[0].dim(-2))),
                            in[0].rank() - 2),
                        i ->
                            singular(matrix(in[0], Arrays.copyOf(i, i.length - 1)))[
                                i[i.length - 1]]))
            .times(100));
    all.add(
        near(
                "svd",
                WIDE,
                wide,
                in -> svd(in[0]).u().mul(svd(in[0]).s().expandDims(-2)).matmul(svd(in[0]).vt()),
                in -> in[0])
            .times(100));
    all.add(
        near("eigh", WIDE, SQUARE, in -> eigh(firm(in[0])).values(), in -> eigen(firm(in[0])))
            .times(100));
    all.add(
        near("eigvalsh", WIDE, SQUARE, in -> eigvalsh(firm(in[0])), in -> eigen(firm(in[0])))
            .times(100));
    all.add(
        near(
                "eigh",
                WIDE,
                SQUARE,
                in -> {
                  var e = eigh(firm(in[0]));
                  return e.vectors().mul(e.values().expandDims(-2)).matmul(e.vectors().t());
                },
                in -> firm(in[0]))
            .times(100));
    all.add(
        near(
                "cholesky",
                WIDE,
                SQUARE,
                in -> cholesky(firm(in[0])).matmul(cholesky(firm(in[0])).t()),
                in -> firm(in[0]))
            .times(100));
    all.add(
        near("inv", WIDE, SQUARE, in -> inv(firm(in[0])), in -> inverse(firm(in[0]))).times(1000));
    all.add(
        near("pinv", WIDE, SQUARE, in -> pinv(firm(in[0])), in -> inverse(firm(in[0])))
            .times(1000));
    all.add(
        near(
                "solve",
                WIDE,
                new long[][][] {{{3, 3}, {3, 2}}, {{1, 1}, {1, 1}}, {{2, 4, 4}, {2, 4, 3}}},
                in -> solve(firm(in[0]), in[1]),
                in -> Nd.product(inverse(firm(in[0])), in[1]))
            .times(1000));
    all.add(
        near("det", WIDE, SQUARE, in -> det(in[0]), in -> each(in[0], ProductRows::determinant))
            .times(1000));
    all.add(
        near(
                "slogdet",
                WIDE,
                SQUARE,
                in -> slogdet(in[0]).logSize(),
                in -> each(in[0], m -> Math.log(Math.abs(determinant(m)))))
            .times(1000));
    return all;
  }
}
