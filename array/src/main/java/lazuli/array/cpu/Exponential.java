package lazuli.array.cpu;

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

  /**
   * {@return the same of one number}
   *
   * @param x at most 0, or NaN
   */
  public static float of(float x) {
    return x < SMALLEST ? 0f : (float) Math.exp(x);
  }
}
