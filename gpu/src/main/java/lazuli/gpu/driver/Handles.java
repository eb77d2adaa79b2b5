package lazuli.gpu.driver;

import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;

/** JCuda's handles, which tell their native value to subclasses only. */
final class Handles {
  private Handles() {}

  /** {@return an address as JCuda takes it: no base, the address as the offset} */
  static CUdeviceptr address(long value) {
    return new CUdeviceptr().withByteOffset(value);
  }

  /** A context. */
  static final class Context extends CUcontext {
    long value() {
      return getNativePointer();
    }
  }

  /** A stream. */
  static final class Stream extends CUstream {
    long value() {
      return getNativePointer();
    }
  }

  /** An event. */
  static final class Event extends CUevent {
    long value() {
      return getNativePointer();
    }
  }

  /** A module. */
  static final class Module extends CUmodule {
    long value() {
      return getNativePointer();
    }
  }

  /** A kernel. */
  static final class Function extends CUfunction {
    long value() {
      return getNativePointer();
    }
  }

  /** A graph. */
  static final class Graph extends CUgraph {
    long value() {
      return getNativePointer();
    }
  }

  /** An instantiated graph. */
  static final class Executable extends CUgraphExec {
    long value() {
      return getNativePointer();
    }
  }

  /** Device memory. */
  static final class Memory extends CUdeviceptr {
    long value() {
      return getNativePointer();
    }
  }

  /** Page-locked host memory. */
  static final class HostMemory extends Pointer {
    long value() {
      return getNativePointer();
    }
  }
}
