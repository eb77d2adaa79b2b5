package lazuli.gpu.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** Driver calls that JCuda has no binding for, through the foreign-function API. */
final class ForeignCalls {
  /** CU_MEMPOOL_ATTR_RELEASE_THRESHOLD. */
  private static final int RELEASE_THRESHOLD = 4;

  private final SymbolLookup library;

  ForeignCalls(SymbolLookup library) {
    this.library = library;
  }

  private MethodHandle find(String name, MemoryLayout... parameters) {
    MemorySegment symbol =
        library
            .find(name)
            .orElseThrow(
                () ->
                    new DriverException(
                        name, 500, "CUDA_ERROR_NOT_FOUND", "the driver has no such function"));
    return Linker.nativeLinker()
        .downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, parameters));
  }

  private static int invoke(MethodHandle handle, Object... arguments) {
    try {
      return (int) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  long defaultPool(int device) {
    MethodHandle call = find("cuDeviceGetDefaultMemPool", ADDRESS, JAVA_INT);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pool = arena.allocate(JAVA_LONG);
      JCudaCalls.check("cuDeviceGetDefaultMemPool", invoke(call, pool, device));
      return pool.get(JAVA_LONG, 0);
    }
  }

  void keepInPool(long pool, long bytes) {
    MethodHandle call = find("cuMemPoolSetAttribute", JAVA_LONG, JAVA_INT, ADDRESS);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(JAVA_LONG, bytes);
      JCudaCalls.check("cuMemPoolSetAttribute", invoke(call, pool, RELEASE_THRESHOLD, value));
    }
  }

  void trimPool(long pool, long keep) {
    MethodHandle call = find("cuMemPoolTrimTo", JAVA_LONG, JAVA_LONG);
    JCudaCalls.check("cuMemPoolTrimTo", invoke(call, pool, keep));
  }
}
