package lazuli.gpu.sim;

import static lazuli.gpu.sim.SimErrors.INVALID_HANDLE;
import static lazuli.gpu.sim.SimErrors.INVALID_VALUE;
import static lazuli.gpu.sim.SimErrors.error;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.gpu.driver.Driver.Grid;

/**
 * Recorded work of the simulated driver. An instantiated graph has work of its own: changes reach
 * later launches of it alone. Guarded by the driver's lock.
 */
final class SimGraphs {
  /** Makes executions of launches. */
  interface Launcher {
    Runnable execution(SimKernels.Function function, Grid grid, byte[] arguments);
  }

  /** A recorded launch. */
  record Recorded(Launcher launcher, SimKernels.Function function, Grid grid, byte[] arguments)
      implements SimStreams.Step {
    @Override
    public Runnable again() {
      return launcher.execution(function, grid, arguments);
    }
  }

  private final Map<Long, Map<Long, SimStreams.Step>> graphs = new HashMap<>();
  private final Map<Long, Map<Long, SimStreams.Step>> executables = new HashMap<>();
  private long next = 5000;

  private static Map<Long, SimStreams.Step> known(
      Map<Long, Map<Long, SimStreams.Step>> all, long at, String call) {
    Map<Long, SimStreams.Step> work = all.get(at);
    if (work == null) {
      throw error(call, INVALID_HANDLE, "no graph " + at);
    }
    return work;
  }

  long create() {
    graphs.put(++next, new LinkedHashMap<>());
    return next;
  }

  long add(List<SimStreams.Step> work) {
    long graph = create();
    Map<Long, SimStreams.Step> nodes = known(graphs, graph, "cuStreamEndCapture");
    work.forEach(step -> nodes.put(++next, step));
    return graph;
  }

  /** {@return a node behind another one, or the first of a graph} */
  long add(long graph, long after, Recorded launch) {
    String call = "cuGraphAddKernelNode";
    Map<Long, SimStreams.Step> nodes = known(graphs, graph, call);
    long last = 0;
    for (long node : nodes.keySet()) {
      last = node;
    }
    if (after != last) {
      // A card would run them at the same time, or refuse.
      throw error(call, INVALID_VALUE, "node " + after + " is not the last of graph " + graph);
    }
    nodes.put(++next, launch);
    return next;
  }

  long instantiate(long graph) {
    executables.put(++next, new LinkedHashMap<>(known(graphs, graph, "cuGraphInstantiate")));
    return next;
  }

  List<SimStreams.Step> work(long executable) {
    return List.copyOf(known(executables, executable, "cuGraphLaunch").values());
  }

  List<Long> nodes(long graph) {
    return new ArrayList<>(known(graphs, graph, "cuGraphGetNodes").keySet());
  }

  void set(long executable, long node, Recorded launch) {
    String call = "cuGraphExecKernelNodeSetParams";
    Map<Long, SimStreams.Step> nodes = known(executables, executable, call);
    if (!(nodes.get(node) instanceof Recorded before)) {
      throw error(call, INVALID_HANDLE, "no kernel node " + node);
    }
    if (before.function().program != launch.function().program) {
      throw error(
          call,
          INVALID_VALUE,
          before.function().program.name() + " became " + launch.function().program.name());
    }
    nodes.put(node, launch);
  }

  void destroy(long graph) {
    SimErrors.handle("cuGraphDestroy", graphs.remove(graph) != null);
  }

  void destroyExecutable(long executable) {
    SimErrors.handle("cuGraphExecDestroy", executables.remove(executable) != null);
  }

  /** {@return a line for each graph that was not destroyed} */
  List<String> leaks() {
    List<String> lines = new ArrayList<>();
    graphs.keySet().forEach(g -> lines.add("graph " + g));
    executables.keySet().forEach(g -> lines.add("instantiated graph " + g));
    return lines;
  }
}
