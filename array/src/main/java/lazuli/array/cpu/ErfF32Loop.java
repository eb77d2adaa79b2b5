package lazuli.array.cpu;

import static jdk.incubator.vector.VectorOperators.EXP;
import static jdk.incubator.vector.VectorOperators.LT;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.op.Unary;

/**
 * {@link Unary#ERF} in f32, to within two units in the last place: no vector operator computes it.
 *
 * <p>Below 1 a polynomial of x * x times x; above, 1 - exp(-x * x) times a polynomial of 1 / (1 + x
 * / 2). Both interpolate at the Chebyshev points of their interval, [0, 1] and [1, 4].
 */
final class ErfF32Loop implements Loop {
  private static final VectorSpecies<Float> S = Species.F32;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** From here on the result rounds to 1. */
  private static final float END = 4;

  @Override
  public void run(long to, long a, long b, long c, int n) {
    int i = 0;
    for (; i <= n - Species.LANES; i += Species.LANES) {
      Memory.put(to + 4L * i, erf(Memory.floats(a + 4L * i)));
    }
    if (i < n) {
      VectorMask<Float> some = S.indexInRange(0, n - i);
      erf(FloatVector.fromMemorySegment(S, Memory.ALL, a + 4L * i, ORDER, some))
          .intoMemorySegment(Memory.ALL, to + 4L * i, ORDER, some);
    }
  }

  private static FloatVector erf(FloatVector x) {
    FloatVector size = x.abs().min(END);
    FloatVector square = size.mul(size);
    FloatVector one = FloatVector.broadcast(S, 1f);
    FloatVector far = one.sub(square.neg().lanewise(EXP).mul(tail(one.div(size.fma(half(), one)))));
    VectorMask<Float> negative = x.compare(LT, 0f);
    return far.blend(far.neg(), negative).blend(x.mul(near(square)), size.compare(LT, 1f));
  }

  private static FloatVector half() {
    return FloatVector.broadcast(S, 0.5f);
  }

  private static FloatVector next(FloatVector sum, FloatVector x, float coefficient) {
    return sum.fma(x, FloatVector.broadcast(S, coefficient));
  }

  private static FloatVector near(FloatVector s) {
    FloatVector p = FloatVector.broadcast(S, -9.667044650996104e-06f);
    p = next(p, s, 0.00011265958892181516f);
    p = next(p, s, -0.0008484080317430198f);
    p = next(p, s, 0.005221031606197357f);
    p = next(p, s, -0.026865430176258087f);
    p = next(p, s, 0.11283782124519348f);
    p = next(p, s, -0.37612637877464294f);
    return next(p, s, 1.128379225730896f);
  }

  private static FloatVector tail(FloatVector t) {
    FloatVector p = FloatVector.broadcast(S, 0.012768445536494255f);
    p = next(p, t, 0.06918565928936005f);
    p = next(p, t, -0.38577890396118164f);
    p = next(p, t, 0.4809263050556183f);
    p = next(p, t, -0.05446760728955269f);
    p = next(p, t, 0.32920604944229126f);
    p = next(p, t, 0.2640456557273865f);
    p = next(p, t, 0.2843341827392578f);
    return next(p, t, -0.00012089472147636116f);
  }
}
