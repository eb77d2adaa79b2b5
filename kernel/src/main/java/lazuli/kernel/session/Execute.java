package lazuli.kernel.session;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.cell.Outcome;
import lazuli.kernel.display.Display;
import lazuli.kernel.display.Results;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Spare;
import org.jspecify.annotations.Nullable;

/** Runs cells: execute_input, outputs, result or error, and the reply. */
final class Execute implements Handler {
  /** The {@code ename} of an interrupted cell. */
  static final String INTERRUPTED = "Interrupted";

  private static final Set<String> EXITS = Set.of("exit", "quit", "exit()", "quit()");

  private final JavaStart start;
  private final Outbox outbox;
  private final CellSurface surface;
  private final StdinRequests stdin;
  private final History history;
  private final Results results;
  private final Payloads payloads;

  // Requests whose cells run, one for each shell; the timer takes one out that is given up.
  private final Set<Request> live =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
  private final AtomicInteger count = new AtomicInteger();

  Execute(
      JavaStart start,
      Outbox outbox,
      CellSurface surface,
      StdinRequests stdin,
      History history,
      Results results,
      Payloads payloads) {
    this.start = start;
    this.outbox = outbox;
    this.surface = surface;
    this.stdin = stdin;
    this.history = history;
    this.results = results;
    this.payloads = payloads;
  }

  @Override
  public String type() {
    return "execute_request";
  }

  @Override
  public Lane lane() {
    return Lane.EXECUTION;
  }

  @Override
  public Json.Obj handle(Request request) {
    if (request.header().subshell().isEmpty()) {
      return execute(request);
    }
    var reply = new AtomicReference<Json.Obj>(ExecutionLane.ABORTED);
    Outbox.runFor(request.header(), () -> reply.set(execute(request)));
    return reply.get();
  }

  private Json.Obj execute(Request request) {
    Json.Obj content = request.content();
    String code = content.at("code").text("");
    boolean silent = content.at("silent").bool(false);
    boolean store = content.at("store_history").bool(true) && !silent && !code.isBlank();
    int number = store ? count.incrementAndGet() : count.get() + 1;
    live.add(request);
    stdin.begin(request);
    outbox.beginCell(request.header(), silent);
    try {
      outbox.publish("execute_input", Json.object("code", code, "execution_count", number));
      Json.Obj reply = isExit(code) ? exit(number) : run(request, code, number, store);
      List<Json> asked = payloads.take();
      return asked.isEmpty() ? reply : reply.with("payload", asked);
    } catch (OutOfMemoryError e) {
      // So full that even the cell's own failure could not be made.
      Spare.giveAway();
      return failed(number, Outcome.Failure.fullHeap(e));
    } finally {
      stdin.end(request);
      if (live.remove(request)) {
        Spare.insist(() -> outbox.endCell(request.header()));
      }
    }
  }

  private Json.Obj run(Request request, String code, int number, boolean store) {
    JavaSession java;
    try {
      java = start.java();
    } catch (IllegalStateException e) {
      String message = String.valueOf(e.getMessage());
      return failed(number, new Outcome.Failure("StartError", message, List.of(message), e));
    }
    String label = "In[" + number + "]";
    var runner = new CellRunner(java, start.extensions(), surface, label);
    Outcome outcome = runner.run(code);
    surface.endProgress(
        switch (outcome) {
          case Outcome.Interrupted() -> "interrupted";
          case Outcome.Failure failure -> "failed";
          default -> "stopped";
        });
    MimeBundle bundle = null;
    if (outcome instanceof Outcome.Value(var value, var type)
        && value != null
        && !isIdOfDisplay(value, code)) {
      // A value's own code may run for long here: in the cell's reach, so that it can be stopped.
      outcome = java.run(label, () -> surface.renderers().render(value));
      if (outcome instanceof Outcome.Value(var rendered, var itsType)) {
        bundle = (MimeBundle) rendered;
        if (store) {
          results.put(number, value);
        }
      }
    }
    if (!live.contains(request)) {
      return ExecutionLane.ABORTED;
    }
    if (store) {
      history.add(number, code, bundle == null ? null : bundle.data().get(MimeBundle.TEXT));
    }
    return switch (outcome) {
      case Outcome.Failure failure -> failed(number, failure);
      case Outcome.Interrupted() -> failed(number, interrupted());
      case Outcome.Value value -> done(request, java, number, bundle);
      case Outcome.None() -> done(request, java, number, null);
    };
  }

