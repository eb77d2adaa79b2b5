package lazuli.kernel.session;

import lazuli.kernel.wire.Json;

/** Earlier cells: the tail, a range, or a search. */
record HistoryRequest(History history) implements Handler {
  @Override
  public String type() {
    return "history_request";
  }

  @Override
  public Lane lane() {
    // Reading a long file must not hold up what the shell channel answers at once.
    return Lane.ANALYSIS;
  }

  @Override
  public Json.Obj handle(Request request) {
    return history.reply(request.content());
  }
}
