package lazuli.array.cpu.attention;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.attention.term.TermOp;
import lazuli.array.cpu.Species;

/**
 * The operations of terms on float64 lanes, each a loop of its own. Exponentials are computed here,
 * to more than f32 needs, so that compiled and interpreted code give the same bits.
 */
final class TermLoops {
  private static final VectorSpecies<Double> S = Species.F64;
  private static final int L = Species.LANES64;
  private static final double LOG2_E = 1.4426950408889634;
  private static final double LN2_HIGH = 0x1.62e42fefa38p-1;
  private static final double LN2_LOW = 0x1.ef35793c7673p-45;
  private static final double ROUND = 0x1.8p52;
  // 1/10!, 1/9!, ...: the rest is below 3e-13 for arguments of at most log(2) / 2.
  private static final double[] TAYLOR = {
    1.0 / 3628800,
    1.0 / 362880,
    1.0 / 40320,
    1.0 / 5040,
    1.0 / 720,
    1.0 / 120,
    1.0 / 24,
    1.0 / 6,
    0.5,
    1,
    1
  };

  private TermLoops() {}

  static void run(TermOp op, double[] to, double[] a, double[] b, double[] c, int n) {
    switch (op) {
      case ADD -> add(to, a, b, n);
      case SUB -> sub(to, a, b, n);
      case MUL, AND -> mul(to, a, b, n);
      case DIV -> div(to, a, b, n);
      case MIN -> min(to, a, b, n);
      case MAX, OR -> max(to, a, b, n);
      case NEG -> neg(to, a, n);
      case ABS -> abs(to, a, n);
      case EXP -> exp(to, a, n);
      case TANH -> tanh(to, a, n);
      case LT -> lt(to, a, b, n);
      case LE -> le(to, a, b, n);
      case EQ -> eq(to, a, b, n);
      case NOT -> not(to, a, n);
      case WHERE -> where(to, a, b, c, n);
      case FLOOR_DIV, FLOOR_MOD, LOG, SQRT -> scalar(op, to, a, b, n);
    }
  }

  private static DoubleVector at(double[] x, int i) {
    return DoubleVector.fromArray(S, x, i);
  }

  private static void add(double[] to, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i += L) {
      at(a, i).add(at(b, i)).intoArray(to, i);
    }
  }

  private static void sub(double[] to, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i += L) {
      at(a, i).sub(at(b, i)).intoArray(to, i);
    }
  }

  private static void mul(double[] to, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i += L) {
      at(a, i).mul(at(b, i)).intoArray(to, i);
    }
  }

  private static void div(double[] to, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i += L) {
      at(a, i).div(at(b, i)).intoArray(to, i);
    }
  }

  private static void min(double[] to, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i += L) {
      at(a, i).min(at(b, i)).intoArray(to, i);
    }
  }

  private static void max(double[] to, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i += L) {
      at(a, i).max(at(b, i)).intoArray(to, i);
    }
  }

  private static void neg(double[] to, double[] a, int n) {
    for (int i = 0; i < n; i += L) {
      at(a, i).neg().intoArray(to, i);
    }
  }

  private static void abs(double[] to, double[] a, int n) {
    for (int i = 0; i < n; i += L) {
      at(a, i).abs().intoArray(to, i);
    }
  }

  private static void lt(double[] to, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i += L) {
      DoubleVector.zero(S)
          .blend(1, at(a, i).compare(VectorOperators.LT, at(b, i)))
          .intoArray(to, i);
    }
  }

  private static void le(double[] to, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i += L) {
      DoubleVector.zero(S)
          .blend(1, at(a, i).compare(VectorOperators.LE, at(b, i)))
          .intoArray(to, i);
    }
  }

  private static void eq(double[] to, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i += L) {
      DoubleVector.zero(S)
          .blend(1, at(a, i).compare(VectorOperators.EQ, at(b, i)))
          .intoArray(to, i);
    }
  }

  private static void not(double[] to, double[] a, int n) {
    for (int i = 0; i < n; i += L) {
      DoubleVector.broadcast(S, 1).sub(at(a, i)).intoArray(to, i);
    }
  }

  private static void where(double[] to, double[] a, double[] b, double[] c, int n) {
    for (int i = 0; i < n; i += L) {
      at(c, i).blend(at(b, i), at(a, i).compare(VectorOperators.NE, 0)).intoArray(to, i);
    }
  }

  private static void scalar(TermOp op, double[] to, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = op.apply(a[i], b[i], 0);
    }
  }

  private static void exp(double[] to, double[] a, int n) {
    for (int i = 0; i < n; i += L) {
      DoubleVector x = at(a, i);
      DoubleVector y = exp(x.max(-700).min(709));
      // Beyond what the scaling by a power of two can hold: 0, infinity, NaN.
      y = y.blend(0, x.compare(VectorOperators.LT, -700));
      y = y.blend(Double.POSITIVE_INFINITY, x.compare(VectorOperators.GT, 709));
      y.blend(x, x.compare(VectorOperators.NE, x)).intoArray(to, i);
    }
  }

  /** e to the power of x, for x from -700 to 709. */
  private static DoubleVector exp(DoubleVector x) {
    DoubleVector round = DoubleVector.broadcast(S, ROUND);
    DoubleVector t = x.mul(LOG2_E).add(round);
    DoubleVector whole = t.sub(round);
    DoubleVector f = whole.fma(DoubleVector.broadcast(S, -LN2_HIGH), x);
    f = whole.fma(DoubleVector.broadcast(S, -LN2_LOW), f);
    DoubleVector p = DoubleVector.broadcast(S, TAYLOR[0]);
    for (int k = 1; k < TAYLOR.length; k++) {
      p = p.fma(f, DoubleVector.broadcast(S, TAYLOR[k]));
    }
    LongVector bits = t.reinterpretAsLongs().add(1023).lanewise(VectorOperators.LSHL, 52);
    return p.mul(bits.reinterpretAsDoubles());
  }

  private static void tanh(double[] to, double[] a, int n) {
    for (int i = 0; i < n; i += L) {
      DoubleVector x = at(a, i);
      // Beyond 20 it is 1 in float64; below 1e-7 it is x, and 1 - 2 / (e + 1) would lose digits.
      DoubleVector size = x.abs().min(20);
      DoubleVector e = exp(size.add(size));
      DoubleVector one = DoubleVector.broadcast(S, 1);
      DoubleVector y = one.sub(DoubleVector.broadcast(S, 2).div(e.add(one)));
      y = y.blend(y.neg(), x.compare(VectorOperators.LT, 0));
      y = y.blend(x, x.abs().compare(VectorOperators.LT, 1e-7));
      y.blend(x, x.compare(VectorOperators.NE, x)).intoArray(to, i);
    }
  }
}
