package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import lazuli.kernel.ext.Comm;
import lazuli.kernel.ext.CommData;
import lazuli.kernel.ext.Comms;
import lazuli.kernel.ext.UsageException;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Comms in both directions, with buffers, over real sockets. */
class CommsTest {
  private static final byte[] BYTES = {0, -1, 7, 127, -128};
  private static TestKernel kernel;

  @BeforeAll
  static void start() throws Exception {
    kernel = TestKernel.start();
  }

  @AfterAll
  static void stop() {
    kernel.close();
  }

  private static Message next(Exchange exchange, String type) throws Exception {
    while (true) {
      Message message = exchange.next(TestKernel.LIMIT).message();
      if (message.type().equals(type)) {
        return message;
      }
    }
  }

  private static Exchange open(String id, String target) {
    return kernel.client.send(
        Channel.SHELL,
        "comm_open",
        Json.object("comm_id", id, "target_name", target, "data", Json.object("first", 1)),
        List.of(BYTES));
  }

  private static Exchange message(String type, String id, Json data, byte[]... buffers) {
    return kernel.client.send(
        Channel.SHELL, type, Json.object("comm_id", id, "data", data), List.of(buffers));
  }

  @Test
  void aClientOpensTalksAndCloses() throws Exception {
    BlockingQueue<CommData> heard = new LinkedBlockingQueue<>();
    Comms.target(
        "echo",
        (comm, opened) -> {
          heard.add(opened);
          comm.onMessage(comm::send);
          comm.onClose(heard::add);
        });
    open("e1", "echo");
    CommData first = heard.take();
    assertEquals("{\"first\":1}", first.json());
    assertArrayEquals(BYTES, first.buffers().getFirst());

    Exchange sent = message("comm_msg", "e1", Json.object("x", "🙂"), BYTES, new byte[0]);
    Message back = next(sent, "comm_msg");
    assertEquals(Json.object("comm_id", "e1", "data", Json.object("x", "🙂")), back.content());
    assertEquals(2, back.buffers().size());
    assertArrayEquals(BYTES, back.buffers().getFirst());

    Json.Obj one = Json.object("e1", Json.object("target_name", "echo"));
    assertEquals(one, kernel.request("comm_info_request").reply().at("comms"));
    assertEquals(
        one, kernel.request("comm_info_request", "target_name", "echo").reply().at("comms"));
    assertEquals(
        Json.EMPTY,
        kernel.request("comm_info_request", "target_name", "other").reply().at("comms"));

    message("comm_close", "e1", Json.object("bye", true));
    assertEquals("{\"bye\":true}", heard.take().json());
    assertEquals(
        Json.object("status", "ok", "comms", Json.EMPTY),
        kernel.request("comm_info_request").reply());
  }

  @Test
  void aCellOpensACommAndHearsTheClient() throws Exception {
    Exchange cell =
        kernel.client.execute(
            """
            import lazuli.kernel.ext.*;
            Comm mine = Comms.open("widget", CommData.of("{\\"v\\": 1}", new byte[] {5}));
            mine.onMessage(data -> System.out.println("heard " + data.json()));
            """,
            false);
    Message opened = next(cell, "comm_open");
    assertEquals("widget", opened.content().at("target_name").text(""));
    assertEquals(Json.object("v", 1), opened.content().at("data"));
    assertArrayEquals(new byte[] {5}, opened.buffers().getFirst());
    String id = opened.content().at("comm_id").text("");

    Message heard = next(message("comm_msg", id, Json.of(7)), "stream");
    assertEquals("heard 7\n", heard.content().at("text").text(""));

    Exchange closing = kernel.client.execute("mine.close(); mine.isOpen()", false);
    assertEquals(id, next(closing, "comm_close").content().at("comm_id").text(""));
    assertEquals(
        "false", next(closing, "execute_result").content().at("data").at("text/plain").text(""));
  }

  @Test
  void aListenerThatFailsIsShownAndTheCommStays() throws Exception {
    Comms.target(
        "faulty",
        (comm, opened) ->
            comm.onMessage(
                data -> {
                  throw new IllegalStateException("in the listener");
                }));
    open("f1", "faulty");
    Message shown = next(message("comm_msg", "f1", Json.EMPTY), "stream");
    assertEquals("stderr", shown.content().at("name").text(""));
    assertTrue(
        shown.content().at("text").text("").contains("in the listener"),
        shown.content().toString());
    assertEquals("3", kernel.run("1 + 2").result());
    assertTrue(Comms.list().stream().anyMatch(comm -> comm.id().equals("f1")));
  }

  @Test
  void aTargetThatFailsAndAnUnknownOneAreClosed() throws Exception {
    Comms.target(
        "broken",
        (comm, opened) -> {
          throw new IllegalStateException("no such model");
        });
    for (String target : List.of("broken", "unknown")) {
      Message closed = next(open("c-" + target, target), "comm_close");
      assertEquals("c-" + target, closed.content().at("comm_id").text(""));
    }
  }

  @Test
  void aMessageToNoCommHasNoReplyAndComesToRest() throws Exception {
    Exchange lost = message("comm_msg", "nobody", Json.EMPTY);
    while (!next(lost, "status").content().at("execution_state").text("").equals("idle")) {
      continue;
    }
    assertFalse(lost.done());
  }

  @Test
  void dataThatIsNoJsonAndAClosedCommAreRefusedByName() {
    UsageException noJson =
        assertThrows(UsageException.class, () -> Comms.open("t", CommData.of("{x")));
    assertTrue(noJson.getMessage().startsWith("comm: data is not JSON: "), noJson.getMessage());
    assertTrue(noJson.getMessage().endsWith("; give an object such as {\"value\": 1}"));
    Comm comm = Comms.open("t", CommData.EMPTY);
    comm.close();
    comm.close();
    assertEquals(
        "comm t is closed; open another to send more",
        assertThrows(IllegalStateException.class, () -> comm.send(CommData.EMPTY)).getMessage());
  }
}
