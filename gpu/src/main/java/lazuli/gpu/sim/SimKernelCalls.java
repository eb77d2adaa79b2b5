package lazuli.gpu.sim;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Modules, functions and launches of the simulated driver, and what the launches did. */
abstract class SimKernelCalls extends SimStreamCalls {
  private Counters counters = Counters.NONE;
  private final Map<String, Counters> byKernel = new TreeMap<>();

  SimKernelCalls(int devices, long bytes) {
    super(devices, bytes);
  }

  /** {@return what launches did since the last call, by kernel} */
  public synchronized Map<String, Counters> takeCounters() {
    Map<String, Counters> taken = new TreeMap<>(byKernel);
    byKernel.clear();
    counters = Counters.NONE;
    return taken;
  }

  /** {@return what all launches did since the counters were taken} */
  public synchronized Counters counters() {
    return counters;
  }

  @Override
  public long loadModule(byte[] image) {
    return call("cuModuleLoadData", () -> kernels.load(image));
  }

  /** The simulator's machine code is the text, with a word in front. */
  @Override
  public byte[] compile(byte[] text) {
    return call("cuLinkAddData", () -> kernels.compile(text));
  }

  @Override
  public void unloadModule(long module) {
    act("cuModuleUnload", () -> kernels.unload(module));
  }

  @Override
  public long function(long module, String name) {
    return call("cuModuleGetFunction", () -> kernels.find(module, name));
  }

  @Override
  public int functionAttribute(long function, int attribute) {
    return call("cuFuncGetAttribute", () -> kernels.attribute(function, attribute));
  }

  @Override
  public void setFunctionAttribute(long function, int attribute, int value) {
    act("cuFuncSetAttribute", () -> kernels.set(function, attribute, value));
  }

  @Override
  public int blocksPerMultiprocessor(long function, int threads, long shared) {
    return call(
        "cuOccupancyMaxActiveBlocksPerMultiprocessor",
        () -> (int) Math.min(2048 / threads, Machine.SHARED / Math.max(1024, shared)));
  }

  @Override
  public void launch(long function, Grid grid, long stream, List<? extends Number> arguments) {
    act(
        "cuLaunchKernel",
        () -> streams.add(stream, recorded(function, grid, kernels.pack(function, arguments))));
  }

  /** Launches with arguments as the kernel reads them. */
  public void launchPacked(long function, Grid grid, long stream, byte[] arguments) {
    act("cuLaunchKernel", () -> streams.add(stream, recorded(function, grid, arguments)));
  }

  final SimGraphs.Recorded recorded(long function, Grid grid, byte[] arguments) {
    SimKernels.Function known = kernels.launched(function, grid);
    return new SimGraphs.Recorded(this::execution, known, grid, arguments);
  }

  /** {@return the sizes of a kernel's parameters} */
  public int[] parameters(long function) {
    return call("cuFuncGetParamInfo", () -> kernels.parameters(function));
  }

  private Runnable execution(SimKernels.Function function, Grid grid, byte[] arguments) {
    Machine machine = machines.get(device());
    return new Runnable() {
      private Machine.@Nullable Running running;

      @Override
      public void run() {
        Machine.Running going = running;
        if (going == null) {
          going =
              machine.begin(
                  function.program,
                  new int[] {grid.x(), grid.y(), grid.z()},
                  new int[] {grid.threads(), 1, 1},
                  grid.shared(),
                  arguments);
          running = going;
        }
        Counters did = going.finish();
        counters = counters.plus(did);
        byKernel.merge(function.program.name(), did, Counters::plus);
      }
    };
  }
}
