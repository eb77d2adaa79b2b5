package lazuli.kernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lazuli.kernel.conformance.Language.Snippet;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Client;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;

/** Streams, displays, iopub and stdin. */
final class OutputChecks {
  private OutputChecks() {}

  static List<Check> rows() {
    return List.of(
        Check.of(
            "stream.stdout",
            "what is printed comes as stream stdout",
            peer -> assertEquals("out\n", peer.run(Snippet.PRINT).text("stdout"))),
        Check.of(
            "stream.stderr",
            "what is printed as error comes as stream stderr",
            peer -> assertEquals("err\n", peer.run(Snippet.PRINT_ERR).text("stderr"))),
        Check.of(
            "stream.order",
            "the order between stdout and stderr is kept",
            peer -> {
              var run = peer.run(Snippet.PRINT_BOTH);
              String all =
                  run.contents("stream").stream()
                      .map(content -> content.at("text").text(""))
                      .collect(Collectors.joining());
              assertEquals("a\nb\nc\n", all);
            }),
        Check.of(
            "stream.before-idle",
            "output comes before the state idle, all of it",
            peer -> {
              String lines =
                  IntStream.range(0, 1000)
                      .mapToObj(i -> "line " + i + "\n")
                      .collect(Collectors.joining());
              assertEquals(lines, peer.run(Snippet.PRINT_MANY).text("stdout"));
            }),
        Check.of(
            "stream.few-messages",
            "a thousand lines are far fewer messages",
            peer -> {
              int messages = peer.run(Snippet.PRINT_MANY).contents("stream").size();
              assertTrue(messages <= 50, messages + " messages");
            }),
        Check.of(
            "stream.astral",
            "characters outside the basic plane arrive whole",
            peer -> assertEquals("🙂🙂\n", peer.run(Snippet.PRINT_ASTRAL).text("stdout"))),
        Check.of(
            "stream.child",
            "what a child process prints on its inherited stdout is shown",
            peer -> assertEquals("child\n", peer.run(Snippet.CHILD).text("stdout"))),
        Check.of(
            "stream.background",
            "what a thread prints after its cell ended is shown",
            peer -> {
              Exchange cell = peer.start(Snippet.BACKGROUND);
              Peer.collect(cell);
              Message late = Peer.await(cell, "stream");
              assertEquals("late", late.content().at("text").text("").strip());
            }),
        Check.of(
            "stream.partial",
            "output shows while the cell runs",
            peer -> {
              Exchange cell = peer.start(Snippet.LOOP);
              assertEquals("on\n", Peer.await(cell, "stream").content().at("text").text(""));
              peer.control("interrupt_request");
              assertEquals("error", Peer.collect(cell).status());
            }),
        Check.of(
            "display.html",
            "a display has its MIME types and metadata",
            peer -> {
              Json.Obj content = peer.run(Snippet.HTML).contents("display_data").getFirst();
              assertEquals("<b>x</b>", content.at("data").at("text/html").text(""));
              assertTrue(content.at("metadata") instanceof Json.Obj);
            }),
        Check.of(
            "display.text-beside",
            "every display has text/plain for clients that show nothing else",
            peer -> {
              Json.Obj content = peer.run(Snippet.HTML).contents("display_data").getFirst();
              assertFalse(content.at("data").at("text/plain").isNull());
            }),
        Check.of(
            "display.update",
            "an update names the display that it replaces",
            peer -> {
              var run = peer.run(Snippet.UPDATE);
              Json.Obj shown = run.contents("display_data").getFirst();
              Json.Obj update = run.contents("update_display_data").getFirst();
              String id = shown.at("transient").at("display_id").text("");
              assertFalse(id.isEmpty());
              assertEquals(id, update.at("transient").at("display_id").text(""));
              assertTrue(update.at("data").at("text/plain").text("").contains("two"));
            }),
        Check.of(
            "display.clear",
            "clear_output carries wait",
            peer -> {
              Json.Obj clear = peer.run(Snippet.CLEAR).contents("clear_output").getFirst();
              assertTrue(clear.at("wait").bool(false));
            }),
        Check.of(
            "iopub.parent",
            "every message of a cell has its request as parent",
            peer -> {
              Exchange cell = peer.start(Snippet.PRINT_BOTH);
              for (Exchange.Event event : Peer.collect(cell).events()) {
                assertTrue(event.message().answers(cell.request()), event.message().type());
              }
            }),
        Check.of(
            "iopub.header",
            "headers have id, session, type, version, date and user",
            peer -> {
              for (Message message : peer.run(Snippet.EXPRESSION).iopub()) {
                for (String field :
                    List.of("msg_id", "session", "msg_type", "version", "date", "username")) {
                  assertFalse(message.header().json().at(field).text("").isEmpty(), field);
                }
                assertTrue(message.header().json().at("version").text("").startsWith("5."));
              }
            }),
        Check.of(
            "iopub.second-client",
            "another client sees what this one runs",
            peer -> {
              try (Client other = new Client(peer.connection)) {
                other.awaitReady(Peer.LIMIT);
                peer.run(Snippet.PRINT);
                while (true) {
                  Message message = other.unasked().next(Peer.LIMIT).message();
                  if (message.type().equals("stream")) {
                    assertEquals("out\n", message.content().at("text").text(""));
                    return;
                  }
                }
              }
            }),
        Check.of(
            "iopub.welcome",
            "a new subscriber is welcomed (JEP 65)",
            peer -> {
              try (Client other = new Client(peer.connection)) {
                long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
                while (System.nanoTime() < end) {
                  try {
                    Message message = other.unasked().next(Duration.ofSeconds(1)).message();
                    if (message.type().equals("iopub_welcome")) {
                      assertEquals("", message.content().at("subscription").text("none"));
                      return;
                    }
                  } catch (java.util.concurrent.TimeoutException e) {
                    continue;
                  }
                }
                throw new AssertionError("no iopub_welcome in 5 s");
              }
            }),
        Check.of(
            "stdin.input",
            "input asks the client that runs the cell and goes on with its answer",
            peer -> {
              Exchange cell = peer.start(Snippet.INPUT, "allow_stdin", true);
              Message question = Peer.await(cell, "input_request");
              assertEquals("name?", question.content().at("prompt").text(""));
              assertFalse(question.content().at("password").bool(true));
              peer.client.answer(question, "Ada 🙂");
              assertEquals("hi Ada 🙂\n", Peer.collect(cell).text("stdout"));
            }),
        Check.of(
            "stdin.password",
            "a password is asked for as one",
            peer -> {
              Exchange cell = peer.start(Snippet.PASSWORD, "allow_stdin", true);
              Message question = Peer.await(cell, "input_request");
              assertTrue(question.content().at("password").bool(false));
              peer.client.answer(question, "s");
              assertEquals("ok", Peer.collect(cell).status());
            }),
        Check.of(
            "stdin.parent",
            "the question has the cell as parent",
            peer -> {
              Exchange cell = peer.start(Snippet.INPUT, "allow_stdin", true);
              Message question = Peer.await(cell, "input_request");
              assertTrue(question.answers(cell.request()));
              peer.client.answer(question, "x");
              Peer.collect(cell);
            }),
        Check.of(
            "stdin.not-allowed",
            "without allow_stdin input is an error at once, not a question",
            peer -> {
              var run = peer.run(Snippet.INPUT, "allow_stdin", false);
              assertEquals("error", run.status());
              assertTrue(run.events().stream().noneMatch(e -> e.channel() == Channel.STDIN));
            }),
        Check.of(
            "stdin.interrupt",
            "an interrupt ends a cell that waits for input",
            peer -> {
              Exchange cell = peer.start(Snippet.INPUT, "allow_stdin", true);
              Peer.await(cell, "input_request");
              peer.control("interrupt_request");
              assertEquals("error", Peer.collect(cell).status());
              assertEquals("42", peer.run(Snippet.EXPRESSION).result());
            }));
  }
}
