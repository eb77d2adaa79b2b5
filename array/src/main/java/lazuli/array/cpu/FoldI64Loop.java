package lazuli.array.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Template that folds a run of longs, at least one vector long, into the lanes of one vector;
 * elements behind the last whole vector are left to the caller. See {@link Specialised}.
 */
final class FoldI64Loop implements Loop {
  private static final VectorOperators.Associative OP =
      (VectorOperators.Associative) Specialised.operator(MethodHandles.lookup());
  private static final int L = Species.LANES64;

  @Override
  public void run(long to, long a, long b, long c, int n) {
    LongVector f0 = Memory.longs(a);
    int i = L;
    if (n >= 4 * L) {
      LongVector f1 = Memory.longs(a + 8L * L);
      LongVector f2 = Memory.longs(a + 16L * L);
      LongVector f3 = Memory.longs(a + 24L * L);
      for (i = 4 * L; i <= n - 4 * L; i += 4 * L) {
        long at = a + 8L * i;
        f0 = f0.lanewise(OP, Memory.longs(at));
        f1 = f1.lanewise(OP, Memory.longs(at + 8L * L));
        f2 = f2.lanewise(OP, Memory.longs(at + 16L * L));
        f3 = f3.lanewise(OP, Memory.longs(at + 24L * L));
      }
      f0 = f0.lanewise(OP, f1).lanewise(OP, f2.lanewise(OP, f3));
    }
    for (; i <= n - L; i += L) {
      f0 = f0.lanewise(OP, Memory.longs(a + 8L * i));
    }
    Memory.put(to, f0);
  }
}
