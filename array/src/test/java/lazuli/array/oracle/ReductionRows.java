package lazuli.array.oracle;

import static lazuli.array.Lazuli.*;
import static lazuli.array.oracle.Row.ALL;
import static lazuli.array.oracle.Row.ANY;
import static lazuli.array.oracle.Row.FLOATS;
import static lazuli.array.oracle.Row.FULL;
import static lazuli.array.oracle.Row.LINES;
import static lazuli.array.oracle.Row.NUMBERS;
import static lazuli.array.oracle.Row.exact;
import static lazuli.array.oracle.Row.near;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lazuli.array.type.DType;

/** Reductions, orders and statistics. */
final class ReductionRows {
  private ReductionRows() {}

  private static double best(double[] line, int sign) {
    int at = 0;
    for (int i = 1; i < line.length; i++) {
      at = sign * line[i] > sign * line[at] ? i : at;
    }
    return at;
  }

  private static double variance(double[] line) {
    double mean = Arrays.stream(line).average().orElse(Double.NaN);
    return Arrays.stream(line).map(a -> (a - mean) * (a - mean)).average().orElse(Double.NaN);
  }

  private static double[] sorted(double[] line) {
    double[] out = line.clone();
    Arrays.sort(out);
    return out;
  }

  private static double[] order(double[] line) {
    return IntStream.range(0, line.length)
        .boxed()
        .sorted((a, b) -> Double.compare(line[a] + 0.0, line[b] + 0.0))
        .mapToDouble(i -> i)
        .toArray();
  }

  private static double logSum(double[] line) {
    return Math.log(Arrays.stream(line).map(Math::exp).sum());
  }

  static List<Row> rows() {
    List<Row> all = new ArrayList<>();
    all.add(
        exact(
            "argmax",
            NUMBERS,
            FULL,
            in -> in[0].argmax(-1),
            in -> in[0].fold(-1, v -> best(v, 1))));
    all.add(
        exact(
            "argmin", NUMBERS, FULL, in -> in[0].argmin(0), in -> in[0].fold(0, v -> best(v, -1))));
    DType[] measured = {F32, F64, F16, BF16, I32, I64};
    all.add(
        near(
                "var",
                measured,
                FULL,
                in -> in[0].var(-1),
                in -> in[0].fold(-1, ReductionRows::variance))
            .times(2));
    all.add(
        near(
                "std",
                measured,
                FULL,
                in -> in[0].add(in[0]).std(0).add(0.5),
                in -> in[0].fold(0, v -> 2 * Math.sqrt(variance(v)) + 0.5))
            .times(8));
    all.add(
        near(
            "median",
            measured,
            FULL,
            in -> in[0].median(-1),
            in ->
                in[0].fold(
                    -1,
                    v -> {
                      double[] s = sorted(v);
                      return (s[(s.length - 1) / 2] + s[s.length / 2]) / 2;
                    })));
    all.add(
        exact(
            "countNonzero",
            ALL,
            ANY,
            in -> in[0].countNonzero(),
            in -> Nd.number(Arrays.stream(in[0].v()).filter(a -> a != 0).count())));
    all.add(
        near(
            "logSumExp",
            FLOATS,
            FULL,
            in -> in[0].logSumExp(0),
            in -> in[0].fold(0, ReductionRows::logSum)));
    for (int axis : new int[] {0, -1}) {
      all.add(
          near(
              "softmax",
              FLOATS,
              LINES,
              in -> in[0].softmax(axis),
              in ->
                  in[0].lines(
                      axis,
                      v -> {
                        double log = logSum(v);
                        return Arrays.stream(v).map(a -> Math.exp(a - log)).toArray();
                      })));
    }
    all.add(
        near(
            "diff",
            new DType[] {F32, F64, I32, I64},
            FULL,
            in -> in[0].diff(),
            in ->
                in[0].lines(
                    -1,
                    v ->
                        IntStream.range(1, v.length).mapToDouble(i -> v[i] - v[i - 1]).toArray())));
    all.add(
        exact(
            "sort",
            NUMBERS,
            LINES,
            in -> in[0].sort(0),
            in -> in[0].lines(0, ReductionRows::sorted)));
    all.add(
        exact(
            "argsort",
            NUMBERS,
            LINES,
            in -> in[0].argsort(),
            in -> in[0].lines(-1, ReductionRows::order)));
    // Only the kth element's place is promised: sorted lines keep the promise.
    all.add(
        exact(
            "partition",
            NUMBERS,
            FULL,
            in -> in[0].partition(0, -1).get("..., 0"),
            in -> in[0].fold(-1, v -> sorted(v)[0])));
    all.add(
        exact(
            "argpartition",
            NUMBERS,
            FULL,
            in -> in[0].argpartition(0, -1).get("..., 0"),
            in -> in[0].fold(-1, v -> best(v, -1))));
    all.add(
        exact(
            "topk",
            NUMBERS,
            new long[][][] {{{7}}, {{16}}, {{17}}, {{1021}}, {{5, 17}}, {{2, 3, 5}}},
            in -> in[0].topk(3, -1),
            in ->
                in[0].lines(
                    -1,
                    v ->
                        v.length < 3
                            ? new double[3]
                            : Arrays.copyOfRange(sorted(v), v.length - 3, v.length))));
    all.add(
        exact(
            "searchsorted",
            NUMBERS,
            new long[][][] {{{7}, {5}}, {{17}, {2, 3}}, {{0}, {3}}, {{16}, {}}, {{1021}, {0}}},
            in -> in[0].sort().searchsorted(in[1]),
            in -> in[1].map(b -> Arrays.stream(in[0].v()).filter(a -> a < b).count())));
    return all;
  }
}
