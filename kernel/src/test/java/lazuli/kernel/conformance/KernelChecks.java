package lazuli.kernel.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import lazuli.kernel.conformance.Language.Snippet;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Codec;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Header;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;

/** Who the kernel is, comms, the control channel, interrupts, subshells, the wire. */
final class KernelChecks {
  private static final byte[] BYTES = {0, 1, -1, 127, -128};

  private KernelChecks() {}

  private static Exchange comm(Peer peer, String type, Json.Obj content, byte[]... buffers) {
    return peer.client.send(Channel.SHELL, type, content, List.of(buffers));
  }

  private static String unused() {
    return java.util.UUID.randomUUID().toString().replace("-", "");
  }

  private static void busy(Peer peer, Check.Body beside) throws Exception {
    Exchange cell = peer.start(Snippet.LOOP);
    Peer.await(cell, "stream");
    try {
      beside.run(peer);
    } finally {
      peer.control("interrupt_request");
      Peer.collect(cell);
    }
  }

  private static String newSubshell(Peer peer) throws Exception {
    Exchange asked = peer.client.control("create_subshell_request", Json.EMPTY);
    Json.Obj reply = asked.await(Duration.ofSeconds(5)).content();
    assertEquals("ok", reply.at("status").text(""));
    String id = reply.at("subshell_id").text("");
    assertFalse(id.isEmpty());
    return id;
  }

  private static void delete(Peer peer, String id) throws Exception {
    assertEquals("ok", peer.control("delete_subshell_request", "subshell_id", id).status());
  }

  static List<Check> rows() {
    List<Check> rows = new ArrayList<>(who());
    rows.addAll(comms());
    rows.addAll(control());
    rows.addAll(subshells());
    rows.addAll(wire());
    return rows;
  }

  private static List<Check> who() {
    return List.of(
        Check.of(
            "info.fields",
            "kernel_info has status, protocol, implementation, language and banner",
            peer -> {
              Json.Obj info = peer.ask("kernel_info_request").reply();
              assertEquals("ok", info.at("status").text(""));
              for (String field :
                  List.of(
                      "protocol_version", "implementation", "implementation_version", "banner")) {
                assertFalse(info.at(field).text("").isEmpty(), field);
              }
              for (String field : List.of("name", "version", "mimetype", "file_extension")) {
                assertFalse(info.at("language_info").at(field).text("").isEmpty(), field);
              }
              assertTrue(info.at("help_links") instanceof Json.Arr);
            }),
        Check.of(
            "info.protocol-5.5",
            "the kernel speaks protocol 5.5 or later",
            peer -> {
              String version =
                  peer.ask("kernel_info_request").reply().at("protocol_version").text("");
              assertTrue(
                  version.startsWith("5.") && Integer.parseInt(version.substring(2)) >= 5, version);
            }),
        Check.of(
            "info.features",
            "kernel_info lists its supported_features",
            peer ->
                assertTrue(
                    peer.ask("kernel_info_request").reply().at("supported_features")
                        instanceof Json.Arr)),
        Check.of(
            "info.highlighting",
            "language_info names lexer and mode, or clients show plain text",
            peer -> {
              Json language = peer.ask("kernel_info_request").reply().at("language_info");
              assertFalse(language.at("pygments_lexer").text("").isEmpty());
              assertFalse(language.at("codemirror_mode").isNull());
            }),
        Check.of(
            "info.busy-idle",
            "a kernel_info request is busy and idle too",
            peer ->
                assertEquals(List.of("busy", "idle"), peer.ask("kernel_info_request").states())));
  }

