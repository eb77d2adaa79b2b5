package lazuli.gpu.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.gpu.driver.Driver;

/**
 * What is known of one plan's launches, and the graph made of them. Each launch of the graph gives
 * every node the addresses and lengths of that run, where they differ from the run before: a graph
 * never refers to memory that its run does not hold. What lives inside a run only is pinned, so
 * that few nodes differ. Mutable; used by one thread.
 */
final class PlanGraph {
  /** A graph of one launch would be a launch. */
  private static final int FEWEST = 2;

  private static final int MOST_MADE = 4;

  /** One launch with its arguments. */
  record Launched(String op, long function, Driver.Grid grid, List<? extends Number> arguments) {}

  private long graph;
  private long executable;
  private final List<Long> nodes = new ArrayList<>();
  private List<Launched> last = List.of();
  private final Pinned memory = new Pinned();
  private String refusal = "";
  private int runs;
  private int remade;
  private int changed;
  private long launched;

  /** {@return whether launches of this run are to be held back, to be made together} */
  boolean wanted() {
    return runs++ > 0 && refusal.isEmpty();
  }

  /** {@return the memory that it keeps} */
  Pinned memory() {
    return memory;
  }

  /** Makes no graph from now on. */
  void refuse(String reason) {
    refusal = reason;
  }

  /** {@return whether the launches were made as a graph; if not, they are to be made one by one} */
  boolean launch(Driver driver, long stream, List<Launched> all) {
    if (all.size() < FEWEST) {
      refuse(all.size() == 1 ? "it is one launch" : "it launches nothing");
      return false;
    }
    if (executable != 0 && !fits(all)) {
      close(driver, stream);
      if (++remade == MOST_MADE) {
        refuse("its kernels changed in " + remade + " of " + runs + " runs");
        return false;
      }
    }
    if (executable == 0) {
      make(driver, all);
    } else {
      changed = 0;
      for (int i = 0; i < all.size(); i++) {
        Launched one = all.get(i);
        if (!one.equals(last.get(i))) {
          driver.setGraphArguments(
              executable, nodes.get(i), one.function(), one.grid(), one.arguments());
          changed++;
        }
      }
    }
    driver.launchGraph(executable, stream);
    launched++;
    last = all;
    return true;
  }

  private boolean fits(List<Launched> all) {
    boolean fits = all.size() == last.size();
    for (int i = 0; fits && i < all.size(); i++) {
      fits = all.get(i).function() == last.get(i).function();
    }
    return fits;
  }

  private void make(Driver driver, List<Launched> all) {
    graph = driver.createGraph();
    long before = 0;
    for (Launched one : all) {
      before = driver.addLaunch(graph, before, one.function(), one.grid(), one.arguments());
      nodes.add(before);
    }
    executable = driver.instantiate(graph);
  }

  /** Gives the graph back, after its last launch has ended. */
  void close(Driver driver, long stream) {
    if (graph == 0) {
      return;
    }
    driver.synchronizeStream(stream);
    if (executable != 0) {
      driver.destroyExecutable(executable);
    }
    driver.destroyGraph(graph);
    nodes.clear();
    last = List.of();
    executable = 0;
    graph = 0;
  }

  /** {@return a sentence for tables} */
  String text() {
    if (!refusal.isEmpty()) {
      return "no CUDA graph: " + refusal;
    }
    if (executable == 0) {
      return "a second run makes its launches one CUDA graph";
    }
    return String.format(
        Locale.ROOT,
        "%d launches are one CUDA graph, launched %d times; %d of them got other arguments last",
        nodes.size(),
        launched,
        changed);
  }
}
