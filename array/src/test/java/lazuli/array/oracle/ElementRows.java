package lazuli.array.oracle;

import static lazuli.array.Lazuli.*;
import static lazuli.array.oracle.Nd.dims;
import static lazuli.array.oracle.Row.ALL;
import static lazuli.array.oracle.Row.ANY;
import static lazuli.array.oracle.Row.FLOATS;
import static lazuli.array.oracle.Row.NUMBERS;
import static lazuli.array.oracle.Row.PAIRS;
import static lazuli.array.oracle.Row.exact;
import static lazuli.array.oracle.Row.near;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import lazuli.array.type.DType;

/** Elementwise operations that are made of others, and those that make arrays. */
final class ElementRows {
  private ElementRows() {}

  private static int[] common(Nd a, Nd b) {
    int[] out = new int[Math.max(a.rank(), b.rank())];
    for (int d = 1; d <= out.length; d++) {
      int one = d > a.rank() ? 1 : a.dim(-d);
      int two = d > b.rank() ? 1 : b.dim(-d);
      out[out.length - d] = one == 1 ? two : one;
    }
    return out;
  }

  static Nd both(Nd a, Nd b, DoubleBinaryOperator f) {
    return Nd.of(common(a, b), i -> f.applyAsDouble(a.spread(i), b.spread(i)));
  }

  private static boolean close(double a, double b) {
    return a == b || Math.abs(a - b) <= 1e-8 + 1e-5 * Math.abs(b);
  }

  static List<Row> rows() {
    List<Row> all = new ArrayList<>();
    all.add(
        exact(
            "where",
            ALL,
            PAIRS,
            in -> where(in[0].gt(1), in[0], in[1]),
            in -> both(in[0], in[1], (a, b) -> a > 1 ? a : b)));
    all.add(
        exact(
            "clip",
            NUMBERS,
            ANY,
            in -> in[0].clip(2, 5),
            in -> in[0].map(a -> Math.min(5, Math.max(2, a)))));
    all.add(
        exact(
            "nanToNum",
            FLOATS,
            ANY,
            in -> nanToNum(where(in[0].gt(1), Double.NaN, in[0]), 7, 1, -1),
            in -> in[0].map(a -> a > 1 ? 7 : a)));
    DType[] divided = {F32, F64, I32, I64, DType.U8, DType.I16, DType.U32, DType.U64};
    all.add(
        near(
                "divmod",
                divided,
                PAIRS,
                in -> divmod(in[0], in[1])[0].mul(in[1]).add(divmod(in[0], in[1])[1]),
                in -> both(in[0], in[1], (a, b) -> a))
            .in(1, 9));
    all.add(
        exact(
                "divmod",
                divided,
                PAIRS,
                in -> divmod(in[0], in[1])[0],
                in -> both(in[0], in[1], (a, b) -> Math.floor(a / b)))
            .in(1, 9));
    all.add(near("rsub", NUMBERS, ANY, in -> in[0].rsub(9), in -> in[0].map(a -> 9 - a)));
    all.add(near("rdiv", NUMBERS, ANY, in -> in[0].rdiv(6), in -> in[0].map(a -> 6 / a)).in(1, 9));
    all.add(
        exact(
            "isClose",
            FLOATS,
            PAIRS,
            in -> in[0].isClose(in[1]),
            in -> both(in[0], in[1], (a, b) -> close(a, b) ? 1 : 0)));
    all.add(
        exact(
            "allClose",
            FLOATS,
            PAIRS,
            in -> in[0].allClose(in[0]).logicalAnd(in[0].allClose(in[1])),
            in ->
                Nd.number(
                    Arrays.stream(both(in[0], in[1], (a, b) -> close(a, b) ? 1 : 0).v())
                            .allMatch(v -> v == 1)
                        ? 1
                        : 0)));
    all.add(
        exact(
            "arrayEqual",
            ALL,
            new long[][][] {{{7}, {7}}, {{2, 3}, {2, 3}}, {{0}, {0}}, {{7}, {8}}, {{1}, {}}},
            in -> in[0].arrayEqual(in[1]),
            in ->
                Nd.number(
                    Arrays.equals(in[0].dims(), in[1].dims()) && Arrays.equals(in[0].v(), in[1].v())
                        ? 1
                        : 0)));
    all.add(exact("astype", ALL, ANY, in -> in[0].astype(F64), in -> in[0]).giving(F64));
    all.add(
        exact(
                "view",
                new DType[] {F64},
                ANY,
                in -> in[0].view(I64).rightShift(52).bitwiseAnd(2047),
                in -> in[0].map(a -> a == 0 ? 0 : Math.getExponent(a) + 1023))
            .giving(I64));
    all.addAll(made());
    return all;
  }

