package lazuli.kernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lazuli.kernel.conformance.Language.Snippet;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;

/** What clients ask about code: completion, inspection, completeness, history. */
final class QueryChecks {
  private QueryChecks() {}

  private static int codePoints(String text) {
    return text.codePointCount(0, text.length());
  }

  private static Json.Obj complete(Peer peer, String code, int cursor) throws Exception {
    return peer.ask("complete_request", "code", code, "cursor_pos", cursor).reply();
  }

  private static List<String> matches(Json.Obj reply) {
    return reply.at("matches").items().stream().map(match -> match.text("")).toList();
  }

  private static Json.Obj inspect(Peer peer, String code, int cursor) throws Exception {
    return peer.ask("inspect_request", "code", code, "cursor_pos", cursor, "detail_level", 0)
        .reply();
  }

  /** Asks with the fields that a request must have; those of its access type come as pairs. */
  private static List<Json> history(Peer peer, String access, boolean output, Object... fields)
      throws Exception {
    Json.Obj request = Json.object("hist_access_type", access, "output", output, "raw", true);
    for (int i = 0; i < fields.length; i += 2) {
      request = request.with((String) fields[i], fields[i + 1]);
    }
    Json.Obj reply = Peer.collect(peer.send("history_request", request)).reply();
    assertEquals("ok", reply.at("status").text(""));
    return reply.at("history").items();
  }

  private static String source(Json entry) {
    return entry.items().get(2).text("");
  }

