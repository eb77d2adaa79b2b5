package lazuli.array.cpu;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Template of a binary float operation; see {@link Specialised}. */
final class BinaryF32Loop implements Loop {
  private static final VectorOperators.Binary OP =
      (VectorOperators.Binary) Specialised.operator(MethodHandles.lookup());
  private static final VectorSpecies<Float> S = Species.F32;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  @Override
  public void run(long to, long a, long b, long c, int n) {
    int i = 0;
    for (; i <= n - Species.LANES; i += Species.LANES) {
      long at = 4L * i;
      Memory.put(to + at, Memory.floats(a + at).lanewise(OP, Memory.floats(b + at)));
    }
    if (i < n) {
      long at = 4L * i;
      VectorMask<Float> some = S.indexInRange(0, n - i);
      FloatVector.fromMemorySegment(S, Memory.ALL, a + at, ORDER, some)
          .lanewise(OP, FloatVector.fromMemorySegment(S, Memory.ALL, b + at, ORDER, some))
          .intoMemorySegment(Memory.ALL, to + at, ORDER, some);
    }
  }
}
