package lazuli.install.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.api.Test;

/** From the kernel's messages to the outputs that a notebook stores. */
class OutputsTest {
  private final Outputs outputs = new Outputs();

  private void stream(String name, String text) {
    outputs.accept("stream", Json.object("name", name, "text", text));
  }

  private static Json.Obj display(String text, String id) {
    return Json.object(
        "data", Json.object("text/plain", text),
        "metadata", Json.EMPTY,
        "transient", Json.object("display_id", id));
  }

  private static Json.Obj storedStream(String name, String... lines) {
    return Json.object("output_type", "stream", "name", name, "text", List.of(lines));
  }

  private static Json.Obj storedDisplay(String... lines) {
    return Json.object(
        "output_type",
        "display_data",
        "data",
        Json.object("text/plain", List.of(lines)),
        "metadata",
        Json.EMPTY);
  }

  @Test
  void piecesOfOneStreamAreOneOutputUntilTheOtherComes() {
    stream("stdout", "a");
    stream("stdout", "b\nc");
    stream("stderr", "!\n");
    stream("stdout", "d\n");
    assertEquals(
        List.of(
            storedStream("stdout", "ab\n", "c"),
            storedStream("stderr", "!\n"),
            storedStream("stdout", "d\n")),
        outputs.json());
  }

  @Test
  void anUpdateReplacesEveryDisplayOfItsIdInPlace() {
    outputs.accept("display_data", display("one", "x"));
    outputs.accept("display_data", display("other", "y"));
    outputs.accept("display_data", display("one", "x"));
    assertTrue(outputs.update(display("two", "x")));
    assertFalse(outputs.update(display("three", "unknown")));
    assertEquals(
        List.of(storedDisplay("two"), storedDisplay("other"), storedDisplay("two")),
        outputs.json());
  }

  @Test
  void clearingAtOnceEmpties() {
    stream("stdout", "a");
    outputs.accept("clear_output", Json.object("wait", false));
    assertEquals(List.of(), outputs.json());
  }

  @Test
  void clearingWithWaitKeepsTheOldUntilTheNewComes() {
    stream("stdout", "old");
    outputs.accept("clear_output", Json.object("wait", true));
    assertEquals(List.of(storedStream("stdout", "old")), outputs.json());
    stream("stdout", "new");
    assertEquals(List.of(storedStream("stdout", "new")), outputs.json());
  }

  @Test
  void aResultKeepsItsNumberAndAnErrorItsTrace() {
    outputs.accept(
        "execute_result",
        Json.object(
            "execution_count",
            3,
            "data",
            Json.object("image/png", "AAA\nA", "application/json", Json.object("a", 1)),
            "metadata",
            Json.EMPTY));
    outputs.accept(
        "error", Json.object("ename", "E", "evalue", "v", "traceback", List.of("one", "two")));
    assertEquals(
        List.of(
            Json.object(
                "output_type",
                "execute_result",
                "execution_count",
                3,
                "data",
                Json.object("image/png", "AAA\nA", "application/json", Json.object("a", 1)),
                "metadata",
                Json.EMPTY),
            Json.object(
                "output_type", "error",
                "ename", "E",
                "evalue", "v",
                "traceback", List.of("one", "two"))),
        outputs.json());
  }

  @Test
  void messagesThatAreNoOutputAreIgnored() {
    outputs.accept("status", Json.object("execution_state", "busy"));
    outputs.accept("execute_input", Json.object("code", "1"));
    assertEquals(List.of(), outputs.json());
  }
}
