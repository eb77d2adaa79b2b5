package lazuli.gpu.driver;

import static lazuli.gpu.driver.Handles.address;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUDA_KERNEL_NODE_PARAMS;
import jcuda.driver.CUdevice;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraphNode;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * The driver through JCuda, and through the foreign-function API where JCuda lacks a call. Made
 * after {@link DriverProbe} has loaded JCuda's binding privately.
 *
 * <p>JCuda's handles are objects; they are kept by their native value, which is what callers hold.
 * The map is the only state, and safe for several threads.
 */
public final class JCudaDriverCalls implements Driver {
  private static final int NON_BLOCKING = 1;
  private static final int NO_TIMING = 2;
  private static final int THREAD_LOCAL_CAPTURE = 1;

  private final Map<Long, NativePointerObject> handles = new ConcurrentHashMap<>();
  private final AtomicLong nodeNumbers = new AtomicLong();
  private final ForeignCalls foreign;

  /**
   * Makes the driver.
   *
   * @param foreign the calls that JCuda lacks
   */
  JCudaDriverCalls(ForeignCalls foreign) {
    this.foreign = foreign;
    JCudaDriver.setExceptionsEnabled(false);
  }

  static void check(String call, int rc) {
    if (rc != CUresult.CUDA_SUCCESS) {
      throw new DriverException(call, rc, CUresult.stringFor(rc), "");
    }
  }

  private long keep(NativePointerObject handle, long value) {
    handles.put(value, handle);
    return value;
  }

  private <T extends NativePointerObject> T handle(Class<T> type, long value) {
    NativePointerObject known = handles.get(value);
    if (!type.isInstance(known)) {
      throw new DriverException(
          type.getSimpleName(), 400, CUresult.stringFor(400), "no such handle: " + value);
    }
    return type.cast(known);
  }

