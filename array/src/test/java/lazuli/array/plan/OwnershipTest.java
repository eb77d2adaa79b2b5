package lazuli.array.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Pool;
import lazuli.array.type.Device;
import org.junit.jupiter.api.Test;

/** When garbage is looked for, on a pool without memory and a clock that the test moves. */
class OwnershipTest {
  private static final long MIB = 1 << 20;
  private static final long BYTES = 4 * MIB;

  /** Hands out addresses, and counts the fresh ones. */
  private static final class Counting implements Pool {
    private final Deque<Buffer> free = new ArrayDeque<>();
    private long fresh;

    @Override
    public Buffer allocate(long bytes) {
      Buffer used = free.poll();
      if (used != null) {
        return used;
      }
      fresh++;
      return new Buffer(
          Device.CPU, MemorySegment.ofAddress(fresh * bytes).reinterpret(bytes), bytes);
    }

    @Override
    public boolean reuses(long bytes) {
      return !free.isEmpty();
    }

    @Override
    public void release(Buffer buffer) {
      free.push(buffer);
    }

    @Override
    public Usage usage() {
      return new Usage(0, 0, 0, 1L << 40);
    }
  }

  private final AtomicLong now = new AtomicLong();
  private final Counting pool = new Counting();
  private final Ownership ownership = new Ownership(now::get);

  private Storage result() {
    // A second of work for each result: no collection takes a share of it.
    now.addAndGet(1_000_000_000);
    return ownership.own(pool, ownership.allocate(pool, BYTES));
  }

  @Test
  void aLoopThatDropsItsResultsTouchesLittleFreshMemoryHoweverMuchIsHeld() {
    List<Storage> held = new ArrayList<>();
    for (int i = 0; i < 512; i++) {
      held.add(result());
    }
    long before = pool.fresh;
    for (int i = 0; i < 2000; i++) {
      result();
    }
    long fresh = (pool.fresh - before) * BYTES / MIB;
    assertEquals(512, before);
    // 8 GB of results beside 2 GiB that stay. 64 MiB may be handed out between two collections; as
    // much again may have been found too late.
    assertTrue(fresh <= 160, fresh + " MiB of fresh memory");
    assertTrue(ownership.held() >= 512 * BYTES);
    assertEquals(512, held.size());
  }

  @Test
  void resultsThatStayAreAllKept() {
    List<Storage> held = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      held.add(result());
    }
    assertEquals(200, pool.fresh);
    assertEquals(200 * BYTES, ownership.held());
    held.forEach(ownership::release);
    assertEquals(0, ownership.held());
  }

  @Test
  void memoryThatWasUsedBeforeIsTakenWithoutACollection() {
    for (Storage one : List.of(result(), result(), result())) {
      ownership.release(one);
    }
    for (int i = 0; i < 100; i++) {
      ownership.release(result());
    }
    assertEquals(3, pool.fresh);
  }
}
