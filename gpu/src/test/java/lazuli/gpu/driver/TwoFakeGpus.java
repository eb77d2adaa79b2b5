package lazuli.gpu.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import lazuli.gpu.sim.SimDriver;
import org.jspecify.annotations.Nullable;

/** The driver's functions as C sees them, for a machine with two made-up GPUs. */
public final class TwoFakeGpus {
  static volatile int devices = 2;
  static volatile int initAnswer = 0;

  /** What everything else is answered by. */
  static volatile SimDriver driver = new SimDriver(2, 1L << 28);

  /** What went wrong inside an upcall, apart from the driver's own errors. */
  static volatile @Nullable Throwable problem;

  private TwoFakeGpus() {}

  public static int cuInit(int flags) {
    return initAnswer;
  }

  public static int cuDriverGetVersion(MemorySegment version) {
    version.reinterpret(4).set(JAVA_INT, 0, 13010);
    return 0;
  }

  public static int cuDeviceGetCount(MemorySegment count) {
    count.reinterpret(4).set(JAVA_INT, 0, devices);
    return 0;
  }

  public static int cuDeviceGet(MemorySegment device, int ordinal) {
    device.reinterpret(4).set(JAVA_INT, 0, ordinal);
    return ordinal < devices ? 0 : 101;
  }

  public static int cuDeviceGetName(MemorySegment name, int length, int device) {
    MemorySegment text = name.reinterpret(length);
    String s = "Fake GPU " + device;
    for (int i = 0; i < s.length(); i++) {
      text.set(JAVA_BYTE, i, (byte) s.charAt(i));
    }
    text.set(JAVA_BYTE, s.length(), (byte) 0);
    return 0;
  }

  public static int cuDeviceTotalMem_v2(MemorySegment bytes, int device) {
    bytes.reinterpret(8).set(JAVA_LONG, 0, (device + 1L) << 30);
    return 0;
  }

  public static int cuDeviceGetAttribute(MemorySegment value, int attribute, int device) {
    value.reinterpret(4).set(JAVA_INT, 0, attribute == 75 ? 9 : device); // 75: major, 76: minor
    return 0;
  }

  public static int cuDeviceGetPCIBusId(MemorySegment id, int length, int device) {
    return answer(() -> text(id, length, driver.busId(device)));
  }

  public static int cuDevicePrimaryCtxRetain(MemorySegment context, int device) {
    return answer(() -> put(context, driver.retainContext(device)));
  }

  public static int cuDevicePrimaryCtxRelease_v2(int device) {
    return answer(() -> driver.releaseContext(device));
  }

  public static int cuCtxSetCurrent(long context) {
    return answer(() -> driver.use(context));
  }

  public static int cuCtxSynchronize() {
    return answer(() -> driver.synchronize());
  }

  public static int cuMemGetInfo_v2(MemorySegment free, MemorySegment total) {
    return answer(() -> put(free, driver.freeMemory()));
  }

  public static int cuMemAlloc_v2(MemorySegment address, long bytes) {
    return answer(() -> put(address, driver.allocate(bytes)));
  }

  public static int cuMemFree_v2(long address) {
    return answer(() -> driver.free(address));
  }

  public static int cuMemAllocAsync(MemorySegment address, long bytes, long stream) {
    return answer(() -> put(address, driver.allocateAsync(bytes, stream)));
  }

  public static int cuMemFreeAsync(long address, long stream) {
    return answer(() -> driver.freeAsync(address, stream));
  }

  public static int cuDeviceGetDefaultMemPool(MemorySegment pool, int device) {
    return answer(() -> put(pool, driver.defaultPool(device)));
  }

  public static int cuMemPoolSetAttribute(long pool, int attribute, MemorySegment value) {
    return answer(() -> keep(pool, attribute, value));
  }

  public static int cuMemPoolTrimTo(long pool, long keep) {
    return answer(() -> driver.trimPool(pool, keep));
  }

  public static int cuMemAllocHost_v2(MemorySegment address, long bytes) {
    return answer(() -> put(address, driver.allocateHost(bytes).address()));
  }

  public static int cuMemFreeHost(MemorySegment address) {
    return answer(() -> driver.freeHost(address));
  }

  public static int cuMemcpyHtoD_v2(long to, MemorySegment from, long bytes) {
    return answer(() -> driver.copyToDevice(to, from.reinterpret(bytes)));
  }

  public static int cuMemcpyDtoH_v2(MemorySegment to, long from, long bytes) {
    return answer(() -> driver.copyToHost(to.reinterpret(bytes), from));
  }

  public static int cuMemcpyHtoDAsync_v2(long to, MemorySegment from, long bytes, long stream) {
    return answer(() -> driver.copyToDeviceAsync(to, from.reinterpret(bytes), stream));
  }

