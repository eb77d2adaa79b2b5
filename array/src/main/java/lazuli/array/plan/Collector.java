package lazuli.array.plan;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.Reference;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the garbage collector run. A collection of young objects finds results that were dropped
 * soon, but Java has no call for it: garbage is allocated until the young generation is full, where
 * little enough of it is free. A whole collection is {@link System#gc()}.
 */
final class Collector {
  /** The collections of young objects, as the JVM's collectors name them. */
  private static final Set<String> YOUNG =
      Set.of("Copy", "PS Scavenge", "G1 Young Generation", "ZGC Minor Cycles");

  /** Where new objects are, as the JVM's collectors name it. */
  private static final Set<String> EDEN =
      Set.of("Eden Space", "PS Eden Space", "G1 Eden Space", "ZGC Young Generation");

  /** Small enough to be young objects in every collector. */
  private static final int PIECE = 128 << 10;

  /** With more room than this among the young objects filling it costs what it should save. */
  private static final long MOST = 192 << 20;

  private final @Nullable GarbageCollectorMXBean young =
      ManagementFactory.getGarbageCollectorMXBeans().stream()
          .filter(bean -> YOUNG.contains(bean.getName()))
          .findFirst()
          .orElse(null);

  private final @Nullable MemoryPoolMXBean eden =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(bean -> EDEN.contains(bean.getName()))
          .findFirst()
          .orElse(null);

  /** Collects young objects; {@return whether it could} */
  boolean young() {
    if (young == null || eden == null) {
      return false;
    }
    long room = eden.getUsage().getCommitted() - eden.getUsage().getUsed();
    if (room > MOST) {
      return false;
    }
    long before = young.getCollectionCount();
    for (long filled = 0; filled <= room + MOST / 8; filled += PIECE) {
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
