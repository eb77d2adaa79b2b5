package lazuli.kernel.session;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/**
 * The subshells that clients made (JEP 91): each has a queue and a thread of its own for cells and
 * comm messages, beside the main shell, and shares the Java session with it.
 *
 * <p>Their code runs at once with that of the main shell; compiling takes turns. An interrupt stops
 * what runs in all shells, since clients have one button for it.
 */
final class Subshells {
  /** Each is a thread: a client that makes them in a loop must not end the kernel. */
  private static final int MOST = 100;

  private final Map<String, ExecutionLane> lanes = new ConcurrentHashMap<>();
  private final Function<String, ExecutionLane> fresh;

  /**
   * Makes an empty set.
   *
   * @param fresh makes a lane whose thread has a name
   */
  Subshells(Function<String, ExecutionLane> fresh) {
    this.fresh = fresh;
  }

  /** {@return the handlers of the three requests} */
  List<Handler> handlers() {
    return List.of(
        new One("create_subshell_request", this::create),
        new One("delete_subshell_request", this::delete),
        new One(
            "list_subshell_request",
            request -> Json.object("status", "ok", "subshell_id", List.copyOf(lanes.keySet()))));
  }

  private record One(String type, Function<Request, Json.Obj> answer) implements Handler {
    @Override
    public Lane lane() {
      return Lane.CONTROL;
    }

    @Override
    public Json.Obj handle(Request request) {
      return answer.apply(request);
    }
  }

  private Json.Obj create(Request request) {
    if (lanes.size() >= MOST) {
      return error("TooManySubshells", "there are " + MOST + " subshells; delete one first");
    }
    String id = UUID.randomUUID().toString();
    lanes.put(id, fresh.apply("lazuli-subshell"));
    return Json.object("status", "ok", "subshell_id", id);
  }

  private Json.Obj delete(Request request) {
    String id = request.content().at("subshell_id").text("");
    ExecutionLane lane = lanes.remove(id);
    if (lane == null) {
      return unknown(id);
    }
    lane.close();
    return Json.object("status", "ok");
  }

  /** {@return the reply to a request for a subshell that does not exist} */
  static Json.Obj unknown(String id) {
    return error(
        "UnknownSubshell", "there is no subshell \"" + id + "\"; list_subshell_request lists them");
  }

  private static Json.Obj error(String name, String message) {
    return Json.object(
        "status",
        "error",
        "ename",
        name,
        "evalue",
        message,
        "traceback",
        List.of(name + ": " + message));
  }

  /** {@return the lane of a subshell, null when there is no such subshell} */
  @Nullable ExecutionLane lane(String id) {
    return lanes.get(id);
  }

  /** Looks after a cell that was stopped on a thread. */
  void watchStopped(Thread cells) {
    lanes.values().forEach(lane -> lane.watchStopped(cells));
  }

  /** Looks after what was interrupted in all of them. */
  void watchInterrupted() {
    lanes.values().forEach(ExecutionLane::watchInterrupted);
  }

  void close() {
    lanes.values().forEach(ExecutionLane::close);
    lanes.clear();
  }
}