  public static int cuMemcpyDtoHAsync_v2(MemorySegment to, long from, long bytes, long stream) {
    return answer(() -> driver.copyToHostAsync(to.reinterpret(bytes), from, stream));
  }

  public static int cuMemcpyDtoDAsync_v2(long to, long from, long bytes, long stream) {
    return answer(() -> driver.copyOnDeviceAsync(to, from, bytes, stream));
  }

  public static int cuMemsetD8Async(long to, int value, long bytes, long stream) {
    return answer(() -> driver.fillBytesAsync(to, value, bytes, stream));
  }

  public static int cuMemsetD32Async(long to, int value, long words, long stream) {
    return answer(() -> driver.fillWordsAsync(to, value, words, stream));
  }

  public static int cuStreamCreate(MemorySegment stream, int flags) {
    return answer(() -> put(stream, driver.createStream()));
  }

  public static int cuStreamDestroy_v2(long stream) {
    return answer(() -> driver.destroyStream(stream));
  }

  public static int cuStreamSynchronize(long stream) {
    return answer(() -> driver.synchronizeStream(stream));
  }

  public static int cuStreamQuery(long stream) {
    return answer(() -> ready(driver.streamDone(stream)));
  }

  public static int cuStreamWaitEvent(long stream, long event, int flags) {
    return answer(() -> driver.waitFor(stream, event));
  }

  public static int cuEventCreate(MemorySegment event, int flags) {
    return answer(() -> put(event, driver.createEvent(flags == 0)));
  }

  public static int cuEventDestroy_v2(long event) {
    return answer(() -> driver.destroyEvent(event));
  }

  public static int cuEventRecord(long event, long stream) {
    return answer(() -> driver.record(event, stream));
  }

  public static int cuEventSynchronize(long event) {
    return answer(() -> driver.synchronizeEvent(event));
  }

  public static int cuEventQuery(long event) {
    return answer(() -> ready(driver.eventDone(event)));
  }

  public static int cuEventElapsedTime(MemorySegment millis, long start, long end) {
    return answer(() -> millis.reinterpret(4).set(JAVA_FLOAT, 0, driver.elapsedMillis(start, end)));
  }

  public static int cuModuleLoadData(MemorySegment module, MemorySegment image) {
    return answer(
        () ->
            put(
                module,
                driver.loadModule(
                    image
                        .reinterpret(Long.MAX_VALUE)
                        .getString(0)
                        .getBytes(StandardCharsets.UTF_8))));
  }

  public static int cuModuleUnload(long module) {
    return answer(() -> driver.unloadModule(module));
  }

  public static int cuModuleGetFunction(MemorySegment function, long module, MemorySegment name) {
    return answer(() -> put(function, driver.function(module, name.reinterpret(256).getString(0))));
  }

  public static int cuFuncGetAttribute(MemorySegment value, int attribute, long function) {
    return answer(
        () -> value.reinterpret(4).set(JAVA_INT, 0, driver.functionAttribute(function, attribute)));
  }

  public static int cuFuncSetAttribute(long function, int attribute, int value) {
    return answer(() -> driver.setFunctionAttribute(function, attribute, value));
  }

  public static int cuOccupancyMaxActiveBlocksPerMultiprocessor(
      MemorySegment blocks, long function, int threads, long shared) {
    return answer(
        () ->
            blocks
                .reinterpret(4)
                .set(JAVA_INT, 0, driver.blocksPerMultiprocessor(function, threads, shared)));
  }

  public static int cuLaunchKernel(
      long function,
      int gx,
      int gy,
      int gz,
      int bx,
      int by,
      int bz,
      int shared,
      long stream,
      MemorySegment params,
      MemorySegment extra) {
    return answer(
        () ->
            driver.launchPacked(
                function,
                new Driver.Grid(gx, gy, gz, bx * by * bz, shared),
                stream,
                packed(function, params)));
  }

  public static int cuStreamBeginCapture_v2(long stream, int mode) {
    return answer(() -> driver.beginCapture(stream));
  }

  public static int cuStreamEndCapture(long stream, MemorySegment graph) {
    return answer(() -> put(graph, driver.endCapture(stream)));
  }

  public static int cuGraphInstantiateWithFlags(MemorySegment executable, long graph, long flags) {
    return answer(() -> put(executable, driver.instantiate(graph)));
  }

  public static int cuGraphLaunch(long executable, long stream) {
    return answer(() -> driver.launchGraph(executable, stream));
  }

  public static int cuGraphGetNodes(long graph, MemorySegment nodes, MemorySegment count) {
    return answer(() -> nodes(driver.graphNodes(graph), nodes, count));
  }

  public static int cuGraphExecKernelNodeSetParams_v2(
      long executable, long node, MemorySegment params) {
    return answer(
        () -> {
          Launched l = Launched.of(params.reinterpret(56));
          driver.setGraphPacked(executable, node, l.function, l.grid, l.arguments);
        });
  }

