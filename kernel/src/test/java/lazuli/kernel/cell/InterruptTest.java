package lazuli.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits are for latches; the time limit only turns a hang into a failure. */
@Timeout(60)
public class InterruptTest {
  private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();
  private static SessionFixture session;

  @BeforeAll
  static void open() {
    session = new SessionFixture();
    session.run("int kept = 41;");
  }

  @AfterAll
  static void close() {
    session.close();
  }

  /** Starts a cell on its own thread; {@code started.countDown()} in the cell ends the wait. */
  private static CompletableFuture<Outcome> start(String cell) throws InterruptedException {
    var started = new CountDownLatch(1);
    session.java.define("started", started);
    var ended = new CompletableFuture<Outcome>();
    var thread = new Thread(() -> ended.complete(session.java.evaluate(cell)), "cell");
    thread.setDaemon(true);
    thread.start();
    assertTrue(started.await(30, TimeUnit.SECONDS), "the cell did not start");
    return ended;
  }

  private static Outcome end(CompletableFuture<Outcome> running) throws Exception {
    return running.get(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ started.countDown(); while (true) {} }",
        "{ started.countDown(); long n = 0; while (true) { n++; } }",
        "{ started.countDown(); for (int i = 0; ; i = i + 1 & 1023) { kept = kept; } }",
        "{ started.countDown(); while (true) { try { while (true) {} } catch (Throwable t) {} } }",
        "{ started.countDown(); while (true) try { Thread.sleep(9); } catch (Throwable t) {} }",
        "{ started.countDown(); Thread.sleep(1_000_000); }",
        "{ started.countDown(); synchronized (started) { started.wait(); } }",
        "{ started.countDown(); new CountDownLatch(1).await(); }",
        "IntStream.range(0, 8).parallel().forEach(i -> { started.countDown(); while (true) {} });",
        "Stream.generate(() -> 1).peek(i -> started.countDown()).filter(i -> i > 1).findAny()",
        "double work(double x) { for (int i = 0; i < Integer.MAX_VALUE; i++)"
            + " x = Math.sqrt(x / (i + 1.5)) + 1; return x; }\n"
            + "{ started.countDown(); while (true) work(2.0); }",
        "void loop() { started.countDown(); while (true) {} }\nloop();",
        "class Loop { Loop() { started.countDown(); while (true) {} } }\nnew Loop();",
        "var v = ((Supplier<Integer>) () -> { started.countDown(); while (true) {} }).get();",
        "{ var s = java.nio.channels.ServerSocketChannel.open().bind(null);\n"
            + "started.countDown(); s.accept(); }",
        "started.countDown(); while (true) { Thread.onSpinWait(); }\nint never = 1;",
      })
  void anInterruptEndsTheCellAndKeepsTheState(String cell) throws Exception {
    var running = start(cell);
    session.java.interrupt();
    assertEquals(new Outcome.Interrupted(), end(running));
    assertFalse(session.java.variables().containsKey("never"));
    assertEquals(42, session.value("kept + 1"));
  }

  @Test
  void anInterruptOfAnIdleSessionDoesNothing() {
    session.java.interrupt();
    assertEquals(41, session.value("kept"));
    assertEquals(6, session.value("int n6 = 0; for (int i = 0; i < 6; i++) { n6++; } n6"));
  }

  @Test
  void aThreadOfAnOlderCellOutlivesAnInterrupt() throws Exception {
    var turns = new AtomicInteger();
    var go = new java.util.concurrent.atomic.AtomicBoolean(true);
    session.java.define("turns", turns);
    session.java.define("go", go);
    session.run(
        "var older = new Thread(() -> { while (go.get()) { turns.incrementAndGet(); } });\n"
            + "older.setDaemon(true); older.start();");
    var running = start("{ started.countDown(); while (true) {} }");
    session.java.interrupt();
    assertEquals(new Outcome.Interrupted(), end(running));
    assertEquals(41, session.value("kept"));
    int seen = turns.get();
    while (turns.get() == seen) {
      Thread.onSpinWait();
    }
    go.set(false);
    ((Thread) session.value("older")).join();
  }

  @Test
  void aThreadOfTheSameCellGoesOnUnlessAskedOtherwise() throws Exception {
    for (boolean too : new boolean[] {false, true}) {
      session.java.stopThreadsToo(too);
      var turns = new AtomicInteger();
      var go = new java.util.concurrent.atomic.AtomicBoolean(true);
      session.java.define("turns", turns);
      session.java.define("go", go);
      var running =
          start(
              "var helper = new Thread(() -> { started.countDown();"
                  + " while (go.get()) { turns.incrementAndGet(); } });\n"
                  + "helper.setDaemon(true); helper.start(); helper.join();");
      session.java.interrupt();
      assertEquals(new Outcome.Interrupted(), end(running));
      Thread helper = (Thread) session.java.variables().get("helper");
      if (too) {
        helper.join();
      } else {
        assertEquals(41, session.value("kept"));
        int seen = turns.get();
        while (turns.get() == seen) {
          assertTrue(helper.isAlive());
        }
        go.set(false);
        helper.join();
      }
    }
    session.java.stopThreadsToo(false);
  }

  @Test
  void aCellThatWaitsForItsOwnThreadWithoutHearingIsStoppedThroughIt() throws Exception {
    var running =
        start(
            "java.util.concurrent.CompletableFuture.supplyAsync("
                + "() -> { started.countDown(); while (true) {} }).join();");
    session.java.interrupt();
    session.java.insist(true);
    assertEquals(new Outcome.Interrupted(), end(running));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "listening.accept();",
        "connected.getInputStream().read();",
        "connected.setSoTimeout(1_000_000); connected.getInputStream().read();",
        "child.getInputStream().read();",
        "new BufferedReader(new InputStreamReader(child.getErrorStream())).readLine();",
        "pipe.source().read(java.nio.ByteBuffer.allocate(1));",
        "while (true) { try { child.getInputStream().read(); } catch (IOException e) {} }",
        "var sent = connected.getOutputStream(); while (true) sent.write(new byte[1 << 20]);",
      })
  void aBlockedCallIsEndedAndWhatItReadFromStaysOpen(String call) throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/syscall")), "no /proc tells where a thread is");
    session.run(
        """
        var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var connected = new Socket(listening.getInetAddress(), listening.getLocalPort());
        var peer = listening.accept();
        var child = new ProcessBuilder("cat").start();
        var pipe = java.nio.channels.Pipe.open();""");
    var running = start("{ started.countDown(); " + call + " }");
    session.java.interrupt();
    // What the kernel's timer does; the thread may not have reached its call yet.
    while (!running.isDone()) {
      session.java.insist(false);
      Thread.onSpinWait();
    }
    assertEquals(new Outcome.Interrupted(), end(running));
    assertEquals(
        7,
        session.value(
            "child.getOutputStream().write(7); child.getOutputStream().flush();"
                + " int got = child.getInputStream().read(); child.destroy(); got"));
    if (call.startsWith("connected.get")) {
      assertEquals(
          5, session.value("peer.getOutputStream().write(5); connected.getInputStream().read()"));
    }
    session.run("connected.close(); peer.close(); listening.close();");
  }

  @Test
  void aBackgroundThreadDoesNotHoldTheNextCell() throws Exception {
    var release = new CountDownLatch(1);
    session.java.define("release", release);
    session.run(
        "var waiting = new Thread(() -> { try { release.await(); } catch (InterruptedException e) {} });\nwaiting.setDaemon(true); waiting.start();");
    assertEquals(true, session.value("waiting.isAlive()"));
    release.countDown();
    ((Thread) session.value("waiting")).join();
  }

  @Test
  void completionAndInspectionAnswerWhileACellRuns() throws Exception {
    var running = start("{ started.countDown(); while (true) {} }");
    var completion = session.java.complete("kept.", 5);
    var items = session.java.complete("\"\".subs", 7).items();
    assertEquals(new Completion.Item("substring(", "method"), items.getFirst());
    assertTrue(completion.items().isEmpty());
    assertEquals("int kept = 41", session.java.inspect("kept", 2).text());
    assertFalse(running.isDone());
    session.java.interrupt();
    assertEquals(new Outcome.Interrupted(), end(running));
  }

  @Test
  void aCellStuckInALibraryCanBeAbandoned() throws Exception {
    var stuck = new Stuck();
    session.java.define("stuck", stuck);
    var running = start("{ started.countDown(); stuck.here(); }\nint unreached = 1;");
    session.java.interrupt();
    assertTrue(stuck.ignored.await(30, TimeUnit.SECONDS));
    assertFalse(running.isDone());
    assertTrue(session.java.abandon());
    assertEquals(43, session.value("kept + 2"));
    stuck.release.countDown();
    assertEquals(new Outcome.Interrupted(), end(running));
    assertFalse(session.java.variables().containsKey("unreached"));
    assertEquals(44, session.value("kept + 3"));
  }

  @Test
  void nothingIsAbandonedThatWasNotInterrupted() throws Exception {
    assertFalse(session.java.abandon());
    var running = start("{ started.countDown(); while (true) {} }");
    assertFalse(session.java.abandon());
    session.java.interrupt();
    assertEquals(new Outcome.Interrupted(), end(running));
  }

  /** Library code that goes on when it is interrupted. */
  public static final class Stuck {
    final CountDownLatch ignored = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);

    /** Waits for the release, whatever happens. */
    public void here() {
      while (release.getCount() > 0) {
        try {
          release.await();
        } catch (InterruptedException e) {
          ignored.countDown();
        }
      }
    }
  }

  @Test
  void aCellRunsOnTheCallersThreadWithItsScopedValues() {
    session.java.define("caller", Thread.currentThread());
    session.java.define("scoped", SCOPED);
    Outcome outcome =
        ScopedValue.where(SCOPED, "seen")
            .call(
                () ->
                    session.java.evaluate(
                        "\"\" + scoped.get() + (caller == Thread.currentThread())"));
    assertEquals("seentrue", assertInstanceOf(Outcome.Value.class, outcome, "" + outcome).value());
  }

  @Test
  void theStackAndTheHeapMayOverflow() {
    assertInstanceOf(
        Outcome.Failure.class, session.run("int deep(int n) { return deep(n + 1) + 1; }\ndeep(0)"));
    assertInstanceOf(Outcome.Failure.class, session.run("new long[Integer.MAX_VALUE][1 << 20]"));
    assertEquals(45, session.value("kept + 4"));
  }
}
