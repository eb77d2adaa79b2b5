package lazuli.kernel.session;

import lazuli.kernel.wire.Json;

/**
 * The place of the debugger: every command of the Debug Adapter Protocol is answered as one that
 * fails, and {@code kernel_info_reply} says that there is no debugger.
 */
record Debug() implements Handler {
  @Override
  public String type() {
    return "debug_request";
  }

  @Override
  public Lane lane() {
    return Lane.CONTROL;
  }

  @Override
  public Json.Obj handle(Request request) {
    String command = request.content().at("command").text("");
    return Json.object(
        "type",
        "response",
        "request_seq",
        request.content().at("seq").number(0),
        "success",
        false,
        "command",
        command,
        "message",
        "this kernel has no debugger yet; kernel_info_reply says so in its field debugger");
  }
}