  public static int cuGraphCreate(MemorySegment graph, int flags) {
    return answer(() -> put(graph, driver.createGraph()));
  }

  public static int cuGraphAddKernelNode_v2(
      MemorySegment node, long graph, MemorySegment before, long count, MemorySegment params) {
    return answer(
        () -> {
          Launched l = Launched.of(params.reinterpret(56));
          long after = count == 0 ? 0 : before.reinterpret(8).get(JAVA_LONG, 0);
          put(node, driver.addPacked(graph, after, l.function, l.grid, l.arguments));
        });
  }

  public static int cuGraphDestroy(long graph) {
    return answer(() -> driver.destroyGraph(graph));
  }

  public static int cuGraphExecDestroy(long executable) {
    return answer(() -> driver.destroyExecutable(executable));
  }

  private static volatile byte[] linking = new byte[0];
  private static volatile MemorySegment linked = MemorySegment.NULL;

  public static int cuLinkCreate_v2(
      int count, MemorySegment options, MemorySegment values, MemorySegment state) {
    return answer(() -> put(state, 77));
  }

  public static int cuLinkAddData_v2(
      long state,
      int type,
      MemorySegment data,
      long size,
      MemorySegment name,
      int count,
      MemorySegment options,
      MemorySegment values) {
    return answer(() -> linking = driver.compile(data.reinterpret(size).toArray(JAVA_BYTE)));
  }

  public static int cuLinkComplete(long state, MemorySegment code, MemorySegment size) {
    return answer(
        () -> {
          linked = java.lang.foreign.Arena.global().allocate(linking.length);
          linked.copyFrom(MemorySegment.ofArray(linking));
          put(code, linked.address());
          put(size, linking.length);
        });
  }

  public static int cuLinkDestroy(long state) {
    return state == 77 ? 0 : 400;
  }

  private static int answer(Runnable call) {
    try {
      call.run();
      return 0;
    } catch (DriverException e) {
      return e.code();
    } catch (RuntimeException | Error e) {
      // An exception must not leave an upcall.
      problem = e;
      return 999;
    }
  }

  private static void put(MemorySegment to, long value) {
    to.reinterpret(8).set(JAVA_LONG, 0, value);
  }

  private static void text(MemorySegment to, int length, String value) {
    to.reinterpret(length).setString(0, value);
  }

  private static void ready(boolean done) {
    if (!done) {
      throw new DriverException("query", DriverException.NOT_READY, "CUDA_ERROR_NOT_READY", "");
    }
  }

  private static void keep(long pool, int attribute, MemorySegment value) {
    driver.keepInPool(pool, value.reinterpret(8).get(JAVA_LONG, 0) + attribute);
  }

  private static void nodes(List<Long> known, MemorySegment to, MemorySegment count) {
    if (to.address() != 0) {
      for (int i = 0; i < known.size(); i++) {
        to.reinterpret(8L * known.size()).setAtIndex(JAVA_LONG, i, known.get(i));
      }
    }
    put(count, known.size());
  }

  /** {@return the arguments behind an array of pointers, as the kernel reads them} */
  private static byte[] packed(long function, MemorySegment pointers) {
    int[] sizes = driver.parameters(function);
    ByteBuffer out = ByteBuffer.allocate(8 * sizes.length).order(ByteOrder.LITTLE_ENDIAN);
    MemorySegment all = pointers.reinterpret(8L * sizes.length);
    int at = 0;
    for (int i = 0; i < sizes.length; i++) {
      at = (at + sizes[i] - 1) / sizes[i] * sizes[i];
      MemorySegment value =
          MemorySegment.ofAddress(all.getAtIndex(JAVA_LONG, i)).reinterpret(sizes[i]);
      MemorySegment.copy(value, 0, MemorySegment.ofBuffer(out), at, sizes[i]);
      at += sizes[i];
    }
    return Arrays.copyOf(out.array(), at);
  }

  /** CUDA_KERNEL_NODE_PARAMS: function, grid, block, shared memory, arguments. */
  private record Launched(long function, Driver.Grid grid, byte[] arguments) {
    static Launched of(MemorySegment p) {
      long function = p.get(JAVA_LONG, 0);
      Driver.Grid grid =
          new Driver.Grid(
              p.get(JAVA_INT, 8),
              p.get(JAVA_INT, 12),
              p.get(JAVA_INT, 16),
              p.get(JAVA_INT, 20) * p.get(JAVA_INT, 24) * p.get(JAVA_INT, 28),
              p.get(JAVA_INT, 32));
      MemorySegment arguments = MemorySegment.ofAddress(p.get(JAVA_LONG, 40));
      return new Launched(function, grid, packed(function, arguments));
    }
  }
}
