package lazuli.kernel.session;

import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/** A comm that a client opens: closed again, as no target is known yet. */
record CommOpen(Outbox outbox) implements Handler {
  @Override
  public String type() {
    return "comm_open";
  }

  @Override
  public Lane lane() {
    return Lane.SHELL;
  }

  @Override
  public Json.@Nullable Obj handle(Request request) {
    outbox.publish(
        request.header(),
        "comm_close",
        Json.object("comm_id", request.content().at("comm_id"), "data", Json.EMPTY));
    return null;
  }
}
