package lazuli.gpu.sim;

import static lazuli.gpu.sim.SimErrors.INVALID_HANDLE;
import static lazuli.gpu.sim.SimErrors.error;
import static lazuli.gpu.sim.SimErrors.handle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lazuli.gpu.driver.Driver.Grid;

/** Recorded work of the simulated driver. Guarded by the driver's lock. */
final class SimGraphs {
  /** Executes a launch. */
  interface Launcher {
    void execute(SimKernels.Function function, Grid grid, byte[] arguments);
  }

  /** A recorded launch, whose arguments may change. */
  static final class Recorded implements Runnable {
    private final Launcher launcher;
    private final SimKernels.Function function;
    private Grid grid;
    private byte[] arguments;

    Recorded(Launcher launcher, SimKernels.Function function, Grid grid, byte[] arguments) {
      this.launcher = launcher;
      this.function = function;
      this.grid = grid;
      this.arguments = arguments;
    }

    @Override
    public void run() {
      launcher.execute(function, grid, arguments);
    }
  }

  private final Map<Long, List<Runnable>> graphs = new HashMap<>();
  private final Map<Long, Runnable> nodes = new HashMap<>();
  private final Map<Long, List<Runnable>> executables = new HashMap<>();
  private long next = 5000;

  private static List<Runnable> known(Map<Long, List<Runnable>> all, long at, String call) {
    List<Runnable> work = all.get(at);
    handle(call, work != null);
    return work == null ? List.of() : work;
  }

  long add(List<Runnable> work) {
    graphs.put(++next, work);
    return next;
  }

  long instantiate(long graph) {
    executables.put(++next, List.copyOf(known(graphs, graph, "cuGraphInstantiate")));
    return next;
  }

  List<Runnable> work(long executable) {
    return known(executables, executable, "cuGraphLaunch");
  }

  List<Long> nodes(long graph) {
    List<Long> handles = new ArrayList<>();
    for (Runnable step : known(graphs, graph, "cuGraphGetNodes")) {
      nodes.put(++next, step);
      handles.add(next);
    }
    return handles;
  }

  void set(long executable, long node, Grid grid, byte[] arguments) {
    known(executables, executable, "cuGraphExecKernelNodeSetParams");
    if (!(nodes.get(node) instanceof Recorded recorded)) {
      throw error("cuGraphExecKernelNodeSetParams", INVALID_HANDLE, "no kernel node");
    }
    recorded.grid = grid;
    recorded.arguments = arguments;
  }

  void destroy(long graph) {
    handle("cuGraphDestroy", graphs.remove(graph) != null);
  }

  void destroyExecutable(long executable) {
    handle("cuGraphExecDestroy", executables.remove(executable) != null);
  }

  /** {@return a line for each graph that was not destroyed} */
  List<String> leaks() {
    List<String> lines = new ArrayList<>();
    graphs.keySet().forEach(g -> lines.add("graph " + g));
    executables.keySet().forEach(g -> lines.add("instantiated graph " + g));
    return lines;
  }
}
