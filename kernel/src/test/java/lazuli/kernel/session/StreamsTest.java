package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lazuli.kernel.wire.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What cells print: whole, in order, in few messages. */
class StreamsTest {
  private static TestKernel kernel;

  @BeforeAll
  static void start() throws Exception {
    kernel = TestKernel.start();
  }

  @AfterAll
  static void stop() {
    kernel.close();
  }

  @Test
  void aHundredThousandLinesArriveWholeInFewMessages() throws Exception {
    var run = kernel.run("for (int i = 0; i < 100_000; i++) System.out.println(i);");
    var expected = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      expected.append(i).append('\n');
    }
    assertEquals(expected.toString(), run.stdout());
    int messages = run.contents("stream").size();
    // 590 kB in pieces of 64 KiB, and one for each 50 ms that a loaded machine takes.
    assertTrue(messages < 200, messages + " messages");
  }

  @Test
  void theOrderBetweenTheTwoStreamsIsKept() throws Exception {
    var run =
        kernel.run(
            """
            for (int i = 0; i < 3; i++) {
              System.out.print("o" + i);
              System.err.print("e" + i);
            }""");
    assertEquals(
        List.of("o0", "e0", "o1", "e1", "o2", "e2"),
        run.contents("stream").stream().map(content -> content.at("text").text("")).toList());
  }

  @Test
  void whatIsPrintedBeforeADisplayComesBeforeIt() throws Exception {
    var run = kernel.run("System.out.print(1); display(2); System.out.print(3);");
    assertEquals(
        List.of("status", "execute_input", "stream", "display_data", "stream", "status"),
        run.iopubTypes());
  }

  @Test
  void aCharacterWrittenInTwoPartsIsNeverBroken() throws Exception {
    var run =
        kernel.run(
            """
            byte[] smile = "🙂é".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            System.out.write(smile, 0, 2);
            System.out.flush();
            System.err.print("between");
            System.out.write(smile, 2, 3);
            display("again");
            System.out.write(smile, 5, 1);""");
    assertEquals("🙂é", run.stdout());
    assertEquals("between", run.stderr());
  }

  @Test
  void aCharacterThatIsNeverFinishedIsReplacedAtTheEnd() throws Exception {
    assertEquals("a\ufffd", kernel.run("System.out.write(97); System.out.write(0xf0);").stdout());
  }

  @Test
  void aThreadOfAnEndedCellPrintsBelowTheLatestCell() throws Exception {
    Exchange first =
        kernel.client.execute(
            """
            var gate = new java.util.concurrent.CountDownLatch(1);
            var printer = new Thread(() -> {
              try { gate.await(); } catch (InterruptedException e) { return; }
              System.out.print("late");
            });
            printer.start();""",
            false);
    assertEquals("ok", TestKernel.collect(first).status());
    Exchange latest = kernel.client.execute("gate.countDown();", false);
    // It may come before or after the cell is idle, or once the next one runs.
    var text = new StringBuilder(TestKernel.collect(latest).stdout());
    text.append(kernel.run("printer.join();").stdout());
    while (text.isEmpty()) {
      var event = latest.next(TestKernel.LIMIT);
      text.append(event.message().content().at("text").text(""));
    }
    assertEquals("late", text.toString());
  }

  @Test
  void textBeyondTheLimitOfACellIsCutWithANotice() throws Exception {
    assertEquals("output = 2m", kernel.run("%config output=2m").result());
    try {
      var run =
          kernel.run(
              """
              String line = "x".repeat(1 << 18);
              for (int i = 0; i < 20; i++) System.out.println(line);""");
      assertTrue(run.stdout().length() > 2 << 20);
      assertTrue(run.stdout().length() <= (2 << 20) + (1 << 18) + 2);
      assertEquals(
          "\n[lazuli: this cell wrote more than 2 MiB of text; the rest is not shown]\n",
          run.stderr());
      assertEquals("next\n", kernel.run("System.out.println(\"next\");").stdout());
    } finally {
      kernel.run("%config output=200m");
    }
  }

  @Test
  void twentyMegabytesOfOneCellArriveWhole() throws Exception {
    var run =
        kernel.run(
            """
            String line = "y".repeat((1 << 20) - 1);
            for (int i = 0; i < 20; i++) System.out.println(line);""");
    assertEquals(20L << 20, run.stdout().length());
    assertEquals("", run.stderr());
  }

  @Test
  void aThreadCanChooseItsCell() throws Exception {
    Exchange first =
        kernel.client.execute(
            """
            var here = thisCell();
            var go = new java.util.concurrent.CountDownLatch(1);
            var chosen = new Thread(here.wrap(() -> {
              try { go.await(); } catch (InterruptedException e) { return; }
              System.out.print("for the first");
              display("shown");
              System.err.print("too");
            }));
            chosen.start();""",
            false);
    assertEquals("ok", TestKernel.collect(first).status());
    var second =
        kernel.run("System.out.print(1); go.countDown(); chosen.join(); System.out.print(2);");
    assertEquals("12", second.stdout());
    assertEquals(List.of(), second.contents("display_data"));
    var types = new java.util.ArrayList<String>();
    while (types.size() < 3) {
      var message = first.next(TestKernel.LIMIT).message();
      types.add(message.type() + " " + message.content().at("text").text(""));
    }
    assertEquals(List.of("stream for the first", "display_data ", "stream too"), types);
  }
}
