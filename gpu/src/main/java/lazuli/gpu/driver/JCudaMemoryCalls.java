package lazuli.gpu.driver;

import static lazuli.gpu.driver.Handles.address;

import java.lang.foreign.MemorySegment;
import jcuda.driver.JCudaDriver;

/** Memory through JCuda, and through the foreign-function API where it lacks a call. */
abstract class JCudaMemoryCalls extends JCudaCalls {
  private final ForeignCalls foreign;

  JCudaMemoryCalls(ForeignCalls foreign) {
    this.foreign = foreign;
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
}
