package lazuli.gpu.sim;

import static lazuli.gpu.sim.SimErrors.INVALID_VALUE;
import static lazuli.gpu.sim.SimErrors.error;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import lazuli.gpu.driver.DriverException;

/** Memory of the simulated driver: device and page-locked, copies and fills. */
abstract class SimMemoryCalls extends SimCalls {
  private final TreeMap<Long, Arena> pinned = new TreeMap<>();
  private int failAfter;
  private int failures;

  SimMemoryCalls(int devices, long bytes) {
    super(devices, bytes);
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

  /** {@return a line for all memory that was taken and not given back} */
  final List<String> memoryLeaks() {
    List<String> lines = new ArrayList<>();
    memories.forEach(memory -> lines.addAll(memory.leaks()));
    pinned.keySet().forEach(a -> lines.add(String.format("pinned memory at 0x%x", a)));
    return lines;
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

  /**
   * Does something on the host when a stream reaches this point, as cuLaunchHostFunc does; here it
   * may use {@link #memory}.
   */
  public final void hostWork(long stream, Runnable work) {
    act("cuLaunchHostFunc", () -> streams.add(stream, work));
  }

  /** {@return device memory, for libraries that are simulated too} */
  public final MemorySegment memory(long address, long bytes, String use) {
    return at(address, bytes, use);
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
}
