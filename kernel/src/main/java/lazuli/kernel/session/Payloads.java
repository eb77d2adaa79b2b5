package lazuli.kernel.session;

import java.util.ArrayList;
import java.util.List;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.wire.Json;

/**
 * What a cell asks of the client that runs it, sent with its reply. Kept for each thread, since
 * cells of several shells may run at once; what other threads ask reaches nobody.
 */
final class Payloads {
  private final ThreadLocal<List<Json>> asked = ThreadLocal.withInitial(ArrayList::new);

  /** Asks the client to show something in its pager. */
  void page(MimeBundle bundle) {
    asked.get().add(CellSurface.bundle(bundle).with("source", "page").with("start", 0));
  }

  /** Asks the client to put code into the next input, or into this one. */
  void nextInput(String code, boolean replace) {
    // The last one counts: a client has one next input.
    asked.get().removeIf(json -> json.at("source").text("").equals("set_next_input"));
    asked.get().add(Json.object("source", "set_next_input", "text", code, "replace", replace));
  }

  /** {@return what the cell of this thread asked for; forgets it} */
  List<Json> take() {
    List<Json> all = List.copyOf(asked.get());
    asked.remove();
    return all;
  }
}
