package lazuli.gpu.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * A CUDA driver without a GPU. Memory, streams, events, modules and graphs follow the driver's
 * rules; kernels run in the interpreter when somebody waits for their stream.
 *
 * <p>A fault in a kernel loses the device, as on a card: every later call gives the same answer.
 * Tests can make the n-th allocation fail. Mutable; one lock guards all of it.
 */
public final class SimDriver extends SimKernelCalls {
  /**
   * Makes a driver.
   *
   * @param devices how many devices
   * @param bytes the memory of each
   */
  public SimDriver(int devices, long bytes) {
    super(devices, bytes);
  }

  /** Sets the order in which warps and blocks run. */
  public void seed(long seed) {
    machines.forEach(machine -> machine.seed(seed));
  }

  /** Loses the device, as if it had fallen off the bus. */
  public synchronized void lose(String why) {
    lost = new SimFault(why);
  }

  /** {@return a line for everything that was made and not given back} */
  public synchronized List<String> leaks() {
    List<String> lines = new ArrayList<>(memoryLeaks());
    lines.addAll(streams.leaks());
    lines.addAll(kernels.leaks());
    lines.addAll(graphs.leaks());
    return lines;
  }

  @Override
  public int version() {
    return 13000;
  }

  @Override
  public int deviceCount() {
    return memories.size();
  }

  @Override
  public String deviceName(int device) {
    known("cuDeviceGetName", device);
    return "simulated GPU";
  }

  @Override
  public int attribute(int attribute, int device) {
    known("cuDeviceGetAttribute", device);
    return switch (attribute) {
      case 75 -> 8; // compute capability, major
      case 76 -> 0;
      case 16 -> 4; // multiprocessors
      case 115 -> 1; // memory pools
      case 97 -> Machine.SHARED; // shared memory of a block, opted in
      case 1 -> 1024; // threads of a block
      case 10 -> 32; // lanes of a warp
      default -> 0;
    };
  }

  @Override
  public long totalMemory(int device) {
    known("cuDeviceTotalMem", device);
    return memories.get(device).total();
  }

  @Override
  public String busId(int device) {
    known("cuDeviceGetPCIBusId", device);
    return "0000:00:0" + device + ".0";
  }

  @Override
  public long retainContext(int device) {
    known("cuDevicePrimaryCtxRetain", device);
    return device + 1;
  }

  @Override
  public void releaseContext(int device) {
    known("cuDevicePrimaryCtxRelease", device);
  }

  @Override
  public void beginCapture(long stream) {
    act("cuStreamBeginCapture", () -> streams.capture(stream));
  }

  @Override
  public long endCapture(long stream) {
    return call("cuStreamEndCapture", () -> graphs.add(streams.captured(stream)));
  }

  @Override
  public long instantiate(long graph) {
    return call("cuGraphInstantiate", () -> graphs.instantiate(graph));
  }

  @Override
  public void launchGraph(long executable, long stream) {
    act("cuGraphLaunch", () -> graphs.work(executable).forEach(step -> streams.add(stream, step)));
  }

  @Override
  public List<Long> graphNodes(long graph) {
    return call("cuGraphGetNodes", () -> graphs.nodes(graph));
  }

  @Override
  public long createGraph() {
    return call("cuGraphCreate", graphs::create);
  }

  @Override
  public long addLaunch(
      long graph, long after, long function, Grid grid, List<? extends Number> arguments) {
    byte[] packed = call("cuGraphAddKernelNode", () -> kernels.pack(function, arguments));
    return addPacked(graph, after, function, grid, packed);
  }

  /** {@return a new node, with arguments as the kernel reads them} */
  public long addPacked(long graph, long after, long function, Grid grid, byte[] arguments) {
    return call(
        "cuGraphAddKernelNode",
        () -> graphs.add(graph, after, recorded(function, grid, arguments)));
  }

  @Override
  public void setGraphArguments(
      long executable, long node, long function, Grid grid, List<? extends Number> arguments) {
    byte[] packed = call("cuGraphExecKernelNodeSetParams", () -> kernels.pack(function, arguments));
    setGraphPacked(executable, node, function, grid, packed);
  }

  /** Changes a kernel in an instantiated graph, with arguments as the kernel reads them. */
  public void setGraphPacked(
      long executable, long node, long function, Grid grid, byte[] arguments) {
    act(
        "cuGraphExecKernelNodeSetParams",
        () -> graphs.set(executable, node, recorded(function, grid, arguments)));
  }

  @Override
  public void destroyGraph(long graph) {
    act("cuGraphDestroy", () -> graphs.destroy(graph));
  }

  @Override
  public void destroyExecutable(long executable) {
    act(
        "cuGraphExecDestroy",
        () -> {
          streams.drainAll();
          graphs.destroyExecutable(executable);
        });
  }
}