  private static List<Check> comms() {
    return List.of(
        Check.of(
            "comm.unknown-target",
            "a comm of an unknown target is closed",
            peer -> {
              String id = unused();
              Exchange open =
                  comm(
                      peer,
                      "comm_open",
                      Json.object(
                          "comm_id", id, "target_name", "no.such.target", "data", Json.EMPTY));
              assertEquals(id, Peer.await(open, "comm_close").content().at("comm_id").text(""));
            }),
        Check.of(
            "comm.info",
            "comm_info has status and comms",
            peer -> {
              Json.Obj reply = peer.ask("comm_info_request").reply();
              assertEquals("ok", reply.at("status").text(""));
              assertTrue(reply.at("comms") instanceof Json.Obj);
            }),
        Check.of(
            "comm.echo",
            "a target that user code registered answers messages",
            peer -> {
              peer.run(Snippet.COMM_TARGET);
              String id = opened(peer);
              Exchange sent =
                  comm(
                      peer, "comm_msg", Json.object("comm_id", id, "data", Json.object("x", "🙂")));
              Message back = Peer.await(sent, "comm_msg");
              assertEquals(Json.object("x", "🙂"), back.content().at("data"));
              assertEquals(id, back.content().at("comm_id").text(""));
            }),
        Check.of(
            "comm.buffers",
            "binary buffers pass both ways",
            peer -> {
              peer.run(Snippet.COMM_TARGET);
              String id = opened(peer);
              Exchange sent =
                  comm(
                      peer,
                      "comm_msg",
                      Json.object("comm_id", id, "data", Json.EMPTY),
                      BYTES,
                      new byte[100_000]);
              Message back = Peer.await(sent, "comm_msg");
              assertEquals(2, back.buffers().size());
              assertArrayEquals(BYTES, back.buffers().getFirst());
              assertEquals(100_000, back.buffers().getLast().length);
            }),
        Check.of(
            "comm.listed",
            "an open comm is listed with its target, by target too",
            peer -> {
              peer.run(Snippet.COMM_TARGET);
              String id = opened(peer);
              for (Json.Obj request : List.of(Json.EMPTY, Json.object("target_name", "echo"))) {
                Json.Obj reply = Peer.collect(peer.send("comm_info_request", request)).reply();
                assertEquals("echo", reply.at("comms").at(id).at("target_name").text(""));
              }
              Json.Obj other = peer.ask("comm_info_request", "target_name", "other").reply();
              assertTrue(other.at("comms").at(id).isNull());
            }),
        Check.of(
            "comm.close",
            "a comm that the client closes is listed no more",
            peer -> {
              peer.run(Snippet.COMM_TARGET);
              String id = opened(peer);
              comm(peer, "comm_close", Json.object("comm_id", id, "data", Json.EMPTY));
              peer.run(Snippet.EXPRESSION);
              assertTrue(peer.ask("comm_info_request").reply().at("comms").at(id).isNull());
            }),
        Check.of(
            "comm.kernel-opens",
            "user code opens a comm to the client",
            peer -> {
              var run = peer.run(Snippet.COMM_OPEN);
              Json.Obj open = run.contents("comm_open").getFirst();
              assertEquals("hello", open.at("target_name").text(""));
              assertEquals("1", "" + open.at("data").at("v").number(0));
              assertFalse(open.at("comm_id").text("").isEmpty());
            }),
        Check.of(
            "comm.no-reply",
            "comm messages are busy and idle and have no reply",
            peer -> {
              Exchange sent =
                  comm(peer, "comm_msg", Json.object("comm_id", unused(), "data", Json.EMPTY));
              List<String> states = new ArrayList<>();
              while (!states.contains("idle")) {
                var event = sent.next(Peer.LIMIT);
                assertEquals(Channel.IOPUB, event.channel());
                states.add(event.message().content().at("execution_state").text(""));
              }
              assertEquals(List.of("busy", "idle"), states);
            }));
  }

  private static String opened(Peer peer) throws Exception {
    String id = unused();
    Exchange open =
        comm(
            peer,
            "comm_open",
            Json.object("comm_id", id, "target_name", "echo", "data", Json.EMPTY));
    Message state = Peer.await(open, "status");
    while (!state.content().at("execution_state").text("").equals("idle")) {
      state = Peer.await(open, "status");
    }
    return id;
  }

