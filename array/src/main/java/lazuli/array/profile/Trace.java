package lazuli.array.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Collects the spans of everything that is evaluated while it is bound.
 *
 * <p>Mutable, and guarded by its own lock: spans may arrive from several threads. Worker threads do
 * not inherit the binding; whoever submits work captures {@link #current()} first.
 */
public final class Trace {
  private static final ScopedValue<Trace> CURRENT = ScopedValue.newInstance();

  private final List<Span> spans = new ArrayList<>();
  private final List<DeviceUse> uses = new ArrayList<>();

  /** Makes an empty trace. */
  public Trace() {}

  /**
   * {@return what the body returns} Runs it with this trace bound.
   *
   * @param body the work to observe
   * @param <T> its result
   * @throws Exception what the body throws; spans recorded before stay
   */
  public <T> T record(Callable<T> body) throws Exception {
    return ScopedValue.where(CURRENT, this).call(body::call);
  }

  /** {@return the trace bound to this thread, or null} */
  public static @org.jspecify.annotations.Nullable Trace current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  /**
   * Adds a span.
   *
   * @param span what ran
   */
  public void add(Span span) {
    synchronized (spans) {
      spans.add(span);
    }
  }

  /**
   * Adds what became of one evaluation on a device.
   *
   * @param use the device's time
   */
  public void add(DeviceUse use) {
    synchronized (spans) {
      uses.add(use);
    }
  }

  /** {@return how devices spent the evaluations so far, oldest first; none for the CPU} */
  public List<DeviceUse> uses() {
    synchronized (spans) {
      return List.copyOf(uses);
    }
  }

  /** {@return the spans so far, oldest first} */
  public List<Span> spans() {
    synchronized (spans) {
      return List.copyOf(spans);
    }
  }
}
