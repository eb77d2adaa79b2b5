package lazuli.array.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Template that folds a run of floats, at least one vector long, into the lanes of one vector;
 * elements behind the last whole vector are left to the caller. See {@link Specialised}.
 */
final class FoldF32Loop implements Loop {
  private static final VectorOperators.Associative OP =
      (VectorOperators.Associative) Specialised.operator(MethodHandles.lookup());
  private static final int L = Species.LANES;

  @Override
  public void run(long to, long a, long b, long c, int n) {
    FloatVector f0 = Memory.floats(a);
    int i = L;
    if (n >= 4 * L) {
      FloatVector f1 = Memory.floats(a + 4L * L);
      FloatVector f2 = Memory.floats(a + 8L * L);
      FloatVector f3 = Memory.floats(a + 12L * L);
      for (i = 4 * L; i <= n - 4 * L; i += 4 * L) {
        long at = a + 4L * i;
        f0 = f0.lanewise(OP, Memory.floats(at));
        f1 = f1.lanewise(OP, Memory.floats(at + 4L * L));
        f2 = f2.lanewise(OP, Memory.floats(at + 8L * L));
        f3 = f3.lanewise(OP, Memory.floats(at + 12L * L));
      }
      f0 = f0.lanewise(OP, f1).lanewise(OP, f2.lanewise(OP, f3));
    }
    for (; i <= n - L; i += L) {
      f0 = f0.lanewise(OP, Memory.floats(a + 4L * i));
    }
    Memory.put(to, f0);
  }
}
