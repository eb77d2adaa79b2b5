package lazuli.kernel.session;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import lazuli.kernel.cell.Outcome;
import lazuli.kernel.ext.CommData;
import lazuli.kernel.ext.CommTarget;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/**
 * What clients send over comms. In the order of the cells, as a listener is code of the user: it
 * must find the state that the cells before it left. What it prints belongs to its own message.
 */
final class CommMessages {
  private final OpenComms comms;
  private final JavaStart start;
  private final Outbox outbox;

  CommMessages(OpenComms comms, JavaStart start, Outbox outbox) {
    this.comms = comms;
    this.start = start;
    this.outbox = outbox;
  }

  /** {@return the handlers of the three types} */
  List<Handler> handlers() {
    return List.of(
        new One("comm_open", this::open),
        new One("comm_msg", this::message),
        new One("comm_close", this::close));
  }

  private record One(String type, java.util.function.Consumer<Request> action) implements Handler {
    @Override
    public Lane lane() {
      return Lane.EXECUTION;
    }

    @Override
    public Json.@Nullable Obj handle(Request request) {
      action.accept(request);
      return null;
    }
  }

  private void open(Request request) {
    String id = request.content().at("comm_id").text("");
    String name = request.content().at("target_name").text("");
    CommTarget target = comms.targetNamed(name);
    if (target == null) {
      comms.refuse(request.header(), id);
      return;
    }
    OpenComms.Live comm = comms.opened(id, name);
    boolean failed =
        !run(
            request,
            () -> {
              target.opened(comm, data(request));
              return null;
            });
    if (failed) {
      comm.close();
    }
  }

  private void message(Request request) {
    OpenComms.Live comm = comms.find(request.content().at("comm_id").text(""));
    if (comm != null) {
      deliver(request, comm.messages);
    }
  }

  private void close(Request request) {
    OpenComms.Live comm = comms.find(request.content().at("comm_id").text(""));
    if (comm != null) {
      comms.closed(comm);
      deliver(request, comm.closing);
    }
  }

  private void deliver(Request request, lazuli.kernel.ext.Comm.@Nullable Listener listener) {
    if (listener != null) {
      run(
          request,
          () -> {
            listener.received(data(request));
            return null;
          });
    }
  }

  private static CommData data(Request request) {
    return new CommData(
        new String(request.content().at("data").bytes(), StandardCharsets.UTF_8),
        new String(request.message().metadata().bytes(), StandardCharsets.UTF_8),
        request.message().buffers());
  }

  /** {@return whether the user's code ended well} */
  private boolean run(Request request, Callable<? extends @Nullable Object> code) {
    var well = new AtomicBoolean();
    Runnable work = () -> well.set(runHere(request, code));
    if (request.header().subshell().isEmpty()) {
      work.run();
    } else {
      Outbox.runFor(request.header(), work);
    }
    return well.get();
  }

  private boolean runHere(Request request, Callable<? extends @Nullable Object> code) {
    outbox.beginCell(request.header(), false);
    try {
      Outcome outcome = start.java().run("comm", code);
      switch (outcome) {
        case Outcome.Failure failure -> say(String.join("\n", failure.traceback()));
        case Outcome.Interrupted() -> say("Interrupted: the comm's listener was interrupted");
        default -> {
          return true;
        }
      }
      return false;
    } finally {
      outbox.endCell(request.header());
    }
  }

  private void say(String text) {
    byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
    outbox.write(Outbox.Stream.STDERR, line, 0, line.length);
  }
}
