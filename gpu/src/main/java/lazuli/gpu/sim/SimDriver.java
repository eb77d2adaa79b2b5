package lazuli.gpu.sim;

import static lazuli.gpu.sim.SimErrors.INVALID_CONTEXT;
import static lazuli.gpu.sim.SimErrors.INVALID_VALUE;
import static lazuli.gpu.sim.SimErrors.LAUNCH_FAILED;
import static lazuli.gpu.sim.SimErrors.error;
import static lazuli.gpu.sim.SimErrors.handle;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.driver.DriverException;
import org.jspecify.annotations.Nullable;

/**
 * A CUDA driver without a GPU. Memory, streams, events, modules and graphs follow the driver's
 * rules; kernels run in the interpreter when somebody waits for their stream.
 *
 * <p>A fault in a kernel loses the device, as on a card: every later call gives the same answer.
 * Tests can make the n-th allocation fail. Mutable; one lock guards all of it.
 */
public final class SimDriver implements Driver {
  private static final int SUCCESS = 0;

  private final List<DeviceMemory> memories = new ArrayList<>();
  private final List<Machine> machines = new ArrayList<>();
  private final SimStreams streams = new SimStreams();
  private final SimKernels kernels = new SimKernels();
  private final SimGraphs graphs = new SimGraphs();
  private final TreeMap<Long, Arena> pinned = new TreeMap<>();
  private final ThreadLocal<Long> current = ThreadLocal.withInitial(() -> 0L);
  private int failAfter;
  private int failures;
  private @Nullable SimFault lost;
  private Counters counters = Counters.NONE;
  private final Map<String, Counters> byKernel = new TreeMap<>();

  /**
   * Makes a driver.
   *
   * @param devices how many devices
   * @param bytes the memory of each
   */
  public SimDriver(int devices, long bytes) {
    for (int i = 0; i < devices; i++) {
      DeviceMemory memory = new DeviceMemory(bytes);
      memories.add(memory);
      machines.add(new Machine(memory));
    }
  }

  /** Sets the order in which warps and blocks run. */
  public void seed(long seed) {
    machines.forEach(machine -> machine.seed(seed));
  }

  /** Lets the n-th allocation from now on fail for want of memory; 0 is the next. */
  public void failAllocation(int n) {
    failAllocations(n, 1);
  }

  /** Lets allocations fail for want of memory: many of them, after so many that succeed. */
  public synchronized void failAllocations(int after, int many) {
    failAfter = after;
    failures = many;
  }

