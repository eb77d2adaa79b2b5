package lazuli.array.cpu;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Template of a unary int operation; see {@link Specialised}. */
final class UnaryI32Loop implements Loop {
  private static final VectorOperators.Unary OP =
      (VectorOperators.Unary) Specialised.operator(MethodHandles.lookup());
  private static final VectorSpecies<Integer> S = Species.I32;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  @Override
  public void run(long to, long a, long b, long c, int n) {
    int i = 0;
    for (; i <= n - Species.LANES; i += Species.LANES) {
      long at = 4L * i;
      Memory.put(to + at, Memory.ints(a + at).lanewise(OP));
    }
    if (i < n) {
      long at = 4L * i;
      VectorMask<Integer> some = S.indexInRange(0, n - i);
      IntVector.fromMemorySegment(S, Memory.ALL, a + at, ORDER, some)
          .lanewise(OP)
          .intoMemorySegment(Memory.ALL, to + at, ORDER, some);
    }
  }
}
