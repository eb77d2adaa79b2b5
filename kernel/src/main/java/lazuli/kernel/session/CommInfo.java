package lazuli.kernel.session;

import lazuli.kernel.wire.Json;

/** The open comms: none, as no target is known yet. */
record CommInfo() implements Handler {
  @Override
  public String type() {
    return "comm_info_request";
  }

  @Override
  public Lane lane() {
    return Lane.SHELL;
  }

  @Override
  public Json.Obj handle(Request request) {
    return Json.object("status", "ok", "comms", Json.EMPTY);
  }
}