  /** Loses the device, as if it had fallen off the bus. */
  public synchronized void lose(String why) {
    lost = new SimFault(why);
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

  /** {@return a line for everything that was made and not given back} */
  public synchronized List<String> leaks() {
    List<String> lines = new ArrayList<>();
    memories.forEach(memory -> lines.addAll(memory.leaks()));
    lines.addAll(streams.leaks());
    pinned.keySet().forEach(a -> lines.add(String.format("pinned memory at 0x%x", a)));
    lines.addAll(kernels.leaks());
    lines.addAll(graphs.leaks());
    return lines;
  }

  /** Runs a call that needs a live device; faults lose it. */
  private synchronized <T> T call(String name, Supplier<T> body) {
    SimFault before = lost;
    if (before != null) {
      throw error(name, LAUNCH_FAILED, String.valueOf(before.getMessage()));
    }
    if (current.get() == 0) {
      throw error(name, INVALID_CONTEXT, "no context is current on this thread");
    }
    try {
      return body.get();
    } catch (SimFault fault) {
      lost = fault;
      throw error(name, LAUNCH_FAILED, String.valueOf(fault.getMessage()));
    }
  }

  private void act(String name, Runnable body) {
    Integer done =
        call(
            name,
            () -> {
              body.run();
              return SUCCESS;
            });
    if (done != SUCCESS) {
      throw new IllegalStateException(name);
    }
  }

  private int device() {
    return (int) (current.get() - 1);
  }

  @Override
  public int version() {
    return 13000;
  }

  @Override
  public int deviceCount() {
    return memories.size();
  }

  private void known(String call, int device) {
    if (device < 0 || device >= memories.size()) {
      throw error(call, 101, "device " + device + " of " + memories.size());
    }
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
  public void use(long context) {
    current.set(context);
  }

  @Override
  public void synchronize() {
    act("cuCtxSynchronize", streams::drainAll);
  }

  @Override
  public long freeMemory() {
    return call(
        "cuMemGetInfo", () -> memories.get(device()).total() - memories.get(device()).used());
  }

  @Override
  public long allocate(long bytes) {
    return call("cuMemAlloc", () -> fresh("cuMemAlloc", bytes));
  }

  private long fresh(String call, long bytes) {
    if (bytes <= 0) {
      throw error(call, INVALID_VALUE, bytes + " bytes");
    }
    boolean fails = failures > 0 && failAfter-- <= 0;
    failures -= fails ? 1 : 0;
    long address = fails ? 0 : memories.get(device()).allocate(bytes);
    if (address == 0) {
      DeviceMemory memory = memories.get(device());
      throw error(
          call,
          DriverException.OUT_OF_MEMORY,
          bytes + " bytes beside " + memory.used() + " of " + memory.total());
    }
    return address;
  }

  @Override
  public void free(long address) {
    act(
        "cuMemFree",
        () -> {
          streams.drainAll();
          released("cuMemFree", address);
        });
  }

  private void released(String call, long address) {
    for (DeviceMemory memory : memories) {
      if (memory.free(address)) {
        return;
      }
    }
    throw error(call, INVALID_VALUE, memories.getFirst().explain(address, 1));
  }

  @Override
  public long allocateAsync(long bytes, long stream) {
    return call(
        "cuMemAllocAsync",
        () -> {
          DeviceMemory memory = memories.get(device());
          if (memory.used() + bytes > memory.total()) {
            // What the stream gives back before this point serves it.
            streams.drain(stream);
          }
          return fresh("cuMemAllocAsync", bytes);
        });
  }

  @Override
  public void freeAsync(long address, long stream) {
    act("cuMemFreeAsync", () -> streams.add(stream, () -> released("cuMemFreeAsync", address)));
  }

  @Override
  public long defaultPool(int device) {
    return device + 1;
  }

  @Override
  public void keepInPool(long pool, long bytes) {}

  @Override
  public void trimPool(long pool, long keep) {}

  @Override
  public MemorySegment allocateHost(long bytes) {
    return call(
        "cuMemAllocHost",
        () -> {
          Arena arena = Arena.ofShared();
          MemorySegment memory = arena.allocate(bytes, 64);
          pinned.put(memory.address(), arena);
          return memory;
        });
  }

  @Override
  public void freeHost(MemorySegment memory) {
    act(
        "cuMemFreeHost",
        () -> {
          streams.drainAll();
          Arena arena = pinned.remove(memory.address());
          if (arena == null) {
            throw error("cuMemFreeHost", INVALID_VALUE, "not allocated here");
          }
          arena.close();
        });
  }

  private MemorySegment at(long address, long bytes, String use) {
    for (DeviceMemory memory : memories) {
      if (memory.find(address, bytes) != null) {
        return memory.at(address, bytes, use);
      }
    }
    return memories.get(device()).at(address, bytes, use);
  }

  @Override
  public void copyToDevice(long to, MemorySegment from) {
    act("cuMemcpyHtoD", () -> at(to, from.byteSize(), "cuMemcpyHtoD").copyFrom(from));
  }

  @Override
  public void copyToHost(MemorySegment to, long from) {
    act("cuMemcpyDtoH", () -> to.copyFrom(at(from, to.byteSize(), "cuMemcpyDtoH")));
  }

  @Override
  public void copyToDeviceAsync(long to, MemorySegment from, long stream) {
    act(
        "cuMemcpyHtoDAsync",
        () ->
            streams.add(stream, () -> at(to, from.byteSize(), "cuMemcpyHtoDAsync").copyFrom(from)));
  }

  @Override
  public void copyToHostAsync(MemorySegment to, long from, long stream) {
    act(
        "cuMemcpyDtoHAsync",
        () -> streams.add(stream, () -> to.copyFrom(at(from, to.byteSize(), "cuMemcpyDtoHAsync"))));
  }

  @Override
  public void copyOnDeviceAsync(long to, long from, long bytes, long stream) {
    act(
        "cuMemcpyDtoDAsync",
        () ->
            streams.add(
                stream,
                () ->
                    at(to, bytes, "cuMemcpyDtoDAsync")
                        .copyFrom(at(from, bytes, "cuMemcpyDtoDAsync"))));
  }

  @Override
  public void fillBytesAsync(long to, int value, long bytes, long stream) {
    act(
        "cuMemsetD8Async",
        () -> streams.add(stream, () -> at(to, bytes, "cuMemsetD8Async").fill((byte) value)));
  }

  @Override
  public void fillWordsAsync(long to, int value, long words, long stream) {
    act(
        "cuMemsetD32Async",
        () ->
            streams.add(
                stream,
                () -> {
                  MemorySegment memory = at(to, 4 * words, "cuMemsetD32Async");
                  for (long i = 0; i < words; i++) {
                    memory.setAtIndex(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED, i, value);
                  }
                }));
  }

  @Override
  public long createStream() {
    return call("cuStreamCreate", streams::createStream);
  }

  @Override
  public void destroyStream(long stream) {
    act("cuStreamDestroy", () -> handle("cuStreamDestroy", streams.destroyStream(stream)));
  }

  @Override
  public void synchronizeStream(long stream) {
    act("cuStreamSynchronize", () -> streams.drain(stream));
  }

  @Override
  public boolean streamDone(long stream) {
    return call("cuStreamQuery", () -> streams.done(stream));
  }

  @Override
  public void waitFor(long stream, long event) {
    act("cuStreamWaitEvent", () -> streams.waitFor(stream, event));
  }

  @Override
  public long createEvent(boolean timing) {
    return call("cuEventCreate", streams::createEvent);
  }

  @Override
  public void destroyEvent(long event) {
    act("cuEventDestroy", () -> handle("cuEventDestroy", streams.destroyEvent(event)));
  }

  @Override
  public void record(long event, long stream) {
    act("cuEventRecord", () -> streams.record(event, stream));
  }

  @Override
  public void synchronizeEvent(long event) {
    act("cuEventSynchronize", () -> streams.reach(event));
  }

  @Override
  public boolean eventDone(long event) {
    return call("cuEventQuery", () -> streams.passed(event));
  }

  @Override
  public float elapsedMillis(long start, long end) {
    return call(
        "cuEventElapsedTime",
        () -> {
          if (!streams.passed(start) || !streams.passed(end)) {
            throw error("cuEventElapsedTime", DriverException.NOT_READY, "not both passed");
          }
          return (streams.nanos(end) - streams.nanos(start)) / 1e6f;
        });
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

  private SimGraphs.Recorded recorded(long function, Grid grid, byte[] arguments) {
    SimKernels.Function known = kernels.launched(function, grid);
    return new SimGraphs.Recorded(this::execute, known, grid, arguments);
  }

  /** {@return the sizes of a kernel's parameters} */
  public int[] parameters(long function) {
    return call("cuFuncGetParamInfo", () -> kernels.parameters(function));
  }

  private void execute(SimKernels.Function function, Grid grid, byte[] arguments) {
    Counters did =
        machines
            .get(device())
            .run(
                function.program,
                new int[] {grid.x(), grid.y(), grid.z()},
                new int[] {grid.threads(), 1, 1},
                grid.shared(),
                arguments);
    counters = counters.plus(did);
    byKernel.merge(function.program.name(), did, Counters::plus);
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
  public void setGraphArguments(
      long executable, long node, long function, Grid grid, List<? extends Number> arguments) {
    byte[] packed = call("cuGraphExecKernelNodeSetParams", () -> kernels.pack(function, arguments));
    setGraphPacked(executable, node, grid, packed);
  }

  /** Changes a kernel in an instantiated graph, with arguments as the kernel reads them. */
  public void setGraphPacked(long executable, long node, Grid grid, byte[] arguments) {
    act("cuGraphExecKernelNodeSetParams", () -> graphs.set(executable, node, grid, arguments));
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
