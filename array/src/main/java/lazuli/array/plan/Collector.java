package lazuli.array.plan;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the garbage collector run. A collection of young objects finds results that were dropped
 * soon, at a tenth of the price of a whole one, but Java has no call for it: garbage is allocated
 * until the young generation is full. A whole collection is {@link System#gc()}.
 */
final class Collector {
  /** The collections of young objects, as the JVM's collectors name them. */
  private static final Set<String> YOUNG =
      Set.of("Copy", "PS Scavenge", "G1 Young Generation", "ZGC Minor Cycles");

  /** Small enough to be young objects in every collector. */
  private static final int PIECE = 128 << 10;

  /** With more room than this among the young objects filling it costs what it should save. */
  private static final int MOST = 64 << 20;

  private final @Nullable GarbageCollectorMXBean young =
      ManagementFactory.getGarbageCollectorMXBeans().stream()
          .filter(bean -> YOUNG.contains(bean.getName()))
          .findFirst()
          .orElse(null);

  /** Collects young objects; {@return whether it could} */
  boolean young() {
    if (young == null) {
      return false;
    }
    long before = young.getCollectionCount();
    for (int filled = 0; filled < MOST; filled += PIECE) {
      // Used, or compiled code would leave it out.
      Reference.reachabilityFence(new byte[PIECE]);
      if (young.getCollectionCount() != before) {
        return true;
      }
    }
    return false;
  }

  /** Collects all objects. */
  void all() {
    System.gc();
  }
}