  private static List<Check> control() {
    return List.of(
        Check.of(
            "control.info-while-busy",
            "the control channel answers while a cell runs",
            peer ->
                busy(
                    peer,
                    p ->
                        assertEquals(
                            "ok",
                            p.client
                                .control("kernel_info_request", Json.EMPTY)
                                .await(Duration.ofSeconds(5))
                                .content()
                                .at("status")
                                .text("")))),
        Check.of(
            "control.interrupt-loop",
            "an endless loop ends with an error and keeps the state",
            peer -> {
              peer.run(Snippet.ASSIGN);
              busy(peer, p -> {});
              assertEquals("41", peer.run(Snippet.READ).result());
            }),
        Check.of(
            "control.interrupt-sleep",
            "a sleep ends at once",
            peer -> {
              Exchange cell = peer.start(Snippet.SLEEP);
              Peer.await(cell, "execute_input");
              long start = System.nanoTime();
              peer.control("interrupt_request");
              assertEquals("error", Peer.collect(cell).status());
              assertTrue(System.nanoTime() - start < 8_000_000_000L);
            }),
        Check.of(
            "control.interrupt-reply",
            "interrupt_request is answered ok, with nothing running too",
            peer -> {
              var run = peer.control("interrupt_request");
              assertEquals("ok", run.status());
              assertEquals("interrupt_reply", run.message().type());
              assertEquals("42", peer.run(Snippet.EXPRESSION).result());
            }),
        Check.of(
            "control.debug",
            "a debug_request is answered in the debugger's form",
            peer -> {
              Exchange asked =
                  peer.client.control(
                      "debug_request",
                      Json.object(
                          "type",
                          "request",
                          "seq",
                          1,
                          "command",
                          "debugInfo",
                          "arguments",
                          Json.EMPTY));
              Message reply = asked.await(Duration.ofSeconds(10));
              assertEquals("debug_reply", reply.type());
              assertEquals("response", reply.content().at("type").text(""));
              assertEquals("debugInfo", reply.content().at("command").text(""));
            }));
  }

  private static List<Check> subshells() {
    return List.of(
        Check.of(
            "subshell.feature",
            "supported_features says kernel subshells",
            peer ->
                assertTrue(
                    peer
                        .ask("kernel_info_request")
                        .reply()
                        .at("supported_features")
                        .items()
                        .stream()
                        .anyMatch(item -> item.text("").equals("kernel subshells")))),
        Check.of(
            "subshell.lifecycle",
            "subshells are created, listed and deleted",
            peer -> {
              String id = newSubshell(peer);
              List<Json> listed =
                  peer.control("list_subshell_request").reply().at("subshell_id").items();
              assertEquals(List.of(Json.of(id)), listed);
              delete(peer, id);
              assertEquals(
                  List.of(),
                  peer.control("list_subshell_request").reply().at("subshell_id").items());
            }),
        Check.of(
            "subshell.concurrent",
            "a subshell runs a cell while the main shell is busy",
            peer -> {
              String id = newSubshell(peer);
              busy(
                  peer,
                  p -> {
                    Exchange cell =
                        p.inSubshell(id, "execute_request", Peer.cell(p.code(Snippet.EXPRESSION)));
                    var run = Peer.collect(cell);
                    assertEquals("42", run.result());
                    run.iopub().forEach(m -> assertTrue(m.answers(cell.request())));
                  });
              delete(peer, id);
            }),
        Check.of(
            "subshell.shared",
            "subshells share the state",
            peer -> {
              peer.run(Snippet.ASSIGN);
              String id = newSubshell(peer);
              var run =
                  Peer.collect(
                      peer.inSubshell(id, "execute_request", Peer.cell(peer.code(Snippet.READ))));
              assertEquals("41", run.result());
              delete(peer, id);
            }),
        Check.of(
            "subshell.output",
            "a subshell's output has its own request as parent",
            peer -> {
              String id = newSubshell(peer);
              busy(
                  peer,
                  p -> {
                    Exchange cell =
                        p.inSubshell(id, "execute_request", Peer.cell(p.code(Snippet.PRINT)));
                    assertEquals("out\n", Peer.collect(cell).text("stdout"));
                  });
              delete(peer, id);
            }),
        Check.of(
            "subshell.unknown",
            "a request for an unknown subshell is answered with an error",
            peer -> {
              newSubshellOrFail(peer);
              Exchange cell =
                  peer.inSubshell(
                      "no-such", "execute_request", Peer.cell(peer.code(Snippet.EXPRESSION)));
              assertEquals(
                  "error", cell.await(Duration.ofSeconds(5)).content().at("status").text(""));
            }),
        Check.of(
            "subshell.delete-unknown",
            "deleting an unknown subshell is an error",
            peer -> {
              Exchange asked =
                  peer.client.control(
                      "delete_subshell_request", Json.object("subshell_id", "no-such"));
              assertEquals(
                  "error", asked.await(Duration.ofSeconds(5)).content().at("status").text(""));
            }));
  }

