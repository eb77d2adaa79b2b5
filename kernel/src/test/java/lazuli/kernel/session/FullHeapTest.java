package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import lazuli.kernel.wire.BadMessageException;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Codec;
import lazuli.kernel.wire.ConnectionFile;
import lazuli.kernel.wire.Header;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wherever the heap is found full, the request is answered and the next one is handled. */
class FullHeapTest {
  private final Codec codec = new Codec(ConnectionFile.onFreePorts());
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private final Outbox outbox = new Outbox(codec, "kernel", this::send, timer);
  private final ExecutionLane lane =
      new ExecutionLane("lane", this::arrived, timer, t -> {}, () -> false, request -> Json.EMPTY);
  private final Router router =
      new Router(List.of(new Runs()), codec, outbox, (kind, task) -> lane.add(task));
  private final BlockingQueue<Message> replies = new LinkedBlockingQueue<>();
  private volatile String place = "";
  private volatile int failures;

  FullHeapTest() throws IOException {}

  @AfterEach
  void stop() {
    lane.close();
    timer.shutdownNow();
  }

  private void at(String here) {
    if (here.equals(place) && failures > 0) {
      failures--;
      throw new OutOfMemoryError("Java heap space");
    }
  }

  private void send(Channel channel, List<byte[]> frames) {
    Message message;
    try {
      message = codec.decode(frames);
    } catch (BadMessageException e) {
      throw new AssertionError(e);
    }
    at(message.content().at("execution_state").text(message.type()));
    if (message.type().equals("execute_reply")) {
      replies.add(message);
    }
  }

  private void arrived(Runnable action) {
    at("aborting");
    action.run();
  }

  private final class Runs implements Handler {
    @Override
    public String type() {
      return "execute_request";
    }

    @Override
    public Lane lane() {
      return Lane.EXECUTION;
    }

    @Override
    public Json.Obj handle(Request request) {
      at("handler");
      return Json.object("status", request.content().at("code").text(""));
    }
  }

  private Json.Obj run(String code) throws Exception {
    router.received(
        Channel.SHELL,
        codec.encode(
            new Message(
                List.of(),
                Header.fresh("client", "test", "execute_request"),
                null,
                Json.EMPTY,
                Json.object("code", code),
                List.of())));
    Message reply = replies.poll(60, TimeUnit.SECONDS);
    assertNotNull(reply, "no reply when the heap is full at " + place);
    return reply.content();
  }

  @ParameterizedTest
  @CsvSource({
    "busy, 5, ok, ok",
    "handler, 1, ok, error",
    "execute_reply, 5, ok, ok",
    "idle, 5, ok, ok",
    "aborting, 5, error, error"
  })
  void theAnswerIsSentAndTheThreadGoesOn(String full, int times, String code, String status)
      throws Exception {
    place = full;
    failures = times;
    Json.Obj reply = run(code);
    assertEquals(status, reply.at("status").text(""));
    if (full.equals("handler")) {
      assertEquals("OutOfMemoryError", reply.at("ename").text(""));
    }
    assertEquals("ok", run("ok").at("status").text(""));
    assertEquals(0, failures);
  }
}
