package lazuli.kernel.session;

import java.util.LinkedHashMap;
import java.util.Map;
import lazuli.kernel.ext.Comm;
import lazuli.kernel.wire.Json;

/** The open comms, all or those of one target. */
record CommInfo(OpenComms open) implements Handler {
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
    String wanted = request.content().at("target_name").text("");
    Map<String, Json> comms = new LinkedHashMap<>();
    for (Comm comm : open.list()) {
      if (wanted.isEmpty() || comm.targetName().equals(wanted)) {
        comms.put(comm.id(), Json.object("target_name", comm.targetName()));
      }
    }
    return Json.object("status", "ok", "comms", comms);
  }
}
