package lazuli.array.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The loops of segments, one hidden class each.
 *
 * <p>The cache is process-wide and bounded: beyond the limit the loop that was asked for longest
 * ago is dropped here, and its class is unloaded once no kernel runs it either. Guarded by its own
 * lock.
 */
final class GeneratedLoops {
  /** How many loops are kept for programs to come. */
  static final int MOST = 256;

  /** A segment whose loop was not faster is remembered by this. */
  private static final Stage NONE = (at, n) -> {};

  private static final Map<Segment, Stage> LOOPS = new LinkedHashMap<>(64, 0.75f, true);

  private GeneratedLoops() {}

  /** The loop of a segment, written now if it is not known. */
  static Stage of(Segment segment) {
    Stage known = known(segment);
    if (known != null && known != NONE) {
      return known;
    }
    Stage made = define(segment);
    keep(segment, made);
    return made;
  }

  /** A loop that was kept, or null. */
  static @Nullable Stage known(Segment segment) {
    synchronized (LOOPS) {
      return LOOPS.get(segment);
    }
  }

  /** Whether a segment's loop was tried and was not faster than its steps. */
  static boolean refused(Segment segment) {
    return known(segment) == NONE;
  }

  /** Remembers that a segment is better left to its steps. */
  static void refuse(Segment segment) {
    keep(segment, NONE);
  }

  /** How many loops are kept. */
  static int size() {
    synchronized (LOOPS) {
      return LOOPS.size();
    }
  }

  static void keep(Segment segment, Stage loop) {
    synchronized (LOOPS) {
      LOOPS.put(segment, loop);
      if (LOOPS.size() > MOST) {
        LOOPS.remove(LOOPS.keySet().iterator().next());
      }
    }
  }

  /** A new class, which is unloaded when nothing refers to the loop any more. */
  static Stage define(Segment segment) {
    try {
      MethodHandles.Lookup hidden =
          MethodHandles.lookup().defineHiddenClass(LoopWriter.write(segment), true);
      return (Stage)
          hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class)).invoke();
    } catch (Throwable e) {
      throw new IllegalStateException("no loop for " + segment, e);
    }
  }
}
