package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interrupted cells end, keep what they did, and the next cell runs. */
class InterruptTest {
  private static TestKernel kernel;

  @BeforeAll
  static void start() throws Exception {
    kernel = TestKernel.start();
    kernel.run("int kept = 41;");
  }

  @AfterAll
  static void stop() {
    kernel.close();
  }

  /** Starts a cell and waits until it has said that it runs. */
  private static Exchange startAndAwait(String code) throws Exception {
    boolean saysItself = code.contains("Stuck");
    Exchange cell =
        kernel.client.execute((saysItself ? "" : "System.out.println(\"on\"); ") + code, true);
    var text = new StringBuilder();
    while (!text.toString().contains("on")) {
      text.append(cell.next(TestKernel.LIMIT).message().content().at("text").text(""));
    }
    return cell;
  }

  private static TestKernel.Run interrupt(Exchange cell) throws Exception {
    var reply = TestKernel.collect(kernel.client.control("interrupt_request", Json.EMPTY));
    assertEquals("ok", reply.status());
    return TestKernel.collect(cell);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while (true) {}",
        "Thread.sleep(1_000_000);",
        "while (true) { try { Thread.sleep(1000); } catch (Throwable t) {} }",
        "new Object() { void m() throws Exception { synchronized (this) { wait(); } } }.m();",
        "java.util.stream.Stream.iterate(1, i -> i + 1).forEach(i -> {});",
        "input(\"?\");",
        "System.in.read();",
        "%time while (true) {}",
        "new ServerSocket(0).accept();",
        "new Socket(\"127.0.0.1\", new ServerSocket(0).getLocalPort()).getInputStream().read();",
        "new ProcessBuilder(\"sleep\", \"1000\").start().getInputStream().read();",
        "new ProcessBuilder(\"sleep\", \"1000\").start().waitFor();",
        "new LinkedBlockingQueue<Integer>().take();",
        "CompletableFuture.supplyAsync(() -> { while (true) {} }).join();",
      })
  void aCellIsStoppedAndTheStateSurvives(String code) throws Exception {
    // The magic must begin its line.
    var cell = startAndAwait(code.startsWith("%") ? "\n" + code : code);
    var run = interrupt(cell);
    assertEquals("error", run.status());
    assertEquals("Interrupted", run.reply().at("ename").text(""));
    assertEquals(
        "the cell was interrupted; variables keep their values", run.reply().at("evalue").text(""));
    assertEquals("42", kernel.run("kept + 1").result());
  }

  @Test
  void aValueWhoseTextNeverEndsCanBeStopped() throws Exception {
    kernel.run(
        "class Endless { public String toString() { System.out.println(\"on\"); while (true) {} } }");
    Exchange cell = kernel.client.execute("new Endless()", false);
    while (!cell.next(TestKernel.LIMIT).message().type().equals("stream")) {
      continue;
    }
    assertEquals("Interrupted", interrupt(cell).reply().at("ename").text(""));
    assertEquals("42", kernel.run("kept + 1").result());
  }

  @Test
  void whatWasPrintedBeforeIsKept() throws Exception {
    Exchange cell =
        kernel.client.execute(
            "for (int i = 0; ; i++) { if (i == 1000) System.out.print(\"reached\"); }", false);
    while (!cell.next(TestKernel.LIMIT).message().type().equals("stream")) {
      continue;
    }
    var run = interrupt(cell);
    // The answer to the interrupt is followed by a status that the cell still keeps it busy.
    List<String> types = new java.util.ArrayList<>(run.iopubTypes());
    types.removeIf(type -> type.equals("status"));
    assertEquals(List.of("error"), types);
    assertEquals("idle", run.iopub().getLast().content().at("execution_state").text(""));
  }

  @Test
  void anInterruptWithNothingToStopIsAnswered() throws Exception {
    var reply = TestKernel.collect(kernel.client.control("interrupt_request", Json.EMPTY));
    assertEquals("ok", reply.status());
    assertEquals("42", kernel.run("kept + 1").result());
  }

  @Test
  void cellsThatWaitBehindAnInterruptedOneAreAborted() throws Exception {
    Exchange cell = startAndAwait("while (true) {}");
    Exchange waiting = kernel.client.execute("int never = 1;", false);
    assertEquals("error", interrupt(cell).status());
    assertEquals("aborted", TestKernel.collect(waiting).status());
    assertEquals("42", kernel.run("kept + 1").result());
  }

  @Test
  void aCellStuckInALibraryIsLeftBehindAndTheNextCellsRunAndCanBeStopped() throws Exception {
    var run = interrupt(startAndAwait("lazuli.kernel.session.Stuck.inLibrary();"));
    assertEquals("Interrupted", run.reply().at("ename").text(""));
    assertEquals(
        "the cell was interrupted inside a library that cannot be stopped; its thread was left"
            + " behind, variables keep their values",
        run.reply().at("evalue").text(""));
    assertEquals("42", kernel.run("kept + 1").result());
    assertEquals(
        "4950", kernel.run("int sum = 0; for (int i = 0; i < 100; i++) sum += i; sum").result());
    assertEquals(
        "the cell was interrupted; variables keep their values",
        interrupt(startAndAwait("while (true) {}")).reply().at("evalue").text(""));
    Stuck.release();
    assertEquals("42", kernel.run("kept + 1").result());
  }
}
