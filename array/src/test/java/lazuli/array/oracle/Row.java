package lazuli.array.oracle;

import lazuli.array.Array;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * An operation of the table that is made of others, and the same by plain loops in float64.
 *
 * @param name its name in the table
 * @param types the operands' types that it is tested in
 * @param low where operands are sampled
 * @param high where operands are sampled
 * @param shapes lists of the operands' shapes
 * @param run the operation
 * @param oracle the same by plain loops
 * @param exact whether no value may be rounded
 * @param slack how many times the table's tolerance is allowed: condition numbers of factorisations
 * @param result the result's type, null for the one that the table says
 */
@SuppressWarnings("ArrayRecordComponent")
record Row(
    String name,
    DType[] types,
    double low,
    double high,
    long[][][] shapes,
    Run run,
    Oracle oracle,
    boolean exact,
    double slack,
    @Nullable DType result) {
  /** The operation under test. */
  interface Run {
    Array of(Array... in);
  }

  /** Plain loops. */
  interface Oracle {
    Nd of(Nd... in);
  }

  static final DType[] ALL = {
    DType.F32,
    DType.F64,
    DType.F16,
    DType.BF16,
    DType.I32,
    DType.I64,
    DType.U8,
    DType.I16,
    DType.U32,
    DType.U64,
    DType.BOOL
  };
  static final DType[] NUMBERS = java.util.Arrays.copyOf(ALL, ALL.length - 1);
  static final DType[] FLOATS = java.util.Arrays.copyOf(ALL, 4);
  static final DType[] WIDE = {DType.F32, DType.F64};
  static final DType[] INTEGERS = java.util.Arrays.copyOfRange(ALL, 4, ALL.length - 1);

  /** Empty, scalar, prime, of a vector's width and one more or less, with dimensions of 1. */
  static final long[][][] ANY = {
    {{}},
    {{0}},
    {{1}},
    {{7}},
    {{8}},
    {{9}},
    {{15}},
    {{16}},
    {{17}},
    {{1021}},
    {{3, 0, 2}},
    {{2, 3, 5}},
    {{1, 7, 1}},
    {{5, 17}}
  };

  /** With at least one dimension. */
  static final long[][][] LINES = java.util.Arrays.copyOfRange(ANY, 1, ANY.length);

  /** With at least one dimension, and something along each. */
  static final long[][][] FULL = {
    {{1}},
    {{7}},
    {{8}},
    {{9}},
    {{15}},
    {{16}},
    {{17}},
    {{1021}},
    {{2, 3, 5}},
    {{1, 7, 1}},
    {{5, 17}}
  };

  /** With at least two dimensions. */
  static final long[][][] MATRICES = {
    {{2, 3}},
    {{0, 3}},
    {{1, 1}},
    {{7, 9}},
    {{16, 17}},
    {{15, 8}},
    {{2, 3, 5}},
    {{3, 0, 2}},
    {{2, 1, 33}}
  };

  /** Two operands that broadcast. */
  static final long[][][] PAIRS = {
    {{2, 3}, {2, 3}},
    {{}, {}},
    {{17}, {}},
    {{}, {7}},
    {{0}, {1}},
    {{5, 1}, {1, 17}},
    {{3, 0, 2}, {2}},
    {{16}, {16}},
    {{15}, {15}},
    {{2, 3, 5}, {3, 1}},
    {{1021}, {1}}
  };

  static Row exact(String name, DType[] types, long[][][] shapes, Run run, Oracle oracle) {
    return new Row(name, types, -9, 9, shapes, run, oracle, true, 1, null);
  }

  static Row near(String name, DType[] types, long[][][] shapes, Run run, Oracle oracle) {
    return new Row(name, types, -3, 3, shapes, run, oracle, false, 1, null);
  }

  Row in(double from, double to) {
    return new Row(name, types, from, to, shapes, run, oracle, exact, slack, result);
  }

  Row times(double factor) {
    return new Row(name, types, low, high, shapes, run, oracle, exact, factor, result);
  }

  /** With the tolerance of one rounding for each term. */
  Row rounded() {
    return new Row(name, types, low, high, shapes, run, oracle, false, slack, result);
  }

  Row giving(@Nullable DType type) {
    return new Row(name, types, low, high, shapes, run, oracle, exact, slack, type);
  }
}
