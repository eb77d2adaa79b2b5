package lazuli.kernel.session;

import lazuli.kernel.wire.Json;

/** Stops the running cell. */
record Interrupt(Runnable interrupt) implements Handler {
  @Override
  public String type() {
    return "interrupt_request";
  }

  @Override
  public Lane lane() {
    return Lane.CONTROL;
  }

  @Override
  public Json.Obj handle(Request request) {
    interrupt.run();
    return Json.object("status", "ok");
  }
}
