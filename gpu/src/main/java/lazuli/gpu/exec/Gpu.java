package lazuli.gpu.exec;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import lazuli.array.backend.Backend;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.driver.DriverException;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.PtxVersion;
import org.jspecify.annotations.Nullable;

/**
 * One device with two streams: launches follow each other on one, copies to the device run beside
 * them on the other, and events order what must be ordered. Nothing waits before somebody reads.
 * Mutable: the compiled kernels, the streams and what is under way on them. The evaluator calls it
 * from one thread at a time; compiled kernels may be asked for from several.
 */
public final class Gpu {
  private static final int MULTIPROCESSORS = 16;
  private static final int MEMORY_POOLS = 115;
  private static final int DYNAMIC_SHARED = 8;
  private static final int SHARED_WITHOUT_ASKING = 48 * 1024;

  private final Supplier<? extends Driver> opened;
  private @Nullable Driver driver;
  private final Device device;
  private final int index;
  private final String title;
  private long context;
  private long stream;
  private int multiprocessors;
  private final Map<Object, Long> functions = new ConcurrentHashMap<>();
  private final GpuPool pool;
  private final Staging up = new Staging();
  private final Staging down = new Staging();
  private final UnderWay underWay = new UnderWay();
  private final Batches batches;
  private final Faults faults = new Faults();
  private long uploads;
  private long ready;
  private long arrived;
  private @Nullable KernelCache kernels;
  private boolean ordered;
  private boolean measures;

  /**
   * Describes a device; nothing is opened before it is needed.
   *
   * @param opened opens the driver, once, when it is first needed
   * @param kind {@code cuda} or {@code sim}
   * @param index which device
   * @param title the product name
   * @param limit the most bytes to use
   */
  public Gpu(Supplier<? extends Driver> opened, String kind, int index, String title, long limit) {
    this.opened = opened;
    this.index = index;
    this.title = title;
    device = new Device(kind, index);
    measures = kind.equals("cuda");
    pool = new GpuPool(this, limit);
    batches = new Batches(pool);
  }

  /** {@return the device} */
  public Device device() {
    return device;
  }

  /** {@return the product name} */
  public String title() {
    return title;
  }

  /** {@return its memory} */
  public GpuPool pool() {
    return pool;
  }

  /** {@return how many multiprocessors it has} */
  public int multiprocessors() {
    driver();
    return multiprocessors;
  }

  /** {@return the driver, with the device's context current on this thread} */
  synchronized Driver driver() {
    Driver open = driver;
    if (open == null) {
      open = opened.get();
      context = open.retainContext(index);
      open.use(context);
      stream = open.createStream();
      multiprocessors = open.attribute(MULTIPROCESSORS, index);
      ordered = open.attribute(MEMORY_POOLS, index) != 0;
      if (ordered) {
        // What is kept for reuse is counted here: the driver need not give it back by itself.
        open.keepInPool(open.defaultPool(index), Long.MAX_VALUE);
      }
      driver = open;
    }
    open.use(context);
    return open;
  }

  /**
   * {@return a compiled kernel}
   *
   * @param key tells it from every other, by {@code equals}
   * @param written writes it, called once for each key
   */
  public long function(Object key, Supplier<Code> written) {
    Long known = functions.get(key);
    if (known != null) {
      return known;
    }
    Code code = written.get();
    try {
      int version = PtxVersion.chosen(driver().version(), PtxVersion.LEAST);
      String text = Code.module(version, "sm_80", List.of(code));
      byte[] image = (text + '\0').getBytes(StandardCharsets.UTF_8);
      long module = driver().loadModule(kernels == null ? image : compiled(kernels, image));
      long function = driver().function(module, code.name());
      functions.put(key, function);
      return function;
    } catch (DriverException e) {
      throw told(e, "compiling " + code.name());
    }
  }

  private byte[] compiled(KernelCache kept, byte[] image) {
    byte[] code = kept.find(image);
    if (code.length == 0) {
      code = driver().compile(image);
      kept.keep(image, code);
    }
    return code;
  }

  /** Keeps compiled kernels for the next process, from now on. */
  public void keepKernels(KernelCache cache) {
    kernels = cache;
  }