  static List<Check> rows() {
    return List.of(
        Check.of(
            "complete.member",
            "a member is completed at the end of the code",
            peer -> {
              String code = peer.code(Snippet.MEMBER);
              Json.Obj reply = complete(peer, code, codePoints(code));
              assertEquals("ok", reply.at("status").text(""));
              assertTrue(matches(reply).contains(peer.code(Snippet.MEMBER_MATCH)), "" + reply);
              assertEquals(codePoints(code), reply.at("cursor_end").number(-1));
            }),
        Check.of(
            "complete.replaces",
            "cursor_start is where the match is to be put",
            peer -> {
              String code = peer.code(Snippet.MEMBER);
              int start =
                  (int) complete(peer, code, codePoints(code)).at("cursor_start").number(-1);
              String match = peer.code(Snippet.MEMBER_MATCH);
              String typed = code.substring(code.offsetByCodePoints(0, start));
              assertTrue(match.startsWith(typed), typed);
            }),
        Check.of(
            "complete.variable",
            "a session's variable is completed",
            peer -> {
              peer.run(Snippet.ASSIGN);
              String code = peer.code(Snippet.VARIABLE);
              assertTrue(matches(complete(peer, code, codePoints(code))).contains("kept"));
            }),
        Check.of(
            "complete.code-points",
            "positions count code points, not UTF-16 units",
            peer -> {
              String code = peer.code(Snippet.ASTRAL);
              Json.Obj reply = complete(peer, code, codePoints(code));
              assertTrue(matches(reply).contains(peer.code(Snippet.MEMBER_MATCH)), "" + reply);
              assertEquals(codePoints(code), reply.at("cursor_end").number(-1));
            }),
        Check.of(
            "complete.middle",
            "what stands behind the cursor does not count",
            peer -> {
              String code = peer.code(Snippet.MEMBER);
              Json.Obj reply = complete(peer, code + "\nmore", codePoints(code));
              assertTrue(matches(reply).contains(peer.code(Snippet.MEMBER_MATCH)), "" + reply);
            }),
        Check.of(
            "complete.types",
            "each match has a type in the metadata that clients show",
            peer -> {
              peer.run(Snippet.ASSIGN);
              String code = peer.code(Snippet.VARIABLE);
              Json.Obj reply = complete(peer, code, codePoints(code));
              List<Json> types = reply.at("metadata").at("_jupyter_types_experimental").items();
              assertEquals(matches(reply).size(), types.size());
              for (Json type : types) {
                assertFalse(type.at("type").text("").isEmpty());
                assertFalse(type.at("text").text("").isEmpty());
                assertFalse(type.at("start").isNull());
                assertFalse(type.at("end").isNull());
              }
            }),
        Check.of(
            "complete.magic",
            "a magic is completed",
            peer -> assertTrue(matches(complete(peer, "%ti", 3)).contains("%time"))),
        Check.of(
            "complete.nothing",
            "no match is an empty list and ok",
            peer -> {
              Json.Obj reply = complete(peer, "zqxjk", 5);
              assertEquals("ok", reply.at("status").text(""));
              assertEquals(List.of(), matches(reply));
            }),
        Check.of(
            "complete.while-busy",
            "completion answers while a cell runs",
            peer -> {
              Exchange cell = peer.start(Snippet.LOOP);
              Peer.await(cell, "stream");
              String code = peer.code(Snippet.MEMBER);
              Exchange asked =
                  peer.send(
                      "complete_request",
                      Json.object("code", code, "cursor_pos", codePoints(code)));
              try {
                asked.await(java.time.Duration.ofSeconds(5));
              } finally {
                peer.control("interrupt_request");
                Peer.collect(cell);
              }
            }),
        Check.of(
            "inspect.variable",
            "a variable is found, with text/plain",
            peer -> {
              peer.run(Snippet.ASSIGN);
              Json.Obj reply = inspect(peer, "kept", 4);
              assertEquals("ok", reply.at("status").text(""));
              assertTrue(reply.at("found").bool(false));
              assertTrue(reply.at("data").at("text/plain").text("").contains("41"));
              assertTrue(reply.at("metadata") instanceof Json.Obj);
            }),
        Check.of(
            "inspect.inside",
            "the cursor may stand inside the name",
            peer -> {
              peer.run(Snippet.ASSIGN);
              assertTrue(inspect(peer, "kept", 2).at("found").bool(false));
            }),
        Check.of(
            "inspect.call",
            "an unfinished call shows the function's parameters",
            peer -> {
              String code = peer.code(Snippet.CALL);
              Json.Obj reply = inspect(peer, code, codePoints(code));
              assertTrue(reply.at("found").bool(false));
              String text = reply.at("data").at("text/plain").text("");
              assertTrue(text.contains(peer.code(Snippet.CALL_WORD)), text);
            }),
        Check.of(
            "inspect.html",
            "documentation comes as text/html too",
            peer -> {
              String code = peer.code(Snippet.CALL);
              Json.Obj reply = inspect(peer, code, codePoints(code));
              assertFalse(reply.at("data").at("text/html").text("").isEmpty());
            }),
        Check.of(
            "inspect.code-points",
            "positions count code points",
            peer -> {
              peer.run(Snippet.ASSIGN);
              Json.Obj reply = inspect(peer, "\"🙂🙂\" + kept", 11);
              assertTrue(reply.at("data").at("text/plain").text("").contains("41"), "" + reply);
            }),
        Check.of(
            "inspect.nothing",
            "nothing known is ok with found false and no data",
            peer -> {
              Json.Obj reply = inspect(peer, "zqxjk", 3);
              assertEquals("ok", reply.at("status").text(""));
              assertFalse(reply.at("found").bool(true));
              assertEquals(Json.EMPTY, reply.at("data"));
            }),
        Check.of(
            "is-complete.complete",
            "whole code is complete",
            peer ->
                assertEquals(
                    "complete",
                    peer.ask("is_complete_request", "code", peer.code(Snippet.EXPRESSION))
                        .status())),
        Check.of(
            "is-complete.incomplete",
            "unfinished code is incomplete and says the next line's indent",
            peer -> {
              var run = peer.ask("is_complete_request", "code", peer.code(Snippet.INCOMPLETE));
              assertEquals("incomplete", run.status());
              assertEquals("    ", run.reply().at("indent").text("none"));
            }),
        Check.of(
            "is-complete.invalid",
            "code that no line can help is invalid",
            peer ->
                assertEquals(
                    "invalid",
                    peer.ask("is_complete_request", "code", peer.code(Snippet.INVALID)).status())),
        Check.of(
            "history.tail",
            "the tail ends with the latest cells",
            peer -> {
              peer.run(Snippet.ASSIGN);
              peer.run(Snippet.EXPRESSION);
              List<Json> tail = history(peer, "tail", false, "n", 2);
              assertEquals(
                  List.of(peer.code(Snippet.ASSIGN), peer.code(Snippet.EXPRESSION)),
                  tail.stream().map(QueryChecks::source).toList());
            }),
        Check.of(
            "history.entry",
            "an entry is session, line, source",
            peer -> {
              long count = peer.run(Snippet.EXPRESSION).reply().at("execution_count").number(0);
              Json entry = history(peer, "tail", false, "n", 1).getFirst();
              assertEquals(3, entry.items().size());
              assertTrue(entry.items().get(0).number(0) > 0);
              assertEquals(count, entry.items().get(1).number(0));
            }),
        Check.of(
            "history.output",
            "with output an entry's source is a pair with its result",
            peer -> {
              peer.run(Snippet.EXPRESSION);
              Json entry = history(peer, "tail", true, "n", 1).getFirst();
              List<Json> pair = entry.items().get(2).items();
              assertEquals(peer.code(Snippet.EXPRESSION), pair.get(0).text(""));
              assertEquals(2, pair.size());
            }),
        Check.of(
            "history.output-kept",
            "the result is there",
            peer -> {
              peer.run(Snippet.EXPRESSION);
              Json entry = history(peer, "tail", true, "n", 1).getFirst();
              assertEquals("42", entry.items().get(2).items().get(1).text(""));
            }),
        Check.of(
            "history.range",
            "session 0 is the present one, stop is exclusive",
            peer -> {
              var one = peer.run(Snippet.ASSIGN);
              assertEquals("ok", one.status());
              long first = one.reply().at("execution_count").number(0);
              peer.run(Snippet.EXPRESSION);
              peer.run(Snippet.READ);
              List<Json> range =
                  history(peer, "range", false, "session", 0, "start", first, "stop", first + 2);
              assertEquals(
                  List.of(peer.code(Snippet.ASSIGN), peer.code(Snippet.EXPRESSION)),
                  range.stream().map(QueryChecks::source).toList());
            }),
        Check.of(
            "history.search",
            "a pattern of * and ? is searched for",
            peer -> {
              peer.run(Snippet.ASSIGN);
              peer.run(Snippet.EXPRESSION);
              String code = peer.code(Snippet.EXPRESSION);
              String pattern = "?" + code.substring(1, 2) + "*" + code.substring(code.length() - 1);
              List<Json> found = history(peer, "search", false, "pattern", pattern, "n", 1);
              assertEquals(List.of(code), found.stream().map(QueryChecks::source).toList());
            }),
        Check.of(
            "history.search-unique",
            "unique finds each source once",
            peer -> {
              peer.run(Snippet.EXPRESSION);
              peer.run(Snippet.EXPRESSION);
              List<Json> found =
                  history(
                      peer,
                      "search",
                      false,
                      "pattern",
                      peer.code(Snippet.EXPRESSION).replace("*", "?"),
                      "n",
                      1000,
                      "unique",
                      true);
              assertEquals(1, found.size());
            }),
        Check.of(
            "history.search-nothing",
            "nothing found is an empty list",
            peer ->
                assertEquals(
                    List.of(), history(peer, "search", false, "pattern", "zqxjk*", "n", 5))));
  }
}
