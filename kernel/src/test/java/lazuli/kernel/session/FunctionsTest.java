package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import lazuli.kernel.ext.UsageException;
import lazuli.kernel.notebook.Functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The functions of IJava and JJava by their bare names, and progress in loops. */
class FunctionsTest {
  private static TestKernel kernel;

  @BeforeAll
  static void start() throws Exception {
    kernel = TestKernel.start();
  }

  @AfterAll
  static void stop() {
    kernel.close();
    assertEquals(
        "this works only in a notebook's cell",
        Assertions.assertThrows(UsageException.class, () -> Functions.lineMagic("x", List.of()))
            .getMessage());
  }

  @Test
  void evalRunsACellsTextAndReturnsItsValue() throws Exception {
    assertEquals("6", kernel.run("(int) eval(\"int inner = 3; inner\") + 3").result());
    assertEquals("3", kernel.run("inner").result());
    assertEquals("2", kernel.run("eval(\"%time 1 + 1\")").result());
    assertEquals("ArithmeticException", kernel.run("eval(\"1 / 0\")").reply().at("ename").text(""));
    var wrong = kernel.run("eval(\"int = 3;\")");
    assertEquals("UsageException", wrong.reply().at("ename").text(""));
  }

  @Test
  void magicsCanBeCalledAndTheirValueTakesTheCallersType() throws Exception {
    assertEquals(
        "[x y]",
        kernel
            .run(
                "List<String> l = lineMagic(\"sh\", List.of(\"echo\", \"x y\")); \"\" + new ArrayList<>(l)")
            .result());
    assertEquals("5", kernel.run("int n = cellMagic(\"time\", List.of(), \"2 + 3\"); n").result());
    assertEquals(
        "Unknown magic %nothing.",
        kernel.run("lineMagic(\"nothing\", List.of())").reply().at("evalue").text(""));
  }

  @Test
  void printfPrints() throws Exception {
    assertEquals("3-a\n", kernel.run("printf(\"%d-%s%n\", 3, \"a\");").stdout());
  }

  @Test
  void theIdOfADisplayIsNoResultButAVariableIs() throws Exception {
    assertEquals("none", kernel.run("display(\"x\");").result());
    assertEquals("none", kernel.run("display(\"<b>x</b>\", \"text/html\")").result());
    assertEquals("36", kernel.run("String id = display(1); id.length()").result());
    assertEquals(36, kernel.run("String shown = display(1); shown").result().length());
  }

  @Test
  void aLoopShowsItsProgressInOneDisplay() throws Exception {
    var run =
        kernel.run("int sum = 0; for (int n : progress(\"sum\", List.of(1, 2, 3))) sum += n; sum");
    assertEquals("6", run.result());
    assertEquals(1, run.contents("display_data").size());
    assertTrue(lastLine(run).matches("sum  100% \\[#{30}] 3/3 in 0\\.\\d s"), lastLine(run));
    assertEquals("10", kernel.run("int s = 0; for (int i : progress(5)) s += i; s").result());
    assertEquals(
        "3",
        kernel
            .run(
                "int k = 0; for (var w : progress(new String[] {\"a\", \"bc\"})) k += w.length(); k")
            .result());
  }

  @Test
  void anInterruptedOrFailedLoopStandsWhereItWas() throws Exception {
    var failed =
        kernel.run(
            "for (int n : progress(\"f\", List.of(1, 2, 3))) { if (n == 3) throw new Exception(\"x\"); }");
    assertEquals("Exception", failed.reply().at("ename").text(""));
    assertTrue(
        lastLine(failed).matches("f   66% \\[#{20}-{10}] 2/3, failed in .*"), lastLine(failed));
    var left = kernel.run("for (int n : progress(\"b\", List.of(1, 2))) { if (n == 2) break; }");
    assertTrue(lastLine(left).contains("1/2, stopped in"), lastLine(left));
    var exchange =
        kernel.client.execute(
            "var p = progress(\"w\", 4); p.step(); System.out.println(\"go\"); while (true) {}",
            false);
    while (!exchange.next(TestKernel.LIMIT).message().type().equals("stream")) {
      // The loop runs when its line has come.
    }
    kernel.session.interrupt();
    var stopped = TestKernel.collect(exchange);
    assertEquals("Interrupted", stopped.reply().at("ename").text(""));
    assertTrue(lastLine(stopped).contains(", interrupted in"), lastLine(stopped));
  }

  private static String lastLine(TestKernel.Run run) {
    var last =
        run.iopub().stream()
            .filter(m -> Map.of("display_data", 1, "update_display_data", 1).containsKey(m.type()))
            .toList()
            .getLast();
    return last.content().at("data").at("text/plain").text("");
  }
}