  /** {@return how many kernels were compiled so far} */
  public int compiled() {
    return functions.size();
  }

  /**
   * Launches a kernel after everything that was asked for before.
   *
   * @param op the operation, for errors
   * @param function the kernel
   * @param grid blocks and threads
   * @param arguments as the kernel declares them
   */
  public void launch(String op, long function, Driver.Grid grid, List<? extends Number> arguments) {
    try {
      if (grid.shared() > SHARED_WITHOUT_ASKING) {
        driver().setFunctionAttribute(function, DYNAMIC_SHARED, grid.shared());
      }
      Driver open = driver();
      if (!batches.hold(op, function, grid, arguments)) {
        open.launch(function, grid, stream, arguments);
      }
      underWay.add(op);
    } catch (DriverException e) {
      throw told(e, op);
    }
  }

  /**
   * Copies host memory to the device; the host memory may change at once, nothing is waited for.
   * Launches that come later see the copy. It runs beside launches that came before, as far as the
   * memory was not in use by them when the pool handed it out.
   */
  public void write(long to, MemorySegment from) {
    if (from.byteSize() == 0) {
      return;
    }
    try {
      synchronized (up) {
        Driver open = flushed("");
        if (uploads == 0) {
          uploads = open.createStream();
        }
        if (ready == 0) {
          ready = open.createEvent(false);
          arrived = open.createEvent(false);
        }
        if (!underWay.over(pool.since(to))) {
          open.record(ready, stream);
          open.waitFor(uploads, ready);
        }
        up.write(open, to, from, uploads);
        open.record(arrived, uploads);
        open.waitFor(stream, arrived);
        underWay.add("copy to " + device);
      }
    } catch (DriverException e) {
      throw told(e, "copy to " + device);
    }
  }

  /** Copies device memory to the host, after everything that was asked for before. */
  public void read(long from, MemorySegment to) {
    if (to.byteSize() == 0) {
      return;
    }
    try {
      synchronized (down) {
        long point = underWay.now();
        down.read(flushed(""), from, to, stream);
        underWay.passed(point);
      }
    } catch (DriverException e) {
      throw told(e, "copy from " + device);
    }
  }

  /** {@return device memory for work that comes later on the stream} */
  long allocate(long bytes) {
    Driver open = driver();
    underWay.add("");
    return ordered ? open.allocateAsync(bytes, stream) : open.allocate(bytes);
  }

  /** Gives device memory back when the stream reaches this point. */
  void free(long address) {
    Driver open = flushed("");
    if (ordered) {
      open.freeAsync(address, stream);
    } else {
      open.free(address);
    }
  }

  /** Gives the graphs back, and the memory that they keep. */
  void closeGraphs() {
    if (driver != null) {
      batches.close(driver(), stream);
    }
  }

  /** Gives the page-locked memory of copies back. */
  void trimStaging() {
    if (driver != null) {
      synchronized (up) {
        up.close(driver());
        if (ready != 0) {
          driver().destroyEvent(ready);
          driver().destroyEvent(arrived);
          ready = 0;
        }
      }
      synchronized (down) {
        down.close(driver());
      }
    }
  }

  /** {@return the driver, after launches that are held back were made} */
  private Driver flushed(String reason) {
    Driver open = driver();
    batches.flush(open, stream, reason);
    return open;
  }

  /** Begins an evaluation, whose launches may be made together at its end. */
  public void begin(Object plan) {
    try {
      Driver open = driver();
      batches.begin(open, stream, plan);
    } catch (DriverException e) {
      throw told(e, "evaluation");
    }
  }

  /** Ends an evaluation: everything that was asked for is on its way. */
  public void end() {
    try {
      batches.end(driver(), stream);
    } catch (DriverException e) {
      throw told(e, "evaluation");
    }
  }

  /** Ends an evaluation that failed; launches that are held back are forgotten. */
  public void abandon() {
    batches.abandon();
    faults.forget();
  }

  /**
   * Lets a library launch kernels of its own after everything that was asked for before.
   *
   * @param op the operation, for errors
   * @param call gets the stream
   */
  public void library(String op, LongConsumer call) {
    try {
      flushed("a library launches kernels of its own for " + op);
      call.accept(stream);
      underWay.add(op);
    } catch (DriverException e) {
      throw told(e, op);
    }
  }

