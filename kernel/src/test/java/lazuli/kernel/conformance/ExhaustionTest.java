package lazuli.kernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import lazuli.kernel.conformance.Language.Snippet;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A cell that takes all there is of something: the kernel says so, and the next cell runs. */
class ExhaustionTest {
  private static final Path SHELL = Path.of("/bin/sh");

  @TempDir private Path folder;

  private Peer kernel(String... flags) throws Exception {
    return Peer.start(Language.lazuli(folder).withFlags(flags), folder);
  }

  /** A kernel under limits of the system, set by a shell that becomes it. */
  private Peer limited(String limits, String... flags) throws Exception {
    assumeTrue(Files.isExecutable(SHELL), SHELL + " is missing here");
    return Peer.start(
        Language.lazuli(folder)
            .withFlags(flags)
            .startedBy(SHELL.toString(), "-c", limits + " && exec \"$@\"", "sh"),
        folder);
  }

  private static void answers(Peer kernel) throws Exception {
    var run = kernel.run(Snippet.EXPRESSION);
    assertEquals("42", run.result(), "" + run.reply());
    assertEquals("ok", kernel.control("kernel_info_request").status());
    assertTrue(kernel.client.alive(Peer.LIMIT));
  }

  private static String lastLine(Peer.Run run) {
    List<Json> lines = run.reply().at("traceback").items();
    return lines.getLast().text("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-XX:+UseSerialGC | hoard.add(new byte[4 << 20]);",
        "-XX:+UseG1GC     | hoard.add(new byte[4 << 20]);",
        "-XX:+UseSerialGC | hoard.add(new byte[64 << 10]);",
        "-XX:+UseG1GC     | hoard.add(new byte[64 << 10]);",
        "-XX:+UseSerialGC | hoard.set(0, new Object[] {hoard.get(0)});",
        "-XX:+UseG1GC     | hoard.set(0, new Object[] {hoard.get(0)});",
      })
  void aFullHeapIsSaidAndTheNextCellCanFreeIt(String collector, String take) throws Exception {
    try (Peer kernel = kernel("-Xmx80m", collector)) {
      kernel.run("var hoard = new ArrayList<Object>(); hoard.add(null);");
      for (int again = 1; again <= 2; again++) {
        var full = kernel.run("while (true) " + take);
        assertEquals("OutOfMemoryError", full.reply().at("ename").text(""), "" + full.reply());
        assertEquals(
            " MiB is full, or too small for this. Set variables that hold much to null, or give the"
                + " kernel more: %config heap=8g and a restart.",
            lastLine(full).replaceFirst("The heap of \\d+", ""));
        var freed = kernel.run("hoard.clear(); hoard.add(null)");
        assertEquals("true", freed.result(), "" + freed.reply());
        answers(kernel);
      }
    }
  }

  @Test
  void aRecursionWithoutEndIsAnErrorOfItsCell() throws Exception {
    try (Peer kernel = kernel()) {
      kernel.run("int depth = 0; int down() { depth++; return down() + 1; }");
      for (int again = 1; again <= 3; again++) {
        var deep = kernel.run("depth = 0; down()");
        assertEquals("StackOverflowError", deep.reply().at("ename").text(""), "" + deep.reply());
        assertEquals("    ... the same frame at least 1000 more times", lastLine(deep));
        assertEquals("true", kernel.run("depth > 10_000").result());
        answers(kernel);
      }
    }
  }

  @Test
  void whenTheSystemGivesNoMoreThreadsTheCellSaysSo() throws Exception {
    // Threads need address space for their stacks: with little of it, a few large ones do.
    try (Peer kernel =
        limited(
            "ulimit -v 6000000",
            "-Xmx200m",
            "-XX:+UseSerialGC",
            "-XX:CompressedClassSpaceSize=64m",
            "-XX:ReservedCodeCacheSize=64m")) {
      kernel.run("var gate = new java.util.concurrent.CountDownLatch(1); int started = 0;");
      var many =
          kernel.run(
              """
              while (true) {
                var t = new Thread(null, () -> { try { gate.await(); } catch (Exception e) {} },
                    "many", 1L << 29);
                t.setDaemon(true);
                t.start();
                started++;
              }""");
      assertEquals("OutOfMemoryError", many.reply().at("ename").text(""), "" + many.reply());
      assertEquals(
          "The system gives this process no more threads. Those that cells started go on until they"
              + " end; restart the kernel to be rid of them.",
          lastLine(many));
      assertEquals("true", kernel.run("started > 1").result());
      answers(kernel);
      // A cell that waits is still interrupted, with no thread to be had.
      Exchange waits = kernel.send("execute_request", Peer.cell("gate.await();"));
      Peer.await(waits, "execute_input");
      kernel.control("interrupt_request");
      assertEquals("Interrupted", Peer.collect(waits).reply().at("ename").text(""));
      kernel.run("gate.countDown();");
      answers(kernel);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"new FileInputStream(\"/dev/null\")", "new ServerSocket(0)"})
  void whenFilesRunOutTheCellSaysSo(String open) throws Exception {
    try (Peer kernel = limited("ulimit -n 200")) {
      // Classes of a folder, as here, are loaded from files; those of jars are not.
      answers(kernel);
      kernel.run("var files = new ArrayList<Closeable>(); for (var f : files) f.close();");
      for (int again = 1; again <= 3; again++) {
        var full = kernel.run("while (true) files.add(" + open + ");");
        assertEquals("error", full.status());
        assertTrue(full.reply().at("evalue").text("").contains("Too many open files"));
        assertEquals(
            "The system gives this process no more open files. Close some, in a cell too, or start"
                + " the kernel with a higher limit (ulimit -n).",
            lastLine(full));
        assertEquals("42", kernel.run(Snippet.EXPRESSION).result());
        var closed = kernel.run("for (var f : files) f.close(); files.clear();");
        assertEquals("ok", closed.status(), "" + closed.reply());
        answers(kernel);
      }
    }
  }

  /** Lines of 100 bytes, numbered: their text is compared without keeping it. */
  private static void print(Peer kernel, int lines) throws Exception {
    Exchange cell =
        kernel.send(
            "execute_request",
            Peer.cell(
                """
                String tail = " ".repeat(88) + "x";
                for (int i = 0; i < %d; i++) System.out.println((1_000_000_000 + i) + tail);"""
                    .formatted(lines)));
    var rest = new StringBuilder();
    int next = 0;
    String tail = " ".repeat(88) + "x\n"; // As the cell writes it.
    while (!cell.done()) {
      Message message = cell.next(Duration.ofSeconds(120)).message();
      if (message.type().equals("stream")) {
        assertEquals("stdout", message.content().at("name").text(""));
        rest.append(message.content().at("text").text(""));
        int from = 0;
        for (; from + 100 <= rest.length(); from += 100) {
          assertEquals(1_000_000_000 + next, Integer.parseInt(rest, from, from + 10, 10));
          assertEquals(0, CharSequence.compare(tail, rest.subSequence(from + 10, from + 100)));
          next++;
        }
        rest.delete(0, from);
      }
    }
    assertEquals(lines, next);
    assertEquals("", rest.toString());
  }

  @Test
  void aHundredMegabytesOfOneCellArriveWhole() throws Exception {
    try (Peer kernel = kernel("-Xmx200m")) {
      print(kernel, 1_000_000);
      answers(kernel);
    }
  }

  @Tag("slow")
  @Test
  void twoHundredMebibytesOfOneCellArriveWhole() throws Exception {
    try (Peer kernel = kernel("-Xmx200m")) {
      print(kernel, (200 << 20) / 100);
      answers(kernel);
    }
  }
}