  /**
   * Whether the value is only the id that {@code display(...)} returned as the last statement:
   * nobody wants to read it. A variable that holds it is shown.
   */
  private static boolean isIdOfDisplay(Object value, String code) {
    return Display.isLatestId(value) && code.strip().replaceAll("[;\\s]+$", "").endsWith(")");
  }

  private Json.Obj done(
      Request request, JavaSession java, int number, @Nullable MimeBundle bundle) {
    if (bundle != null) {
      outbox.publish("execute_result", CellSurface.bundle(bundle).with("execution_count", number));
    }
    return ok(number).with("user_expressions", userExpressions(request, java));
  }

  private static Json.Obj ok(int number) {
    return Json.object(
        "status",
        "ok",
        "execution_count",
        number,
        "user_expressions",
        Json.EMPTY,
        "payload",
        List.of());
  }

  private Json userExpressions(Request request, JavaSession java) {
    Map<String, Json> values = new LinkedHashMap<>();
    if (request.content().at("user_expressions") instanceof Json.Obj(var expressions)) {
      expressions.forEach(
          (name, expression) -> values.put(name, userExpression(java, name, expression.text(""))));
    }
    return Json.of(values);
  }

  private Json.Obj userExpression(JavaSession java, String name, String code) {
    Outcome outcome =
        new CellRunner(java, start.extensions(), surface, "expression " + name).run(code);
    return switch (outcome) {
      case Outcome.Value(var value, var type) ->
          CellSurface.bundle(surface.renderers().render(value)).with("status", "ok");
      case Outcome.None() ->
          Json.object("status", "ok", "data", Json.EMPTY, "metadata", Json.EMPTY);
      case Outcome.Failure failure -> error(failure).with("status", "error");
      case Outcome.Interrupted() -> error(interrupted()).with("status", "error");
    };
  }

  private boolean isExit(String code) {
    String word = code.strip();
    word = word.endsWith(";") ? word.substring(0, word.length() - 1) : word;
    JavaSession java = EXITS.contains(word) ? start.ifUp() : null;
    // A variable of that name is the user's.
    return EXITS.contains(word) && (java == null || !java.variables().containsKey(word));
  }

  /** What a console needs to leave; the kernel itself ends when the console asks it to. */
  private static Json.Obj exit(int number) {
    return ok(number)
        .with("payload", List.of(Json.object("source", "ask_exit", "keepkernel", false)));
  }

  private Json.Obj failed(int number, Outcome.Failure failure) {
    Json.Obj error = error(failure);
    outbox.publish("error", error);
    return error
        .with("status", "error")
        .with("execution_count", number)
        .with("user_expressions", Json.EMPTY)
        .with("payload", List.of());
  }

  private static Json.Obj error(Outcome.Failure failure) {
    return Json.object(
        "ename", failure.ename(),
        "evalue", failure.evalue(),
        "traceback", failure.traceback());
  }

  private static Outcome.Failure interrupted() {
    String message = "the cell was interrupted; variables keep their values";
    return new Outcome.Failure(INTERRUPTED, message, List.of(INTERRUPTED + ": " + message), null);
  }

  private static Outcome.Failure abandoned(@Nullable JavaSession java) {
    String limit = java == null ? null : java.exceeded();
    if (limit != null) {
      return Outcome.Failure.timeout(
          limit + " It was inside a library that cannot be stopped; its thread was left behind.");
    }
    String message =
        "the cell was interrupted inside a library that cannot be stopped; its thread was left"
            + " behind, variables keep their values";
    return new Outcome.Failure(INTERRUPTED, message, List.of(INTERRUPTED + ": " + message), null);
  }

  /** Ends a cell whose thread was given up; returns its reply. */
  Json.Obj abandoned(Request request) {
    live.remove(request);
    stdin.end(request);
    outbox.endCell(request.header());
    Outcome.Failure failure = abandoned(start.ifUp());
    var reply = new AtomicReference<Json.Obj>(ExecutionLane.ABORTED);
    Outbox.runFor(request.header(), () -> reply.set(failed(count.get(), failure)));
    return reply.get();
  }
}
