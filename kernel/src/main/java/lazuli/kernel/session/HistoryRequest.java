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
    return Lane.SHELL;
  }

  @Override
  public Json.Obj handle(Request request) {
    return history.reply(request.content());
  }
}
