package lazuli.gpu.driver;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The CUDA driver calls that Lazuli makes, with handles and device addresses as 64-bit numbers.
 *
 * <p>Every call may throw {@link DriverException}. Calls on memory, streams, events, modules and
 * graphs need a current context on the calling thread. Implementations may be used by several
 * threads.
 */
public interface Driver {
  /** {@return the highest CUDA version of the driver, such as 13000} */
  int version();

  /** {@return how many devices there are} */
  int deviceCount();

  /** {@return the product name} */
  String deviceName(int device);

  /** {@return an attribute, numbered as in CUdevice_attribute} */
  int attribute(int attribute, int device);

  /** {@return bytes of device memory} */
  long totalMemory(int device);

  /** {@return the device's address on the PCI bus, as nvidia-smi prints it} */
  String busId(int device);

  /** {@return the device's primary context, retained} */
  long retainContext(int device);

  /** Gives the primary context back. */
  void releaseContext(int device);

  /** Makes a context current on this thread. */
  void use(long context);

  /** Waits for everything on the current device. */
  void synchronize();

  /** {@return the free bytes of the current device} */
  long freeMemory();

  /** {@return device memory} */
  long allocate(long bytes);

  /** Gives device memory back; waits for the work that uses it. */
  void free(long address);

  /** {@return device memory that may be used by work on the stream from here on} */
  long allocateAsync(long bytes, long stream);

  /** Gives device memory back when the stream reaches this point. */
  void freeAsync(long address, long stream);

  /** {@return the pool that serves asynchronous allocations of a device} */
  long defaultPool(int device);

  /** Sets how many unused bytes a pool keeps when a stream is synchronised. */
  void keepInPool(long pool, long bytes);

  /** Shrinks a pool. */
  void trimPool(long pool, long keep);

  /** {@return page-locked host memory, which copies run from and to without waiting} */
  MemorySegment allocateHost(long bytes);

  /** Gives page-locked memory back. */
  void freeHost(MemorySegment memory);

  /** Copies from the host and waits. */
  void copyToDevice(long to, MemorySegment from);

  /** Copies to the host and waits. */
  void copyToHost(MemorySegment to, long from);

  /** Copies in order with the stream; the host memory must stay until then. */
  void copyToDeviceAsync(long to, MemorySegment from, long stream);

  /** Copies in order with the stream; the host memory is valid after a wait. */
  void copyToHostAsync(MemorySegment to, long from, long stream);

  /** Copies inside the device or between devices, in order with the stream. */
  void copyOnDeviceAsync(long to, long from, long bytes, long stream);

  /** Sets bytes in order with the stream. */
  void fillBytesAsync(long to, int value, long bytes, long stream);

  /** Sets 32-bit words in order with the stream. */
  void fillWordsAsync(long to, int value, long words, long stream);

  /** {@return a stream that does not wait for the default stream} */
  long createStream();

  /** Destroys a stream. */
  void destroyStream(long stream);

  /**
   * Waits for everything on the stream. The wait can be interrupted; the work goes on all the same.
   */
  void synchronizeStream(long stream);

  /** {@return whether everything on the stream is done} */
  boolean streamDone(long stream);

  /** Lets work that comes later on the stream wait for the event. */
  void waitFor(long stream, long event);

  /** {@return an event} */
  long createEvent(boolean timing);

  /** Destroys an event. */
  void destroyEvent(long event);

  /** Marks this point of the stream. */
  void record(long event, long stream);

  /**
   * Waits until the marked point was passed; can be interrupted like {@link #synchronizeStream}.
   */
  void synchronizeEvent(long event);

  /** {@return whether the marked point was passed} */
  boolean eventDone(long event);

  /** {@return milliseconds between two marked points} */
  float elapsedMillis(long start, long end);

  /**
   * {@return a module}
   *
   * @param image PTX text or a cubin
   */
  long loadModule(byte[] image);

  /**
   * {@return the machine code of a text, for the current device, which {@link #loadModule} takes}
   *
   * @param text PTX with a zero byte at its end
   */
  byte[] compile(byte[] text);

  /** Unloads a module. */
  void unloadModule(long module);

  /** {@return an entry of a module} */
  long function(long module, String name);

  /** {@return an attribute of a function, numbered as in CUfunction_attribute} */
  int functionAttribute(long function, int attribute);

  /** Sets an attribute of a function, such as its dynamic shared memory. */
  void setFunctionAttribute(long function, int attribute, int value);

  /** {@return how many blocks of a function fit one multiprocessor} */
  int blocksPerMultiprocessor(long function, int threads, long shared);

  /**
   * Launches a kernel.
   *
   * @param grid the grid and block
   * @param arguments Integer, Long, Float or Double, as the kernel declares them
   */
  void launch(long function, Grid grid, long stream, List<? extends Number> arguments);

  /**
   * The size of a launch.
   *
   * @param x blocks in x
   * @param y blocks in y
   * @param z blocks in z
   * @param threads threads of a block
   * @param shared bytes of dynamic shared memory
   */
  record Grid(int x, int y, int z, int threads, int shared) {}

  /** Begins to record the stream's work in a graph instead of doing it. */
  void beginCapture(long stream);

  /** {@return the recorded graph} */
  long endCapture(long stream);

  /** {@return an empty graph} */
  long createGraph();

  /**
   * {@return a new node of a graph: a kernel that runs after another one}
   *
   * @param graph the graph
   * @param after the node before it, 0 for the first
   * @param function the kernel
   * @param grid the grid and block
   * @param arguments as the kernel declares them
   */
  long addLaunch(
      long graph, long after, long function, Grid grid, List<? extends Number> arguments);

  /** {@return a graph that can be launched} */
  long instantiate(long graph);

  /** Launches all that a graph recorded. */
  void launchGraph(long executable, long stream);

  /** {@return the graph's nodes} */
  List<Long> graphNodes(long graph);

  /** Changes the arguments of a kernel in an instantiated graph. */
  void setGraphArguments(
      long executable, long node, long function, Grid grid, List<? extends Number> arguments);

  /** Destroys a graph. */
  void destroyGraph(long graph);

  /** Destroys an instantiated graph. */
  void destroyExecutable(long executable);
}
