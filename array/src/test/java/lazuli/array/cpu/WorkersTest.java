package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkersTest {
  private static final long LARGE = 1_000_000_000;
  private final int before = Workers.threads();

  @AfterEach
  void restore() {
    Workers.threads(before);
  }

  @ParameterizedTest
  @CsvSource({"0,1", "0,4", "1,4", "2,1", "2,2", "3,8", "1000,2", "1000,3", "100000,4"})
  void everyItemRunsExactlyOnce(int items, int threads) {
    Workers.threads(threads);
    AtomicIntegerArray runs = new AtomicIntegerArray(items);
    Workers.run(items, LARGE, runs::incrementAndGet);
    for (int i = 0; i < items; i++) {
      assertEquals(1, runs.get(i), "item " + i);
    }
  }

  @Test
  void manyTinyCallsLoseNoItem() {
    Workers.threads(4);
    AtomicInteger total = new AtomicInteger();
    for (int i = 0; i < 20_000; i++) {
      Workers.run(3, LARGE, item -> total.addAndGet(item + 1));
    }
    assertEquals(20_000 * 6, total.get());
  }

  @Test
  void smallWorkStaysOnTheCaller() {
    Workers.threads(4);
    Thread caller = Thread.currentThread();
    Workers.run(
        100, Workers.ONE_THREAD_NANOS - 1, item -> assertSame(caller, Thread.currentThread()));
  }

  @Test
  void aSecondThreadJoinsLargeWork() {
    Workers.threads(2);
    // Both items wait for each other: this ends only when two threads are inside at once.
    CountDownLatch both = new CountDownLatch(2);
    Workers.run(
        2,
        LARGE,
        item -> {
          both.countDown();
          try {
            both.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertEquals(0, both.getCount());
  }

  @Test
  void nestedCallsRunInPlace() {
    Workers.threads(3);
    AtomicInteger total = new AtomicInteger();
    Workers.run(
        50,
        LARGE,
        outer -> {
          Thread mine = Thread.currentThread();
          Workers.run(
              50,
              LARGE,
              inner -> {
                assertSame(mine, Thread.currentThread());
                total.incrementAndGet();
              });
        });
    assertEquals(2500, total.get());
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "5"})
  void theFirstExceptionReachesTheCallerAndLaterCallsWork(int threads) {
    Workers.threads(threads);
    for (int round = 0; round < 200; round++) {
      IllegalStateException thrown =
          assertThrows(
              IllegalStateException.class,
              () ->
                  Workers.run(
                      100,
                      LARGE,
                      item -> {
                        if (item == 37) {
                          throw new IllegalStateException("item 37");
                        }
                      }));
      assertEquals("item 37", thrown.getMessage());
    }
    everyItemRunsExactlyOnce(1000, threads);
  }

  @Test
  void errorsPassUnwrapped() {
    Workers.threads(2);
    assertThrows(
        StackOverflowError.class,
        () ->
            Workers.run(
                10,
                LARGE,
                item -> {
                  throw new StackOverflowError();
                }));
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void anInterruptEndsTheCallAndIsKept(int threads) {
    Workers.threads(threads);
    Thread caller = Thread.currentThread();
    AtomicInteger ran = new AtomicInteger();
    assertThrows(
        CancellationException.class,
        () ->
            Workers.run(
                1_000_000,
                LARGE,
                item -> {
                  caller.interrupt();
                  ran.incrementAndGet();
                }));
    assertTrue(Thread.interrupted(), "the interrupt status was lost");
    assertTrue(ran.get() < 1_000_000, "every item ran");
  }

  @Test
  void severalCallersShareTheWorkers() throws InterruptedException {
    Workers.threads(3);
    List<Thread> callers = new ArrayList<>();
    AtomicInteger total = new AtomicInteger();
    AtomicReference<Throwable> failed = new AtomicReference<>();
    for (int c = 0; c < 4; c++) {
      callers.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((t, e) -> failed.set(e))
              .start(
                  () -> {
                    for (int i = 0; i < 500; i++) {
                      Workers.run(20, LARGE, item -> total.incrementAndGet());
                    }
                  }));
    }
    for (Thread t : callers) {
      t.join();
    }
    assertEquals(null, failed.get());
    assertEquals(4 * 500 * 20, total.get());
  }

  @Test
  void fewerThanOneThreadIsRefused() {
    assertEquals(
        "threads 0, accepted: 1 or more",
        assertThrows(IllegalArgumentException.class, () -> Workers.threads(0)).getMessage());
  }
}
