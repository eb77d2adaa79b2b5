package lazuli.kernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import lazuli.kernel.conformance.Language.Snippet;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;

/** execute_request and every option of it. */
final class ExecuteChecks {
  private ExecuteChecks() {}

  private static long count(Peer.Run run) {
    return run.reply().at("execution_count").number(-1);
  }

  private static Json.Obj first(Peer.Run run, String type) {
    List<Json.Obj> all = run.contents(type);
    assertFalse(all.isEmpty(), "no " + type + " among " + run.types());
    return all.getFirst();
  }

  static List<Check> rows() {
    return List.of(
        Check.of(
            "execute.order",
            "busy, input, result, idle in this order, and one reply",
            peer -> {
              var run = peer.run(Snippet.EXPRESSION);
              assertEquals(List.of("execute_input", "execute_result"), run.types());
              assertEquals("status", run.iopub().getFirst().type());
              assertEquals(List.of("busy", "idle"), run.states());
              assertEquals("status", run.iopub().getLast().type());
              assertEquals("ok", run.status());
            }),
        Check.of(
            "execute.result",
            "an expression's value comes as text/plain with metadata",
            peer -> {
              var run = peer.run(Snippet.EXPRESSION);
              assertEquals("42", run.result());
              assertTrue(first(run, "execute_result").at("metadata") instanceof Json.Obj);
            }),
        Check.of(
            "execute.input",
            "execute_input repeats the code",
            peer ->
                assertEquals(
                    peer.code(Snippet.EXPRESSION),
                    first(peer.run(Snippet.EXPRESSION), "execute_input").at("code").text(""))),
        Check.of(
            "execute.counts-agree",
            "reply, input and result carry the same execution_count",
            peer -> {
              var run = peer.run(Snippet.EXPRESSION);
              long count = count(run);
              assertTrue(count > 0);
              assertEquals(count, first(run, "execute_input").at("execution_count").number(0));
              assertEquals(count, first(run, "execute_result").at("execution_count").number(0));
            }),
        Check.of(
            "execute.count-grows",
            "each cell counts one",
            peer ->
                assertEquals(
                    count(peer.run(Snippet.EXPRESSION)) + 1, count(peer.run(Snippet.EXPRESSION)))),
        Check.of(
            "execute.count-of-error",
            "a failing cell counts one too",
            peer -> {
              long before = count(peer.run(Snippet.EXPRESSION));
              assertEquals(before + 1, count(peer.run(Snippet.FAIL)));
              assertEquals(before + 2, count(peer.run(Snippet.EXPRESSION)));
            }),
        Check.of(
            "execute.no-result",
            "an assignment shows nothing",
            peer -> assertEquals(List.of("execute_input"), peer.run(Snippet.ASSIGN).types())),
        Check.of(
            "execute.state",
            "a later cell sees what an earlier one made",
            peer -> {
              peer.run(Snippet.ASSIGN);
              assertEquals("41", peer.run(Snippet.READ).result());
            }),
        Check.of(
            "execute.empty",
            "empty code is answered ok",
            peer -> assertEquals("ok", peer.run("").status())),
        Check.of(
            "execute.reply-fields",
            "an ok reply has execution_count, user_expressions and payload",
            peer -> {
              Json.Obj reply = peer.run(Snippet.EXPRESSION).reply();
              assertTrue(reply.at("user_expressions") instanceof Json.Obj);
              assertTrue(reply.at("payload") instanceof Json.Arr);
            }),
        Check.of(
            "execute.started",
            "the reply's metadata says when it was started",
            peer ->
                assertFalse(
                    peer.run(Snippet.EXPRESSION).message().metadata().at("started").isNull())),
        Check.of(
            "execute.silent-shows-nothing",
            "a silent cell publishes nothing but its states",
            peer -> {
              var run = peer.run(Snippet.EXPRESSION, "silent", true);
              assertEquals(List.of(), run.types());
              assertEquals("ok", run.status());
            }),
        Check.of(
            "execute.silent-counts-nothing",
            "a silent cell leaves the count",
            peer -> {
              long before = count(peer.run(Snippet.EXPRESSION));
              peer.run(Snippet.EXPRESSION, "silent", true);
              assertEquals(before + 1, count(peer.run(Snippet.EXPRESSION)));
            }),
        Check.of(
            "execute.silent-has-effects",
            "a silent cell runs",
            peer -> {
              peer.run(Snippet.COUNTER);
              peer.run(Snippet.COUNT, "silent", true);
              assertEquals("1", peer.run(Snippet.COUNTED).result());
            }),
        Check.of(
            "execute.store-history-false-counts-nothing",
            "without store_history the count stays",
            peer -> {
              long before = count(peer.run(Snippet.EXPRESSION));
              var run = peer.run(Snippet.EXPRESSION, "store_history", false);
              assertEquals("42", run.result());
              assertEquals(before + 1, count(peer.run(Snippet.EXPRESSION)));
            }),
        Check.of(
            "execute.store-history-false-not-kept",
            "without store_history the cell is not in the history",
            peer -> {
              String code = peer.code(Snippet.EXPRESSION) + "  ";
              peer.run(code, "store_history", false);
              var tail =
                  peer.ask(
                      "history_request",
                      "hist_access_type",
                      "tail",
                      "n",
                      1000,
                      "output",
                      false,
                      "raw",
                      true);
              assertFalse(
                  tail.reply().at("history").items().stream()
                      .anyMatch(item -> item.items().get(2).text("").equals(code)));
            }),
        Check.of(
            "execute.user-expressions",
            "user_expressions are evaluated after the cell",
            peer -> {
              var run =
                  peer.run(
                      peer.code(Snippet.ASSIGN),
                      "user_expressions",
                      Json.object("k", peer.code(Snippet.READ)));
              Json value = run.reply().at("user_expressions").at("k");
              assertEquals("ok", value.at("status").text(""));
              assertEquals("41", value.at("data").at("text/plain").text(""));
              assertTrue(value.at("metadata") instanceof Json.Obj);
            }),
        Check.of(
            "execute.user-expression-error",
            "an expression that fails fails alone",
            peer -> {
              var run =
                  peer.run(
                      peer.code(Snippet.ASSIGN),
                      "user_expressions",
                      Json.object("bad", "no_such_name", "k", peer.code(Snippet.READ)));
              assertEquals("ok", run.status());
              Json values = run.reply().at("user_expressions");
              assertEquals("error", values.at("bad").at("status").text(""));
              assertFalse(values.at("bad").at("ename").text("").isEmpty());
              assertTrue(values.at("bad").at("traceback") instanceof Json.Arr);
              assertEquals("ok", values.at("k").at("status").text(""));
            }),
        Check.of(
            "execute.user-expressions-silent",
            "a silent cell's user_expressions are evaluated",
            peer -> {
              peer.run(Snippet.ASSIGN);
              var run =
                  peer.run(
                      "",
                      "silent",
                      true,
                      "user_expressions",
                      Json.object("k", peer.code(Snippet.READ)));
              assertEquals(
                  "41",
                  run.reply().at("user_expressions").at("k").at("data").at("text/plain").text(""));
            }),
        Check.of(
            "execute.error",
            "a failing cell publishes error and replies with the same",
            peer -> {
              var run = peer.run(Snippet.FAIL);
              assertEquals(List.of("execute_input", "error"), run.types());
              Json.Obj error = first(run, "error");
              assertEquals("error", run.status());
              assertEquals(peer.code(Snippet.FAIL_NAME), error.at("ename").text(""));
              assertEquals("boom", error.at("evalue").text(""));
              for (String field : List.of("ename", "evalue", "traceback")) {
                assertEquals(error.at(field), run.reply().at(field), field);
              }
            }),
        Check.of(
            "execute.syntax-error",
            "code that does not parse is an error, and the next cell runs",
            peer -> {
              assertEquals("error", peer.run(Snippet.NO_SYNTAX).status());
              assertEquals("42", peer.run(Snippet.EXPRESSION).result());
            }),
        Check.of(
            "execute.stop-on-error",
            "after an error what is queued is aborted",
            peer -> {
              List<Exchange> queued = queue(peer, true);
              assertEquals("error", Peer.collect(queued.get(0)).status());
              for (Exchange later : queued.subList(1, queued.size())) {
                var run = Peer.collect(later);
                assertEquals("aborted", run.status());
                assertEquals(List.of("busy", "idle"), run.states());
              }
              assertEquals("0", peer.run(Snippet.COUNTED).result());
            }),
        Check.of(
            "execute.no-stop-on-error",
            "with stop_on_error false what is queued runs",
            peer -> {
              List<Exchange> queued = queue(peer, false);
              assertEquals("error", Peer.collect(queued.get(0)).status());
              for (Exchange later : queued.subList(1, queued.size())) {
                assertEquals("ok", Peer.collect(later).status());
              }
              assertEquals("3", peer.run(Snippet.COUNTED).result());
            }),
        Check.of(
            "execute.after-abort",
            "what is sent after the aborted replies runs",
            peer -> {
              for (Exchange each : queue(peer, true)) {
                Peer.collect(each);
              }
              assertEquals("42", peer.run(Snippet.EXPRESSION).result());
            }),
        Check.of(
            "execute.silent-error-aborts-nothing",
            "an error of a silent cell leaves the queue",
            peer -> {
              peer.run(Snippet.COUNTER);
              Exchange failing = peer.start(Snippet.FAIL, "silent", true);
              Exchange next = peer.start(Snippet.COUNT);
              assertEquals("error", Peer.collect(failing).status());
              assertEquals("ok", Peer.collect(next).status());
            }),
        Check.of(
            "execute.queue-in-order",
            "queued cells run in the order in which they were sent",
            peer -> {
              peer.run(Snippet.COUNTER);
              List<Exchange> all = new ArrayList<>();
              for (int i = 0; i < 20; i++) {
                all.add(peer.start(Snippet.COUNT));
              }
              long before = 0;
              for (Exchange each : all) {
                long count = count(Peer.collect(each));
                assertTrue(count > before);
                before = count;
              }
              assertEquals("20", peer.run(Snippet.COUNTED).result());
            }),
        Check.of(
            "execute.unknown-fields",
            "fields that a kernel does not know are ignored",
            peer ->
                assertEquals(
                    "42", peer.run(peer.code(Snippet.EXPRESSION), "cellId", "x").result())),
        Check.of(
            "execute.page",
            "a page is shown by a payload, or as output where nobody pages",
            peer -> {
              var run = peer.run(Snippet.PAGE);
              boolean paged =
                  run.reply().at("payload").items().stream()
                      .anyMatch(
                          item ->
                              item.at("source").text("").equals("page")
                                  && item.at("data").at("text/plain").text("").contains("paged")
                                  && item.at("start").number(-1) == 0);
              assertTrue(paged, run.reply().toString());
            }),
        Check.of(
            "execute.next-input",
            "the next input is set by a payload",
            peer -> {
              Json.Obj reply = peer.run(Snippet.NEXT_INPUT).reply();
              Json payload = reply.at("payload").items().getFirst();
              assertEquals("set_next_input", payload.at("source").text(""));
              assertEquals("kept", payload.at("text").text(""));
              assertFalse(payload.at("replace").bool(true));
            }),
        Check.of(
            "execute.payload-once",
            "a payload belongs to one reply",
            peer -> {
              peer.run(Snippet.NEXT_INPUT);
              Json payload = peer.run(Snippet.EXPRESSION).reply().at("payload");
              assertEquals(List.of(), payload.items());
            }),
        Check.of(
            "execute.exit",
            "exit asks the console to leave by a payload",
            peer -> {
              // Here last: ipykernel ends itself after this.
              Json.Obj reply = peer.run("exit").reply();
              Json payload = reply.at("payload").items().getFirst();
              assertEquals("ask_exit", payload.at("source").text(""));
              assertFalse(payload.at("keepkernel").isNull());
            }));
  }

  private static List<Exchange> queue(Peer peer, boolean stop) throws Exception {
    peer.run(Snippet.COUNTER);
    List<Exchange> all = new ArrayList<>();
    all.add(peer.start(Snippet.FAIL, "stop_on_error", stop));
    for (int i = 0; i < 3; i++) {
      all.add(peer.start(Snippet.COUNT));
    }
    return all;
  }
}
