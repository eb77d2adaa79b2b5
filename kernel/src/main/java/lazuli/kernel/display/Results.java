package lazuli.kernel.display;

import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArraySet;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/**
 * The results of cells by their number. Types that an extension registered are held weakly, so that
 * a result that nobody named does not pin its memory. Thread-safe.
 */
public final class Results {
  private final Set<Class<?>> weak = new CopyOnWriteArraySet<>();
  private final TreeMap<Integer, Object> values = new TreeMap<>();

  /** Makes an empty table. */
  public Results() {}

  /** Holds values of a type weakly from now on. */
  public void holdWeakly(Class<?> type) {
    weak.add(type);
  }

  /** Keeps the result of a cell. */
  public synchronized void put(int cell, Object value) {
    boolean held = weak.stream().noneMatch(type -> type.isInstance(value));
    values.put(cell, held ? value : new WeakReference<>(value));
  }

  /**
   * {@return the result of a cell}
   *
   * @param cell its number
   * @param <T> what the caller takes it for
   * @throws UsageException when the cell has no result, or it was not kept
   */
  @SuppressWarnings("unchecked")
  public synchronized <T> T get(int cell) {
    Object value = values.get(cell);
    if (value == null) {
      throw new UsageException("Out: cell " + cell + " has no result; " + listed());
    }
    if (value instanceof WeakReference<?> reference) {
      value = reference.get();
      if (value == null) {
        throw new UsageException(
            "Out: the result of cell "
                + cell
                + " was not kept, since results of its type are held only while a variable names"
                + " them; assign it to a variable in that cell");
      }
    }
    return (T) value;
  }

  /**
   * {@return the latest result}
   *
   * @param <T> what the caller takes it for
   * @throws UsageException when there is none
   */
  public synchronized <T> T last() {
    if (values.isEmpty()) {
      throw new UsageException("Out: no cell has a result yet");
    }
    return get(values.lastKey());
  }

  private String listed() {
    return values.isEmpty() ? "no cell has one yet" : "cells with one: " + values.keySet();
  }

  /** {@return the value or null, for callers that need no message} */
  synchronized @Nullable Object peek(int cell) {
    Object value = values.get(cell);
    return value instanceof WeakReference<?> reference ? reference.get() : value;
  }

  @Override
  public synchronized String toString() {
    return "Out, " + listed();
  }
}
