package lazuli.kernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import lazuli.kernel.conformance.Language.Snippet;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that leave out what the protocol asks for: our kernel takes the usual value. ipykernel
 * answers none of these.
 */
class LeniencyTest {
  @TempDir private static Path folder;
  private static Peer peer;

  @BeforeAll
  static void start() throws Exception {
    peer = Peer.start(Language.lazuli(folder), folder);
  }

  @AfterAll
  static void stop() {
    peer.close();
  }

  private static List<String> history(Object... fields) throws Exception {
    Json.Obj reply = peer.ask("history_request", fields).reply();
    assertEquals("ok", reply.at("status").text(""), "" + reply);
    return reply.at("history").items().stream().map(e -> e.items().get(2).text("")).toList();
  }

  @Test
  void aCellMayHaveNothingButItsCode() throws Exception {
    var run = peer.ask("execute_request", "code", peer.code(Snippet.EXPRESSION));
    assertEquals("42", run.result());
    assertEquals("ok", run.status());
  }

  @Test
  void aHistoryRequestMayLeaveOutRawAndOutput() throws Exception {
    long line = peer.run(Snippet.ASSIGN).reply().at("execution_count").number(0);
    List<String> one = List.of(peer.code(Snippet.ASSIGN));
    assertEquals(one, history("hist_access_type", "tail", "n", 1));
    assertEquals(one, history("hist_access_type", "search", "pattern", "*kept*", "n", 1));
    assertEquals(
        one, history("hist_access_type", "range", "session", 0, "start", line, "stop", line + 1));
    assertEquals(List.of(), history("hist_access_type", "search", "pattern", "zqxjk*"));
  }

  @Test
  void theCursorMayStandBeyondTheCodeOrNowhere() throws Exception {
    assertEquals("ok", peer.ask("complete_request", "code", "a", "cursor_pos", 1000).status());
    assertEquals("ok", peer.ask("complete_request", "code", "a").status());
    assertEquals("ok", peer.ask("inspect_request", "code", "a", "cursor_pos", 1000).status());
  }
}