  /** The same without operands, beside one that only says the type and the shape. */
  private static List<Row> made() {
    long[][][] none = {{{}}};
    List<Row> all = new ArrayList<>();
    all.add(
        exact(
            "array",
            FLOATS,
            none,
            in -> array(new double[] {1.5, -2, 3}, in[0].dtype()),
            in -> Nd.vector(1.5, -2, 3)));
    all.add(exact("scalar", ALL, none, in -> scalar(1L, in[0].dtype()), in -> Nd.number(1)));
    all.add(
        exact(
            "zeros",
            ALL,
            none,
            in -> zeros(in[0].dtype(), 2, 17),
            in -> Nd.of(dims(2, 17), i -> 0)));
    all.add(
        exact("ones", ALL, none, in -> ones(in[0].dtype(), 3, 0), in -> Nd.of(dims(3, 0), i -> 1)));
    all.add(exact("ones", ALL, none, in -> ones(in[0].dtype(), 15), in -> Nd.of(dims(15), i -> 1)));
    all.add(
        exact(
            "full",
            ALL,
            none,
            in -> full(1, in[0].dtype(), 5, 17),
            in -> Nd.of(dims(5, 17), i -> 1)));
    all.add(exact("zerosLike", ALL, ANY, in -> zerosLike(in[0]), in -> in[0].map(a -> 0)));
    all.add(exact("onesLike", ALL, ANY, in -> onesLike(in[0]), in -> in[0].map(a -> 1)));
    all.add(exact("fullLike", ALL, ANY, in -> fullLike(in[0], 1), in -> in[0].map(a -> 1)));
    all.add(
        exact(
                "arange",
                new DType[] {I32},
                none,
                in -> arange(2, 100, 7),
                in -> Nd.of(dims(14), i -> 2 + 7 * i[0]))
            .giving(I32));
    all.add(
        exact(
                "arange",
                new DType[] {F32},
                none,
                in -> arange(0.0, 4.25, 0.25),
                in -> Nd.of(dims(17), i -> 0.25 * i[0]))
            .giving(F32));
    all.add(
        near(
                "hanning",
                new DType[] {F32},
                none,
                in -> hanning(17),
                in -> Nd.of(dims(17), i -> 0.5 - 0.5 * Math.cos(2 * Math.PI * i[0] / 16)))
            .giving(F32));
    all.add(
        near(
                "hamming",
                new DType[] {F32},
                none,
                in -> hamming(17),
                in -> Nd.of(dims(17), i -> 0.54 - 0.46 * Math.cos(2 * Math.PI * i[0] / 16)))
            .giving(F32));
    all.add(
        near(
                "blackman",
                new DType[] {F32},
                none,
                in -> blackman(17),
                in ->
                    Nd.of(
                        dims(17),
                        i ->
                            0.42
                                - 0.5 * Math.cos(Math.PI * i[0] / 8)
                                + 0.08 * Math.cos(Math.PI * i[0] / 4)))
            .giving(F32));
    all.add(
        near(
                "bartlett",
                new DType[] {F32},
                none,
                in -> bartlett(17),
                in -> Nd.of(dims(17), i -> i[0] <= 8 ? i[0] / 8.0 : 2 - i[0] / 8.0))
            .giving(F32));
    all.add(
        near(
            "linspace",
            FLOATS,
            none,
            in -> linspace(-1, 2, 16, in[0].dtype()),
            in -> Nd.of(dims(16), i -> -1 + 3 * i[0] / 15.0)));
    all.add(
        exact(
            "eye",
            ALL,
            none,
            in -> eye(7, 9, 2, in[0].dtype()),
            in -> Nd.of(dims(7, 9), i -> i[1] - i[0] == 2 ? 1 : 0)));
    all.add(
        exact(
            "identity",
            new DType[] {F32},
            none,
            in -> identity(17),
            in -> Nd.of(dims(17, 17), i -> i[0] == i[1] ? 1 : 0)));
    all.add(
        exact(
            "tri",
            ALL,
            none,
            in -> tri(5, 8, -1, in[0].dtype()),
            in -> Nd.of(dims(5, 8), i -> i[1] <= i[0] - 1 ? 1 : 0)));
    return all;
  }
}
