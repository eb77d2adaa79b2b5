package lazuli.kernel.session;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import lazuli.kernel.wire.BadMessageException;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Codec;
import lazuli.kernel.wire.Drops;
import lazuli.kernel.wire.Header;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Log;
import lazuli.kernel.wire.Spare;
import org.jspecify.annotations.Nullable;

/** One table from message types to handlers, and the frame around each: busy, reply, idle. */
final class Router {
  private final Map<String, Handler> table = new HashMap<>();
  private final Drops drops = new Drops();
  private final Codec codec;
  private final Outbox outbox;
  private final BiConsumer<Lane, Task> lanes;

  /** One request and its handler on their way through a lane; answered once. */
  final class Task {
    private final Handler handler;
    private final Request request;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final String started = Header.now();

    private Task(Handler handler, Request request) {
      this.handler = handler;
      this.request = request;
    }

    Request request() {
      return request;
    }

    /** {@return whether it is left out after a failed cell; what has no reply must run} */
    boolean abortable() {
      return request.expectsReply();
    }

    /** Handles the request and answers. */
    void run() {
      finish(handle());
    }

    /** Handles the request; returns the content of the reply, null for none. */
    Json.@Nullable Obj handle() {
      try {
        Spare.insist(() -> outbox.status(request.header(), "busy"));
        return handler.handle(request);
      } catch (Throwable e) {
        if (e instanceof OutOfMemoryError) {
          Spare.giveAway();
        }
        // The kernel must answer whatever happens in a handler, or the client waits for ever.
        if (!request.expectsReply()) {
          Log.warn(request.type() + " failed: " + e);
        }
        return failure(e);
      }
    }

    /** Answers without handling. */
    void refuse(Json.Obj reply) {
      outbox.status(request.header(), "busy");
      finish(reply);
    }

    /** Answers unless somebody did. */
    void finish(Json.@Nullable Obj reply) {
      if (!answered.compareAndSet(false, true)) {
        return;
      }
      if (reply != null && request.expectsReply()) {
        Json.Obj metadata =
            Json.object("started", started, "status", reply.at("status").text("ok"));
        Spare.insist(() -> outbox.reply(request, metadata, reply));
      }
      Spare.insist(() -> outbox.status(request.header(), "idle"));
      handler.replied(request);
    }
  }

  /**
   * Makes the table.
   *
   * @param lanes where the tasks of a lane run
   */
  Router(List<Handler> handlers, Codec codec, Outbox outbox, BiConsumer<Lane, Task> lanes) {
    for (Handler handler : handlers) {
      if (table.put(handler.type(), handler) != null) {
        throw new IllegalArgumentException("two handlers for " + handler.type());
      }
    }
    this.codec = codec;
    this.outbox = outbox;
    this.lanes = lanes;
  }

  /** Takes the frames of a message to its lane; drops what is no valid message. */
  void received(Channel channel, List<byte[]> frames) {
    Request request;
    try {
      request = new Request(channel, codec.decode(frames));
    } catch (BadMessageException e) {
      drops.dropped(e);
      return;
    }
    Handler handler = table.get(request.type());
    if (handler == null) {
      Log.debug("ignored a message of unknown type " + request.type());
      return;
    }
    boolean control = channel == Channel.CONTROL && handler.lane() != Lane.EXECUTION;
    lanes.accept(control ? Lane.CONTROL : handler.lane(), new Task(handler, request));
  }

  private static Json.Obj failure(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return Json.object(
        "status",
        "error",
        "ename",
        e.getClass().getSimpleName(),
        "evalue",
        message,
        "traceback",
        List.of(e.getClass().getSimpleName() + ": " + message));
  }
}
