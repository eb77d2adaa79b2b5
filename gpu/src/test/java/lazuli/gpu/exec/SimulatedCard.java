package lazuli.gpu.exec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.driver.DriverException;
import lazuli.gpu.sim.SimDriver;

/** A simulated card of one test's own, whose kernels' texts the test may change. */
public final class SimulatedCard {
  private static final long MEMORY = 64 << 20;

  private final SimDriver sim = new SimDriver(1, MEMORY);
  private final Gpu gpu;
  private int waits;
  private int without = -1;
  private String refused = "";
  private final Map<String, Integer> calls = new HashMap<>();

  /**
   * Makes a card.
   *
   * @param edit what becomes of each kernel's text before it is loaded
   */
  public SimulatedCard(UnaryOperator<String> edit) {
    Driver edited =
        (Driver)
            Proxy.newProxyInstance(
                Driver.class.getClassLoader(),
                new Class<?>[] {Driver.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("loadModule")) {
                    String text = new String((byte[]) arguments[0], StandardCharsets.UTF_8);
                    return sim.loadModule(edit.apply(text).getBytes(StandardCharsets.UTF_8));
                  }
                  calls.merge(method.getName(), 1, Integer::sum);
                  if (method.getName().equals(refused)) {
                    throw new DriverException(refused, 801, "CUDA_ERROR_NOT_SUPPORTED", "");
                  }
                  if (method.getName().equals("waitFor") && waits++ == without) {
                    return null;
                  }
                  try {
                    return method.invoke(sim, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    gpu = new Gpu(() -> edited, "sim", 0, "simulated GPU", MEMORY);
  }

  /** {@return the simulated driver behind a device of the provider} */
  public static SimDriver behind(Gpu gpu) {
    return (SimDriver) gpu.driver();
  }

  /** Refuses every call of this name from now on. */
  public void refuse(String call) {
    refused = call;
  }

  /** {@return how often the driver was called by this name since the last question} */
  public int takeCalls(String call) {
    Integer count = calls.remove(call);
    return count == null ? 0 : count;
  }

  /** Leaves the n-th wait of a stream for another out, counted from now. */
  public void leaveOutWait(int n) {
    without = n;
    waits = 0;
  }

  /** {@return how often a stream was told to wait for another since the last question} */
  public int takeWaits() {
    int count = waits;
    waits = 0;
    return count;
  }

  /** {@return the simulated driver} */
  public SimDriver sim() {
    return sim;
  }

  /** {@return the device} */
  public Gpu gpu() {
    return gpu;
  }

  /** {@return row-major values on the card, in memory of their own} */
  public View given(DType type, Shape shape, double[] values) {
    View there = empty(type, shape);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, values.length) * type.bytes(), 64);
      for (int i = 0; i < values.length; i++) {
        Elements.set(memory, type, i, values[i]);
      }
      gpu.pool().write(memory.asSlice(0, values.length * type.bytes()), there.buffer());
    }
    return there;
  }

  /** {@return memory that nobody wrote: NaN in every type} */
  public View empty(DType type, Shape shape) {
    Buffer buffer = gpu.pool().allocate(shape.size() * type.bytes());
    return View.contiguous(buffer, type, shape);
  }

  /** {@return a result of the card} */
  public double[] read(View view) {
    int n = (int) view.shape().size();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate((long) n * view.dtype().bytes(), 64);
      gpu.pool().read(view.buffer(), 0, memory);
      Buffer here = new Buffer(Device.CPU, memory, memory.byteSize());
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        values[i] = Elements.get(here.segment(), view.dtype(), i);
      }
      return values;
    }
  }
}
