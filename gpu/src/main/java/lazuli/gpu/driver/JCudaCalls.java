package lazuli.gpu.driver;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.NativePointerObject;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * What all calls through JCuda share: its handles are objects; they are kept by their native value,
 * which is what callers hold. The map is the only state, and safe for several threads.
 */
abstract class JCudaCalls implements Driver {
  final Map<Long, NativePointerObject> handles = new ConcurrentHashMap<>();

  JCudaCalls() {
    JCudaDriver.setExceptionsEnabled(false);
  }

  static void check(String call, int rc) {
    if (rc != CUresult.CUDA_SUCCESS) {
      throw new DriverException(call, rc, CUresult.stringFor(rc), "");
    }
  }

  final long keep(NativePointerObject handle, long value) {
    handles.put(value, handle);
    return value;
  }

  final <T extends NativePointerObject> T handle(Class<T> type, long value) {
    NativePointerObject known = handles.get(value);
    if (!type.isInstance(known)) {
      throw new DriverException(
          type.getSimpleName(), 400, CUresult.stringFor(400), "no such handle: " + value);
    }
    return type.cast(known);
  }

  /** The default stream has no handle. */
  final CUstream stream(long value) {
    return value == 0 ? new CUstream() : handle(Handles.Stream.class, value);
  }
}