  /** The default stream has no handle. */
  private CUstream stream(long value) {
    return value == 0 ? new CUstream() : handle(Handles.Stream.class, value);
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
  public long allocate(long bytes) {
    Handles.Memory memory = new Handles.Memory();
    check("cuMemAlloc", JCudaDriver.cuMemAlloc(memory, bytes));
    return memory.value();
  }

  @Override
  public void free(long at) {
    check("cuMemFree", JCudaDriver.cuMemFree(address(at)));
  }

  @Override
  public long allocateAsync(long bytes, long stream) {
    Handles.Memory memory = new Handles.Memory();
    check("cuMemAllocAsync", JCudaDriver.cuMemAllocAsync(memory, bytes, stream(stream)));
    return memory.value();
  }

  @Override
  public void freeAsync(long at, long stream) {
    check("cuMemFreeAsync", JCudaDriver.cuMemFreeAsync(address(at), stream(stream)));
  }

  @Override
  public long defaultPool(int device) {
    return foreign.defaultPool(device);
  }

  @Override
  public void keepInPool(long pool, long bytes) {
    foreign.keepInPool(pool, bytes);
  }

  @Override
  public void trimPool(long pool, long keep) {
    foreign.trimPool(pool, keep);
  }

  @Override
  public MemorySegment allocateHost(long bytes) {
    Handles.HostMemory memory = new Handles.HostMemory();
    check("cuMemAllocHost", JCudaDriver.cuMemAllocHost(memory, bytes));
    return MemorySegment.ofAddress(memory.value()).reinterpret(bytes);
  }

  @Override
  public void freeHost(MemorySegment memory) {
    check("cuMemFreeHost", JCudaDriver.cuMemFreeHost(address(memory.address())));
  }

  @Override
  public void copyToDevice(long to, MemorySegment from) {
    check(
        "cuMemcpyHtoD",
        JCudaDriver.cuMemcpyHtoD(address(to), address(from.address()), from.byteSize()));
  }

  @Override
  public void copyToHost(MemorySegment to, long from) {
    check(
        "cuMemcpyDtoH",
        JCudaDriver.cuMemcpyDtoH(address(to.address()), address(from), to.byteSize()));
  }

  @Override
  public void copyToDeviceAsync(long to, MemorySegment from, long stream) {
    check(
        "cuMemcpyHtoDAsync",
        JCudaDriver.cuMemcpyHtoDAsync(
            address(to), address(from.address()), from.byteSize(), stream(stream)));
  }

  @Override
  public void copyToHostAsync(MemorySegment to, long from, long stream) {
    check(
        "cuMemcpyDtoHAsync",
        JCudaDriver.cuMemcpyDtoHAsync(
            address(to.address()), address(from), to.byteSize(), stream(stream)));
  }

  @Override
  public void copyOnDeviceAsync(long to, long from, long bytes, long stream) {
    check(
        "cuMemcpyDtoDAsync",
        JCudaDriver.cuMemcpyDtoDAsync(address(to), address(from), bytes, stream(stream)));
  }

  @Override
  public void fillBytesAsync(long to, int value, long bytes, long stream) {
    check(
        "cuMemsetD8Async",
        JCudaDriver.cuMemsetD8Async(address(to), (byte) value, bytes, stream(stream)));
  }

  @Override
  public void fillWordsAsync(long to, int value, long words, long stream) {
    check(
        "cuMemsetD32Async",
        JCudaDriver.cuMemsetD32Async(address(to), value, words, stream(stream)));
  }

  @Override
  public long createStream() {
    Handles.Stream stream = new Handles.Stream();
    check("cuStreamCreate", JCudaDriver.cuStreamCreate(stream, NON_BLOCKING));
    return keep(stream, stream.value());
  }

  @Override
  public void destroyStream(long stream) {
    check("cuStreamDestroy", JCudaDriver.cuStreamDestroy(stream(stream)));
    handles.remove(stream);
  }

  @Override
  public void synchronizeStream(long stream) {
    check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream(stream)));
  }

  @Override
  public boolean streamDone(long stream) {
    return done("cuStreamQuery", JCudaDriver.cuStreamQuery(stream(stream)));
  }

  private static boolean done(String call, int rc) {
    if (rc == DriverException.NOT_READY) {
      return false;
    }
    check(call, rc);
    return true;
  }

  @Override
  public void waitFor(long stream, long event) {
    check(
        "cuStreamWaitEvent",
        JCudaDriver.cuStreamWaitEvent(stream(stream), handle(Handles.Event.class, event), 0));
  }

  @Override
  public long createEvent(boolean timing) {
    Handles.Event event = new Handles.Event();
    check("cuEventCreate", JCudaDriver.cuEventCreate(event, timing ? 0 : NO_TIMING));
    return keep(event, event.value());
  }

  @Override
  public void destroyEvent(long event) {
    check("cuEventDestroy", JCudaDriver.cuEventDestroy(handle(Handles.Event.class, event)));
    handles.remove(event);
  }

  @Override
  public void record(long event, long stream) {
    check(
        "cuEventRecord",
        JCudaDriver.cuEventRecord(handle(Handles.Event.class, event), stream(stream)));
  }

  @Override
  public void synchronizeEvent(long event) {
    check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(handle(Handles.Event.class, event)));
  }

  @Override
  public boolean eventDone(long event) {
    return done("cuEventQuery", JCudaDriver.cuEventQuery(handle(Handles.Event.class, event)));
  }

  @Override
  public float elapsedMillis(long start, long end) {
    float[] millis = new float[1];
    check(
        "cuEventElapsedTime",
        JCudaDriver.cuEventElapsedTime(
            millis, handle(Handles.Event.class, start), handle(Handles.Event.class, end)));
    return millis[0];
  }

  @Override
  public long loadModule(byte[] image) {
    Handles.Module module = new Handles.Module();
    check("cuModuleLoadData", JCudaDriver.cuModuleLoadData(module, image));
    return keep(module, module.value());
  }

  @Override
  public byte[] compile(byte[] text) {
    return JCudaLinker.compile(text);
  }

  @Override
  public void unloadModule(long module) {
    check("cuModuleUnload", JCudaDriver.cuModuleUnload(handle(Handles.Module.class, module)));
    handles.remove(module);
  }

  @Override
  public long function(long module, String name) {
    Handles.Function function = new Handles.Function();
    check(
        "cuModuleGetFunction",
        JCudaDriver.cuModuleGetFunction(function, handle(Handles.Module.class, module), name));
    return keep(function, function.value());
  }

  private CUfunction function(long value) {
    return handle(Handles.Function.class, value);
  }

  @Override
  public int functionAttribute(long function, int attribute) {
    int[] value = new int[1];
    check(
        "cuFuncGetAttribute", JCudaDriver.cuFuncGetAttribute(value, attribute, function(function)));
    return value[0];
  }

  @Override
  public void setFunctionAttribute(long function, int attribute, int value) {
    check(
        "cuFuncSetAttribute", JCudaDriver.cuFuncSetAttribute(function(function), attribute, value));
  }

  @Override
  public int blocksPerMultiprocessor(long function, int threads, long shared) {
    int[] blocks = new int[1];
    check(
        "cuOccupancyMaxActiveBlocksPerMultiprocessor",
        JCudaDriver.cuOccupancyMaxActiveBlocksPerMultiprocessor(
            blocks, function(function), threads, shared));
    return blocks[0];
  }

  private static Pointer pointers(List<? extends Number> arguments) {
    NativePointerObject[] all = new NativePointerObject[arguments.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] =
          switch (arguments.get(i)) {
            case Integer x -> Pointer.to(new int[] {x});
            case Long x -> Pointer.to(new long[] {x});
            case Float x -> Pointer.to(new float[] {x});
            case Double x -> Pointer.to(new double[] {x});
            default ->
                throw new IllegalArgumentException(
                    arguments.get(i).getClass().getSimpleName() + " is no kernel argument");
          };
    }
    return Pointer.to(all);
  }

  @Override
  public void launch(long function, Grid grid, long stream, List<? extends Number> arguments) {
    check(
        "cuLaunchKernel",
        JCudaDriver.cuLaunchKernel(
            function(function),
            grid.x(),
            grid.y(),
            grid.z(),
            grid.threads(),
            1,
            1,
            grid.shared(),
            stream(stream),
            pointers(arguments),
            null));
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
    CUDA_KERNEL_NODE_PARAMS params = new CUDA_KERNEL_NODE_PARAMS();
    params.func = function(function);
    params.gridDimX = grid.x();
    params.gridDimY = grid.y();
    params.gridDimZ = grid.z();
    params.blockDimX = grid.threads();
    params.blockDimY = 1;
    params.blockDimZ = 1;
    params.sharedMemBytes = grid.shared();
    params.kernelParams = pointers(arguments);
    check(
        "cuGraphExecKernelNodeSetParams",
        JCudaDriver.cuGraphExecKernelNodeSetParams(
            handle(Handles.Executable.class, executable), handle(CUgraphNode.class, node), params));
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
