package lazuli.array.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The exponential of a softmax: of numbers that are at most 0. */
public final class Exponential {
  private static final VectorSpecies<Float> S = Species.F32;
  // log2(e) in two parts: the first alone would cost an ulp at x = -5.
  private static final float LOG2_E = 1.44269502f;
  private static final float LOG2_E_REST = 1.92596303e-8f;
  // 1.5 * 2^23 rounds to an integer; the 127 leaves the biased exponent in the low bits.
  private static final float ROUND = 0x1.8p23f + 127f;
  // Below -126 log 2 the result would be subnormal.
  private static final float SMALLEST = -87.3365f;

  private Exponential() {}

  /**
   * {@return e to the power of x, for x at most 0: exactly 0 below the least normal number, NaN for
   * NaN}
   *
   * <p>2 to the power of x log2(e), whose fraction goes through a polynomial that is minimax of
   * degree 6 on [-0.5, 0.5] with relative error 1.9e-9; what remains is f32 rounding.
   *
   * @param x at most 0, or NaN
   */
  public static FloatVector of(FloatVector x) {
    FloatVector log2 = FloatVector.broadcast(S, LOG2_E);
    FloatVector round = FloatVector.broadcast(S, ROUND);
    FloatVector t = x.fma(log2, round);
    FloatVector f = x.fma(FloatVector.broadcast(S, LOG2_E_REST), x.fma(log2, round.sub(t)));
    FloatVector p = FloatVector.broadcast(S, 1.53458120e-4f);
    p = p.fma(f, FloatVector.broadcast(S, 1.33999312e-3f));
    p = p.fma(f, FloatVector.broadcast(S, 9.61848896e-3f));
    p = p.fma(f, FloatVector.broadcast(S, 5.55032878e-2f));
    p = p.fma(f, FloatVector.broadcast(S, 2.40226469e-1f));
    p = p.fma(f, FloatVector.broadcast(S, 6.93147206e-1f));
    p = p.fma(f, FloatVector.broadcast(S, 1f));
    // A product, not an addition of exponents: a NaN must stay one whatever its payload.
    FloatVector power =
        t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    return p.mul(power).blend(0f, x.compare(VectorOperators.LT, SMALLEST));
  }

  // log2(e), and log 2 in two parts, the first with zeros at its end: exact times an exponent.
  private static final double LOG2_E_64 = 0x1.71547652b82fep0;
  private static final double LN2_HIGH = 0x1.62e42feep-1;
  private static final double LN2_LOW = 0x1.a39ef35793c76p-33;
  private static final double ROUND_64 = 0x1.8p52;
  private static final double SMALLEST_64 = -708.39;

  /**
   * {@return the same in float64}
   *
   * <p>What is left of x after whole multiples of log 2 goes through Taylor's polynomial of degree
   * 13, whose relative error on [-0.35, 0.35] is 4e-18. The interpreter and compiled code give the
   * same bits, which {@link VectorOperators#EXP} does not promise.
   *
   * @param x at most 0, or NaN
   */
  public static DoubleVector of(DoubleVector x) {
    DoubleVector round = DoubleVector.broadcast(Species.F64, ROUND_64 + 1023);
    DoubleVector t = x.fma(DoubleVector.broadcast(Species.F64, LOG2_E_64), round);
    DoubleVector k = round.sub(t);
    DoubleVector f = k.fma(DoubleVector.broadcast(Species.F64, LN2_HIGH), x);
    f = k.fma(DoubleVector.broadcast(Species.F64, LN2_LOW), f);
    DoubleVector p = DoubleVector.broadcast(Species.F64, 1.0 / 6227020800.0);
    p = step(p, f, 1.0 / 479001600);
    p = step(p, f, 1.0 / 39916800);
    p = step(p, f, 1.0 / 3628800);
    p = step(p, f, 1.0 / 362880);
    p = step(p, f, 1.0 / 40320);
    p = step(p, f, 1.0 / 5040);
    p = step(p, f, 1.0 / 720);
    p = step(p, f, 1.0 / 120);
    p = step(p, f, 1.0 / 24);
    p = step(p, f, 1.0 / 6);
    p = step(p, f, 0.5);
    p = step(p, f, 1.0);
    p = step(p, f, 1.0);
    DoubleVector power =
        t.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles();
    return p.mul(power).blend(0.0, x.compare(VectorOperators.LT, SMALLEST_64));
  }

  /** A method of its own: with all of them in one, C2 finds that too large to inline. */
  private static DoubleVector step(DoubleVector p, DoubleVector f, double coefficient) {
    return p.fma(f, DoubleVector.broadcast(Species.F64, coefficient));
  }

  /**
   * {@return the same of one number}
   *
   * @param x at most 0, or NaN
   */
  public static float of(float x) {
    return x < SMALLEST ? 0f : (float) Math.exp(x);
  }
}
