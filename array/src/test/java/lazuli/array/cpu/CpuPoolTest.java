package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import lazuli.array.backend.Buffer;
import lazuli.array.type.ArrayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuPoolTest {
  private static final long LIMIT = 64L << 20;
  private final CpuPool pool = new CpuPool(LIMIT, new SystemMemory());

  @Test
  void releasedBuffersAreUsedAgain() {
    Set<Long> addresses = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      Buffer b = pool.allocate(1_000_000 + i % 7);
      addresses.add(b.segment().address());
      pool.release(b);
    }
    assertEquals(1, addresses.size());
    assertEquals(0, pool.usage().active());
    assertTrue(pool.usage().cached() >= 1_000_000 && pool.usage().cached() < 1_300_000);
  }

  @Test
  void buffersInUseNeverOverlapAndKeepTheirContents() {
    Random random = new Random(11);
    List<Buffer> live = new ArrayList<>();
    List<Long> marks = new ArrayList<>();
    for (int round = 0; round < 5000; round++) {
      if (live.size() < 40 && random.nextBoolean()) {
        Buffer b = pool.allocate(8 + random.nextInt(1 << random.nextInt(4, 21)));
        b.segment().fill((byte) round);
        b.segment().set(ValueLayout.JAVA_LONG, 0, round);
        live.add(b);
        marks.add((long) round);
      } else if (!live.isEmpty()) {
        int i = random.nextInt(live.size());
        Buffer b = live.remove(i);
        long mark = marks.remove(i);
        assertEquals(mark, b.segment().get(ValueLayout.JAVA_LONG, 0));
        if (b.bytes() > 8) {
          assertEquals((byte) mark, b.segment().get(ValueLayout.JAVA_BYTE, b.bytes() - 1));
        }
        pool.release(b);
      }
    }
    live.forEach(pool::release);
    assertEquals(0, pool.usage().active());
  }

  @ParameterizedTest
  @CsvSource({
    "0,64",
    "1,64",
    "64,64",
    "65,128",
    "256,256",
    "257,320",
    "320,320",
    "321,384",
    "1024,1024",
    "1025,1280",
    "1048577,1310720"
  })
  void sizeClassesWasteAtMostAQuarter(long bytes, long size) {
    assertEquals(size, CpuPool.sizeClass(bytes));
  }

  @ParameterizedTest
  @CsvSource({"0,64", "1,64", "100,64", "5000,64", "2097152,2097152", "9000000,2097152"})
  void buffersAreAlignedForVectorsAndForHugePages(long bytes, long alignment) {
    Buffer b = pool.allocate(bytes);
    assertEquals(0, b.segment().address() % alignment);
    assertEquals(bytes, b.bytes());
    assertEquals(bytes, b.segment().byteSize());
    pool.release(b);
  }

  @Test
  void theLimitIsAnErrorThatNamesTheNumbers() {
    Buffer b = pool.allocate(48L << 20);
    ArrayException e = assertThrows(ArrayException.class, () -> pool.allocate(17L << 20));
    assertEquals(
        """
        an array of 17825792 bytes was asked for, with 16777216 bytes free of the limit of 67108864
          accepted: arrays that fit what is free
          fix: drop arrays you no longer need (x = null, or a Scope), use smaller ones, or start \
        with -Dlazuli.memory.limit=BYTES""",
        e.getMessage());
    pool.release(b);
    pool.release(pool.allocate(17L << 20));
  }

  @Test
  void moreThanTheLimitIsRefusedAtOnce() {
    assertThrows(ArrayException.class, () -> pool.allocate(LIMIT + 1));
    assertThrows(ArrayException.class, () -> pool.allocate(Long.MAX_VALUE));
    assertEquals(0, pool.usage().active());
  }

  @Test
  void freeBlocksOfOtherSizesMakeRoom() {
    for (int i = 1; i <= 200; i++) {
      pool.release(pool.allocate(i * 300_000L));
      assertTrue(pool.usage().active() + pool.usage().cached() <= LIMIT);
    }
  }

  @Test
  void arraysOfAllSizesShareTheMemoryThatWasUsedBefore() {
    pool.release(pool.allocate(8 << 20));
    long before = pool.usage().cached();
    for (int i = 0; i < 500; i++) {
      long bytes = 40_000 + 11_003L * i;
      assertTrue(pool.reuses(bytes), bytes + " bytes");
      pool.release(pool.allocate(bytes));
      assertEquals(before, pool.usage().cached());
    }
    List<Buffer> four = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      assertTrue(pool.reuses(2 << 20));
      four.add(pool.allocate(2 << 20));
    }
    assertFalse(pool.reuses(2 << 20));
    assertEquals(0, pool.usage().cached());
    four.reversed().forEach(pool::release);
    assertTrue(pool.reuses(8 << 20), "the ranges are joined again");
  }

  @Test
  void smallArraysLeaveTheMemoryOfLargeOnesWhole() {
    pool.release(pool.allocate(40 << 20));
    assertFalse(pool.reuses(1 << 20));
    assertTrue(pool.reuses(12 << 20));
    pool.release(pool.allocate(1 << 20));
    assertTrue(pool.reuses(40 << 20));
  }

  @Test
  void memoryIsGivenBackAlsoBetweenArraysInUse() {
    List<Buffer> buffers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      buffers.add(pool.allocate(1 << 20));
    }
    for (int i = 0; i < 12; i += 2) {
      pool.release(buffers.get(i));
    }
    assertEquals(6 << 20, pool.usage().cached());
    pool.cacheLimit(2 << 20);
    assumeTrue(
        System.getProperty("os.name").equals("Linux"), "only Linux takes single pages back here");
    assertTrue(pool.usage().cached() <= 2 << 20, pool.usage().toString());
    pool.cacheLimit(0);
    assertEquals(0, pool.usage().cached());
    assertEquals(6 << 20, pool.usage().active());
  }

  @Test
  void aSecondReleaseIsRefused() {
    Buffer b = pool.allocate(100);
    pool.release(b);
    assertThrows(IllegalStateException.class, () -> pool.release(b));
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1000,1000", "4k,4096", "3M,3145728", "' 2g ',2147483648", "1t,1099511627776"})
  void limitsAreReadWithTheirUnits(String text, long bytes) {
    assertEquals(bytes, SystemMemory.limit(text));
  }

  @ParameterizedTest
  @CsvSource({"''", "0", "-1", "4x", "g", "1.5g", "99999999999999999999", "9999999999g"})
  void otherLimitsAreRefused(String text) {
    ArrayException e = assertThrows(ArrayException.class, () -> SystemMemory.limit(text));
    assertEquals(
        "-Dlazuli.memory.limit="
            + text
            + "\n  accepted: a positive number of bytes, or one with k, m, g or t behind it"
            + "\n  fix: for instance -Dlazuli.memory.limit=4g",
        e.getMessage());
  }

  @Test
  void withoutAPropertyTheLimitIsHalfOfTheMemory() {
    assertTrue(SystemMemory.limit(null) > 64L << 20);
  }
}
