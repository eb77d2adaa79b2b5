package lazuli.gpu.exec;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.driver.DriverException;
import org.jspecify.annotations.Nullable;

/**
 * The launches of the evaluation that is being made, held back when its plan ran before: they are
 * made together, as one graph. Mutable: the graphs of the plans seen last; used by one thread.
 */
final class Batches {
  /** Plans whose graphs are kept; the one that was not used for longest goes. */
  private static final int MOST = 64;

  private final Map<Object, PlanGraph> plans = new LinkedHashMap<>(16, 0.75f, true);
  private final GpuPool pool;
  private @Nullable PlanGraph current;
  private @Nullable List<PlanGraph.Launched> held;

  /**
   * Makes it.
   *
   * @param pool where a plan's memory comes from
   */
  Batches(GpuPool pool) {
    this.pool = pool;
  }

  /** Begins the evaluation of a plan. */
  void begin(Driver driver, long stream, Object plan) {
    PlanGraph known = plans.computeIfAbsent(plan, p -> new PlanGraph());
    current = known;
    held = known.wanted() ? new ArrayList<>() : null;
    pool.pin(held == null ? null : known.memory());
    if (plans.size() > MOST) {
      Iterator<PlanGraph> oldest = plans.values().iterator();
      PlanGraph old = oldest.next();
      old.close(driver, stream);
      pool.unpin(old.memory());
      oldest.remove();
    }
  }

  /** {@return whether the launch is held back} */
  boolean hold(String op, long function, Driver.Grid grid, List<? extends Number> arguments) {
    if (held == null) {
      return false;
    }
    held.add(new PlanGraph.Launched(op, function, grid, arguments));
    return true;
  }

  /** {@return whether launches are held back} */
  boolean holding() {
    return held != null && !held.isEmpty();
  }

  /**
   * Makes the launches that are held back one by one, because something comes that no graph has.
   *
   * @param reason why this plan makes no graph, also from now on; empty for once
   */
  void flush(Driver driver, long stream, String reason) {
    List<PlanGraph.Launched> all = held;
    held = null;
    pool.pin(null);
    if (current != null && !reason.isEmpty()) {
      current.refuse(reason);
      pool.unpin(current.memory());
    }
    if (all != null) {
      one(driver, stream, all);
    }
  }

  private static void one(Driver driver, long stream, List<PlanGraph.Launched> all) {
    for (PlanGraph.Launched l : all) {
      driver.launch(l.function(), l.grid(), stream, l.arguments());
    }
  }

  /** Ends the evaluation: what is held back is launched. */
  void end(Driver driver, long stream) {
    List<PlanGraph.Launched> all = held;
    PlanGraph plan = current;
    held = null;
    current = null;
    pool.pin(null);
    if (all != null && plan != null && !made(driver, stream, plan, all)) {
      one(driver, stream, all);
      pool.unpin(plan.memory());
    }
  }

  private static boolean made(
      Driver driver, long stream, PlanGraph plan, List<PlanGraph.Launched> all) {
    try {
      return plan.launch(driver, stream, all);
    } catch (DriverException e) {
      if (e.deviceLost()) {
        throw e;
      }
      plan.refuse("the driver refused one: " + e.getMessage());
      return false;
    }
  }

  /** Ends an evaluation that failed: what is held back never runs, nobody asks for it. */
  void abandon() {
    pool.pin(null);
    held = null;
    current = null;
  }

  /** {@return what became of a plan's launches} */
  String text(Object plan) {
    PlanGraph known = plans.get(plan);
    return known == null ? new PlanGraph().text() : known.text();
  }

  /** Gives all graphs back; plans that come again make theirs anew. */
  void close(Driver driver, long stream) {
    for (PlanGraph plan : plans.values()) {
      plan.close(driver, stream);
      pool.unpin(plan.memory());
    }
  }
}
