package lazuli.kernel.session;

import lazuli.kernel.wire.Json;

/** Ends the kernel once the reply is on its way. */
record Shutdown(Outbox outbox, Runnable stop) implements Handler {
  @Override
  public String type() {
    return "shutdown_request";
  }

  @Override
  public Lane lane() {
    return Lane.CONTROL;
  }

  @Override
  public Json.Obj handle(Request request) {
    Json.Obj content =
        Json.object("status", "ok", "restart", request.content().at("restart").bool(false));
    // Other clients of this kernel learn of it on iopub.
    outbox.publish(request.header(), "shutdown_reply", content);
    return content;
  }

  @Override
  public void replied(Request request) {
    stop.run();
  }
}
