package lazuli.array.cpu;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Template of a binary double operation; see {@link Specialised}. */
final class BinaryF64Loop implements Loop {
  private static final VectorOperators.Binary OP =
      (VectorOperators.Binary) Specialised.operator(MethodHandles.lookup());
  private static final VectorSpecies<Double> S = Species.F64;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  @Override
  public void run(long to, long a, long b, long c, int n) {
    int i = 0;
    for (; i <= n - Species.LANES64; i += Species.LANES64) {
      long at = 8L * i;
      Memory.put(to + at, Memory.doubles(a + at).lanewise(OP, Memory.doubles(b + at)));
    }
    if (i < n) {
      long at = 8L * i;
      VectorMask<Double> some = S.indexInRange(0, n - i);
      DoubleVector.fromMemorySegment(S, Memory.ALL, a + at, ORDER, some)
          .lanewise(OP, DoubleVector.fromMemorySegment(S, Memory.ALL, b + at, ORDER, some))
          .intoMemorySegment(Memory.ALL, to + at, ORDER, some);
    }
  }
}
