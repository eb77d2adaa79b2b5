package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Completion: positions are code points, magics complete too. */
class CompleteTest {
  private static TestKernel kernel;

  @BeforeAll
  static void start() throws Exception {
    kernel = TestKernel.start();
    kernel.run("String variable = \"\";");
  }

  @AfterAll
  static void stop() {
    kernel.close();
  }

  private static Json.Obj complete(String code, int cursor) throws Exception {
    return kernel.request("complete_request", "code", code, "cursor_pos", cursor).reply();
  }

  private static List<String> matches(Json.Obj reply) {
    return reply.at("matches").items().stream().map(item -> item.text("")).toList();
  }

  @Test
  void positionsAreCodePointsBothWays() throws Exception {
    // Each smile is one code point and two UTF-16 units.
    Json.Obj reply = complete("String s = \"🙂🙂\"; \"🙂\".subs + 1", 25);
    assertEquals(List.of("substring("), matches(reply).stream().limit(1).toList());
    assertEquals(21, reply.at("cursor_start").number(-1));
    assertEquals(25, reply.at("cursor_end").number(-1));
    Json type = reply.at("metadata").at("_jupyter_types_experimental").items().getFirst();
    assertEquals("method", type.at("type").text(""));
    assertEquals("substring(", type.at("text").text(""));
    assertEquals(21, type.at("start").number(-1));
  }

  @Test
  void aCursorOutsideTheCodeIsMovedIntoIt() throws Exception {
    assertEquals(List.of("variable"), matches(complete("variab", 600)));
    assertEquals("ok", complete("variab", -5).at("status").text(""));
  }

  @Test
  void namesOfMagicsComplete() throws Exception {
    Json.Obj reply = complete("%lsm", 4);
    assertEquals(List.of("%lsmagic"), matches(reply));
    assertEquals(0, reply.at("cursor_start").number(-1));
    assertEquals(List.of("%%time"), matches(complete("%%ti", 4)));
    assertEquals(List.of("%jars"), matches(complete("var x = %ja", 11)));
  }

  @Test
  void argumentsOfMagicsCompleteByTheMagicOrAsJava() throws Exception {
    Json.Obj reply = complete("%help lsm", 9);
    assertEquals(List.of("lsmagic"), matches(reply));
    assertEquals(6, reply.at("cursor_start").number(-1));
    Json.Obj java = complete("%time variab", 12);
    assertEquals(List.of("variable"), matches(java));
    assertEquals(6, java.at("cursor_start").number(-1));
  }

  @Test
  void javaBesideMagicsCompletes() throws Exception {
    Json.Obj reply = complete("%lsmagic\nvariab", 15);
    assertEquals(List.of("variable"), matches(reply));
    assertEquals(9, reply.at("cursor_start").number(-1));
    assertTrue(matches(complete("%%time\nvariab", 13)).contains("variable"));
  }
}
