package lazuli.gpu.sim;

import lazuli.gpu.driver.DriverException;

/** The driver's answers by number, as CUresult names them. */
final class SimErrors {
  static final int INVALID_VALUE = 1;
  static final int INVALID_IMAGE = 200;
  static final int INVALID_CONTEXT = 201;
  static final int INVALID_HANDLE = 400;
  static final int NOT_FOUND = 500;
  static final int LAUNCH_FAILED = 719;
  static final int CAPTURING = 900;

  private SimErrors() {}

  static DriverException error(String call, int code, String detail) {
    String name =
        switch (code) {
          case INVALID_VALUE -> "CUDA_ERROR_INVALID_VALUE";
          case DriverException.OUT_OF_MEMORY -> "CUDA_ERROR_OUT_OF_MEMORY";
          case INVALID_CONTEXT -> "CUDA_ERROR_INVALID_CONTEXT";
          case INVALID_IMAGE -> "CUDA_ERROR_INVALID_IMAGE";
          case INVALID_HANDLE -> "CUDA_ERROR_INVALID_HANDLE";
          case NOT_FOUND -> "CUDA_ERROR_NOT_FOUND";
          case LAUNCH_FAILED -> "CUDA_ERROR_LAUNCH_FAILED";
          case CAPTURING -> "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED";
          default -> "error " + code;
        };
    return new DriverException(call, code, name, detail);
  }

  static void handle(String call, boolean known) {
    if (!known) {
      throw error(call, INVALID_HANDLE, "no such handle");
    }
  }
}