  private static void newSubshellOrFail(Peer peer) throws Exception {
    delete(peer, newSubshell(peer));
  }

  private static List<byte[]> frames(Peer peer, String code) {
    return new Codec(peer.connection)
        .encode(
            new Message(
                List.of(),
                Header.fresh("conformance", "client", "execute_request"),
                null,
                Json.EMPTY,
                Peer.cell(code),
                List.of()));
  }

  private static List<Check> wire() {
    return List.of(
        Check.of(
            "wire.bad-signature",
            "a message with a wrong signature does nothing, and the next one is answered",
            peer -> {
              peer.run(Snippet.COUNTER);
              List<byte[]> frames = new ArrayList<>(frames(peer, peer.code(Snippet.COUNT)));
              frames.set(1, "0".repeat(64).getBytes(StandardCharsets.US_ASCII));
              for (Channel channel : List.of(Channel.SHELL, Channel.CONTROL, Channel.STDIN)) {
                peer.client.sendFrames(channel, frames);
              }
              assertEquals("0", peer.run(Snippet.COUNTED).result());
              assertEquals("ok", peer.control("kernel_info_request").status());
            }),
        Check.of(
            "wire.replay",
            "a message that is sent again runs once",
            peer -> {
              peer.run(Snippet.COUNTER);
              List<byte[]> frames = frames(peer, peer.code(Snippet.COUNT));
              for (int i = 0; i < 3; i++) {
                peer.client.sendFrames(Channel.SHELL, frames);
              }
              assertEquals("1", peer.run(Snippet.COUNTED).result());
            }),
        Check.of(
            "wire.short",
            "too few frames do no harm",
            peer -> {
              peer.client.sendFrames(
                  Channel.SHELL, frames(peer, peer.code(Snippet.EXPRESSION)).subList(0, 3));
              assertEquals("42", peer.run(Snippet.EXPRESSION).result());
            }),
        Check.of(
            "wire.unknown-type",
            "an unknown type of message does no harm",
            peer -> {
              peer.send("tea_request", Json.EMPTY);
              assertEquals("42", peer.run(Snippet.EXPRESSION).result());
            }),
        Check.of(
            "wire.session",
            "the kernel's messages of one process carry one session",
            peer -> {
              String first = peer.run(Snippet.EXPRESSION).message().header().session();
              assertEquals(first, peer.run(Snippet.PRINT).iopub().getLast().header().session());
            }),
        Check.of(
            "wire.reply-parent",
            "a reply's parent is the whole header of its request",
            peer -> {
              Exchange cell = peer.start(Snippet.EXPRESSION);
              Json.Obj parent =
                  java.util.Objects.requireNonNull(Peer.collect(cell).message().parent()).json();
              cell.request()
                  .json()
                  .fields()
                  .forEach(
                      (key, value) -> {
                        if (!key.equals("date")) {
                          assertEquals(value, parent.at(key), key);
                        }
                      });
            }),
        Check.of(
            "wire.heartbeat",
            "the heartbeat echoes, while a cell runs too",
            peer -> busy(peer, p -> assertTrue(p.client.alive(Duration.ofSeconds(10))))));
  }
}