  /** {@return where kernels write the first index that is out of bounds} */
  public long faults() {
    try {
      return faults.address(this);
    } catch (DriverException e) {
      throw told(e, "indices");
    }
  }

  /**
   * {@return the number of a launch that checks indices, for what it writes to {@link #faults}}
   *
   * @param op the operation, for errors
   * @param axes the indexed dimensions
   * @param sizes their sizes
   * @param indices the shape of the index arrays
   */
  public int checked(String op, List<Integer> axes, long[] sizes, Shape indices) {
    return faults.add(op, axes, sizes, indices);
  }

  /** {@return what was wrong with indices since the last question, after everything ran} */
  public Backend.@Nullable Late late() {
    return faults.take(this);
  }

  /** Says that a step of this evaluation runs on the processor, by name: no graph has it. */
  public void hostStep(String name) {
    flushed("step " + name + " runs on the CPU");
  }

  /** {@return what became of a plan's launches, in a sentence} */
  public String replay(Object plan) {
    return batches.text(plan);
  }

  /** {@return the stream of copies to the device; 0 before the first} */
  long uploads() {
    return uploads;
  }

  /** {@return what was asked for so far, as a point of the launches' stream} */
  long now() {
    return underWay.now();
  }

  /** {@return whether kernels are measured against each other: where times mean something} */
  public boolean measures() {
    return measures;
  }

  /** Sets whether kernels are measured against each other. */
  public void measures(boolean on) {
    measures = on;
  }

  /** Sets bytes to zero. */
  public void clear(long to, long bytes) {
    try {
      if (bytes % 4 == 0 && bytes < 1L << 33) {
        // As a launch, so that it may be a part of a graph.
        Clear.launch(this, to, bytes / 4);
        return;
      }
      flushed("").fillBytesAsync(to, 0, bytes, stream);
      underWay.add("clear");
    } catch (DriverException e) {
      throw told(e, "clear");
    }
  }

  /**
   * Waits for everything that was asked for.
   *
   * @throws java.util.concurrent.CancellationException when the thread is interrupted; the device
   *     goes on
   */
  public void synchronize(String op) {
    if (driver == null) {
      return;
    }
    try {
      long point = underWay.now();
      flushed("").synchronizeStream(stream);
      underWay.passed(point);
    } catch (DriverException e) {
      throw told(e, op);
    }
  }

  /** {@return a mark on the stream} */
  public long mark() {
    long event = flushed("").createEvent(true);
    driver().record(event, stream);
    return event;
  }

  /** {@return the device's time between two marks, which end here} */
  public long nanosBetween(long start, long end) {
    driver().synchronizeEvent(end);
    return (long) (driver().elapsedMillis(start, end) * 1e6);
  }

  /** Ends a mark. */
  public void unmark(long event) {
    driver().destroyEvent(event);
  }

  /** {@return the error as a user reads it: what happened, on which operation, what to do} */
  public ArrayException told(DriverException e, String op) {
    String given = op + " on " + device + " (" + title + "): " + e.getMessage();
    if (e.code() == DriverException.OUT_OF_MEMORY) {
      return new ArrayException(
          given,
          "at most " + pool.usage().limit() + " bytes in all",
          "use smaller arrays, give arrays back with a scope, or close other programs on the GPU");
    }
    if (e.deviceLost()) {
      return new ArrayException(
          given + underWay.text(op),
          "a device that answers",
          "the GPU does nothing more for this process: restart the kernel; arrays on the GPU are"
              + " lost. If it happens again, please report the operation");
    }
    return new ArrayException(
        given, "a call that the driver accepts", "report this with the operation and the shapes");
  }

  /** {@return arguments: longs for addresses and strides, ints for sizes} */
  public static List<Number> arguments(Object... parts) {
    List<Number> all = new ArrayList<>();
    for (Object part : parts) {
      switch (part) {
        case Number n -> all.add(n);
        case int[] ints -> {
          for (int i : ints) {
            all.add(i);
          }
        }
        case long[] longs -> {
          for (long l : longs) {
            all.add(l);
          }
        }
        default -> throw new IllegalArgumentException(part.toString());
      }
    }
    return all;
  }
}
