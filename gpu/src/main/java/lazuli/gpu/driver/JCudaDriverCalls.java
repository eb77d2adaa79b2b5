package lazuli.gpu.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import jcuda.driver.CUdevice;
import jcuda.driver.CUgraphNode;
import jcuda.driver.JCudaDriver;

/**
 * The driver through JCuda, and through the foreign-function API where JCuda lacks a call. Made
 * after {@link DriverProbe} has loaded JCuda's binding privately.
 */
public final class JCudaDriverCalls extends JCudaKernelCalls {
  private static final int THREAD_LOCAL_CAPTURE = 1;

  private final AtomicLong nodeNumbers = new AtomicLong();

  /**
   * Makes the driver.
   *
   * @param foreign the calls that JCuda lacks
   */
  JCudaDriverCalls(ForeignCalls foreign) {
    super(foreign);
  }

  private static CUdevice device(int ordinal) {
    CUdevice device = new CUdevice();
    check("cuDeviceGet", JCudaDriver.cuDeviceGet(device, ordinal));
    return device;
  }

  @Override
  public int version() {
    int[] version = new int[1];
    check("cuDriverGetVersion", JCudaDriver.cuDriverGetVersion(version));
    return version[0];
  }

  @Override
  public int deviceCount() {
    int[] count = new int[1];
    check("cuDeviceGetCount", JCudaDriver.cuDeviceGetCount(count));
    return count[0];
  }

  @Override
  public String deviceName(int device) {
    byte[] name = new byte[256];
    check("cuDeviceGetName", JCudaDriver.cuDeviceGetName(name, name.length, device(device)));
    int end = 0;
    while (end < name.length && name[end] != 0) {
      end++;
    }
    return new String(name, 0, end, java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public int attribute(int attribute, int device) {
    int[] value = new int[1];
    check(
        "cuDeviceGetAttribute", JCudaDriver.cuDeviceGetAttribute(value, attribute, device(device)));
    return value[0];
  }

  @Override
  public long totalMemory(int device) {
    long[] bytes = new long[1];
    check("cuDeviceTotalMem", JCudaDriver.cuDeviceTotalMem(bytes, device(device)));
    return bytes[0];
  }

  @Override
  public String busId(int device) {
    String[] id = new String[1];
    check("cuDeviceGetPCIBusId", JCudaDriver.cuDeviceGetPCIBusId(id, 32, device(device)));
    return id[0];
  }

  @Override
  public long retainContext(int device) {
    Handles.Context context = new Handles.Context();
    check(
        "cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device(device)));
    return keep(context, context.value());
  }

  @Override
  public void releaseContext(int device) {
    check("cuDevicePrimaryCtxRelease", JCudaDriver.cuDevicePrimaryCtxRelease(device(device)));
  }

  @Override
  public void use(long context) {
    check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(handle(Handles.Context.class, context)));
  }

  @Override
  public void synchronize() {
    check("cuCtxSynchronize", JCudaDriver.cuCtxSynchronize());
  }

  @Override
  public long freeMemory() {
    long[] free = new long[1];
    long[] total = new long[1];
    check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, total));
    return free[0];
  }

  @Override
  public void beginCapture(long stream) {
    check(
        "cuStreamBeginCapture",
        JCudaDriver.cuStreamBeginCapture(stream(stream), THREAD_LOCAL_CAPTURE));
  }

  @Override
  public long endCapture(long stream) {
    Handles.Graph graph = new Handles.Graph();
    check("cuStreamEndCapture", JCudaDriver.cuStreamEndCapture(stream(stream), graph));
    return keep(graph, graph.value());
  }

  @Override
  public long createGraph() {
    Handles.Graph graph = new Handles.Graph();
    check("cuGraphCreate", JCudaDriver.cuGraphCreate(graph, 0));
    return keep(graph, graph.value());
  }

  @Override
  public long addLaunch(
      long graph, long after, long function, Grid grid, List<? extends Number> arguments) {
    CUgraphNode node = new CUgraphNode();
    CUgraphNode[] before =
        after == 0 ? new CUgraphNode[0] : new CUgraphNode[] {handle(CUgraphNode.class, after)};
    check(
        "cuGraphAddKernelNode",
        JCudaDriver.cuGraphAddKernelNode(
            node,
            handle(Handles.Graph.class, graph),
            before,
            before.length,
            params(function, grid, arguments)));
    return keep(node, nodeNumbers.decrementAndGet());
  }

  @Override
  public long instantiate(long graph) {
    Handles.Executable executable = new Handles.Executable();
    check(
        "cuGraphInstantiate",
        JCudaDriver.cuGraphInstantiate(executable, handle(Handles.Graph.class, graph), 0));
    return keep(executable, executable.value());
  }

  @Override
  public void launchGraph(long executable, long stream) {
    check(
        "cuGraphLaunch",
        JCudaDriver.cuGraphLaunch(handle(Handles.Executable.class, executable), stream(stream)));
  }

  @Override
  public List<Long> graphNodes(long graph) {
    long[] count = new long[1];
    Handles.Graph known = handle(Handles.Graph.class, graph);
    check("cuGraphGetNodes", JCudaDriver.cuGraphGetNodes(known, null, count));
    CUgraphNode[] nodes = new CUgraphNode[(int) count[0]];
    if (nodes.length > 0) {
      check("cuGraphGetNodes", JCudaDriver.cuGraphGetNodes(known, nodes, count));
    }
    List<Long> values = new ArrayList<>();
    for (CUgraphNode node : nodes) {
      // JCuda makes these objects itself and does not tell their value: they get numbers.
      values.add(keep(node, nodeNumbers.decrementAndGet()));
    }
    return values;
  }

  @Override
  public void setGraphArguments(
      long executable, long node, long function, Grid grid, List<? extends Number> arguments) {
    check(
        "cuGraphExecKernelNodeSetParams",
        JCudaDriver.cuGraphExecKernelNodeSetParams(
            handle(Handles.Executable.class, executable),
            handle(CUgraphNode.class, node),
            params(function, grid, arguments)));
  }

  @Override
  public void destroyGraph(long graph) {
    check("cuGraphDestroy", JCudaDriver.cuGraphDestroy(handle(Handles.Graph.class, graph)));
    handles.remove(graph);
  }

  @Override
  public void destroyExecutable(long executable) {
    check(
        "cuGraphExecDestroy",
        JCudaDriver.cuGraphExecDestroy(handle(Handles.Executable.class, executable)));
    handles.remove(executable);
  }
}
