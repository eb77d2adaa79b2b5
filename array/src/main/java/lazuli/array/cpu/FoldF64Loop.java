package lazuli.array.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Template that folds a run of doubles, at least one vector long, into the lanes of one vector;
 * elements behind the last whole vector are left to the caller. See {@link Specialised}.
 */
final class FoldF64Loop implements Loop {
  private static final VectorOperators.Associative OP =
      (VectorOperators.Associative) Specialised.operator(MethodHandles.lookup());
  private static final int L = Species.LANES64;

  @Override
  public void run(long to, long a, long b, long c, int n) {
    DoubleVector f0 = Memory.doubles(a);
    int i = L;
    if (n >= 4 * L) {
      DoubleVector f1 = Memory.doubles(a + 8L * L);
      DoubleVector f2 = Memory.doubles(a + 16L * L);
      DoubleVector f3 = Memory.doubles(a + 24L * L);
      for (i = 4 * L; i <= n - 4 * L; i += 4 * L) {
        long at = a + 8L * i;
        f0 = f0.lanewise(OP, Memory.doubles(at));
        f1 = f1.lanewise(OP, Memory.doubles(at + 8L * L));
        f2 = f2.lanewise(OP, Memory.doubles(at + 16L * L));
        f3 = f3.lanewise(OP, Memory.doubles(at + 24L * L));
      }
      f0 = f0.lanewise(OP, f1).lanewise(OP, f2.lanewise(OP, f3));
    }
    for (; i <= n - L; i += L) {
      f0 = f0.lanewise(OP, Memory.doubles(a + 8L * i));
    }
    Memory.put(to, f0);
  }
}
