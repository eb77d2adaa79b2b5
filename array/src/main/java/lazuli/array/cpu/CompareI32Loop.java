package lazuli.array.cpu;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Template of a comparison of ints to 0 or 1; see {@link Specialised}. */
final class CompareI32Loop implements Loop {
  private static final VectorOperators.Comparison OP =
      (VectorOperators.Comparison) Specialised.operator(MethodHandles.lookup());
  private static final VectorSpecies<Integer> S = Species.I32;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final IntVector FALSE = IntVector.zero(Species.I32);

  @Override
  public void run(long to, long a, long b, long c, int n) {
    int i = 0;
    for (; i <= n - Species.LANES; i += Species.LANES) {
      long at = 4L * i;
      VectorMask<Integer> holds = Memory.ints(a + at).compare(OP, Memory.ints(b + at));
      Memory.put(to + at, FALSE.blend(1, holds.cast(Species.I32)));
    }
    if (i < n) {
      long at = 4L * i;
      VectorMask<Integer> some = S.indexInRange(0, n - i);
      VectorMask<Integer> holds =
          IntVector.fromMemorySegment(S, Memory.ALL, a + at, ORDER, some)
              .compare(OP, IntVector.fromMemorySegment(S, Memory.ALL, b + at, ORDER, some));
      FALSE
          .blend(1, holds.cast(Species.I32))
          .intoMemorySegment(Memory.ALL, to + at, ORDER, some.cast(Species.I32));
    }
  }
}
