package lazuli.gpu.exec;

import java.lang.foreign.MemorySegment;
import lazuli.gpu.driver.Driver;
import org.jspecify.annotations.Nullable;

/**
 * Page-locked host memory in two halves, through which copies to the device go: the caller's memory
 * is free as soon as it was copied here, and the device reads a half while the next is filled. A
 * half is filled again only after the copy from it has happened. Mutable; used under the device's
 * lock.
 */
final class Staging {
  /** Bytes of a half: a copy of this size takes longer than the calls around it. */
  static final long HALF = 4L << 20;

  private final @Nullable MemorySegment[] halves = new @Nullable MemorySegment[2];
  private final long[] copied = new long[2];
  private int turn;

  /** Copies host memory to the device in the stream's order; the host memory may change at once. */
  void write(Driver driver, long to, MemorySegment from, long stream) {
    for (long at = 0; at < from.byteSize(); at += HALF) {
      long bytes = Math.min(HALF, from.byteSize() - at);
      MemorySegment half = half(driver);
      if (copied[turn] != 0) {
        driver.synchronizeEvent(copied[turn]);
      } else {
        copied[turn] = driver.createEvent(false);
      }
      MemorySegment part = half.asSlice(0, bytes);
      part.copyFrom(from.asSlice(at, bytes));
      driver.copyToDeviceAsync(to + at, part, stream);
      driver.record(copied[turn], stream);
      turn = 1 - turn;
    }
  }

  /** Copies device memory to the host in the stream's order, and waits for it. */
  void read(Driver driver, long from, MemorySegment to, long stream) {
    long count = (to.byteSize() + HALF - 1) / HALF;
    // One part is on its way while the one before is taken out.
    for (long part = 0; part <= count; part++) {
      if (part < count) {
        MemorySegment half = half(driver);
        if (copied[turn] == 0) {
          copied[turn] = driver.createEvent(false);
        }
        long bytes = Math.min(HALF, to.byteSize() - part * HALF);
        driver.copyToHostAsync(half.asSlice(0, bytes), from + part * HALF, stream);
        driver.record(copied[turn], stream);
      }
      turn = 1 - turn;
      if (part > 0) {
        long at = (part - 1) * HALF;
        long bytes = Math.min(HALF, to.byteSize() - at);
        driver.synchronizeEvent(copied[turn]);
        to.asSlice(at, bytes).copyFrom(half(driver).asSlice(0, bytes));
      }
    }
  }

  private MemorySegment half(Driver driver) {
    MemorySegment half = halves[turn];
    if (half == null) {
      half = driver.allocateHost(HALF);
      halves[turn] = half;
    }
    return half;
  }

  /** Gives the memory back. */
  void close(Driver driver) {
    for (int i = 0; i < 2; i++) {
      MemorySegment half = halves[i];
      if (copied[i] != 0) {
        driver.synchronizeEvent(copied[i]);
        driver.destroyEvent(copied[i]);
        copied[i] = 0;
      }
      if (half != null) {
        driver.freeHost(half);
        halves[i] = null;
      }
    }
  }
}
