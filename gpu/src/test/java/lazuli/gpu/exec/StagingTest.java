package lazuli.gpu.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lazuli.array.backend.Buffer;
import org.junit.jupiter.api.Test;

/** Copies through page-locked memory: nothing is overwritten before it was copied. */
class StagingTest {
  private final SimulatedCard card = new SimulatedCard(text -> text);
  private final GpuPool pool = card.gpu().pool();

  /** The simulator copies only when somebody waits, so that a half filled too early shows. */
  @Test
  void theCallersMemoryMayChangeAtOnceAndLargeCopiesGoInParts() {
    int n = (int) (Staging.HALF / 4) * 5 + 7;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocate(4L * n, 8);
      for (int i = 0; i < n; i++) {
        host.setAtIndex(ValueLayout.JAVA_INT, i, i * 3);
      }
      Buffer there = pool.allocate(4L * n);
      pool.write(host, there);
      host.fill((byte) 0);
      pool.write(host.asSlice(0, 40), there);
      MemorySegment back = arena.allocate(4L * n, 8);
      pool.read(there, 0, back);
      for (int i = 0; i < n; i++) {
        assertEquals(i < 10 ? 0 : i * 3, back.getAtIndex(ValueLayout.JAVA_INT, i), "word " + i);
      }
      pool.release(there);
    }
    assertTrue(card.sim().leaks().stream().anyMatch(l -> l.startsWith("pinned")));
    pool.trim();
    card.gpu().synchronize("test");
    assertTrue(
        card.sim().leaks().stream().allMatch(l -> l.startsWith("stream")),
        card.sim().leaks().toString());
  }

  @Test
  void memoryIsTakenAndGivenInTheStreamsOrder() {
    Buffer one = pool.allocate(5000);
    long address = one.segment().address();
    card.gpu().clear(address, 5000);
    pool.release(one);
    pool.trim();
    // The clearing above comes before the memory goes, whenever that happens.
    card.gpu().synchronize("test");
    assertEquals(0, card.sim().leaks().stream().filter(l -> l.contains("bytes at")).count());
  }
}
