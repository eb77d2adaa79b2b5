package lazuli.magics.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.Stream;
import lazuli.array.type.Device;
import org.jspecify.annotations.Nullable;

/** The arrays in a value, wherever it holds them. */
public final class Values {
  private Values() {}

  /**
   * {@return the arrays in a value, evaluated and ready: itself, or in a Java array, a collection
   * or a map}
   *
   * @param value what an expression gave
   */
  public static List<Array> evaluate(@Nullable Object value) {
    if (value instanceof Array array) {
      return List.of(ready(array));
    }
    List<Array> found = new ArrayList<>();
    collect(value, found);
    if (!found.isEmpty()) {
      Lazuli.eval(found.toArray(Array[]::new));
    }
    return ready(found);
  }

  /** {@return the arrays, when devices that go on while the program does have computed them} */
  private static List<Array> ready(List<Array> arrays) {
    for (Array array : arrays) {
      if (!array.device().equals(Device.CPU)) {
        Stream.awaitDevices();
        return arrays;
      }
    }
    return arrays;
  }

  /**
   * {@return the array, evaluated and ready} Made to be timed: on the CPU it costs a comparison.
   */
  public static Array ready(Array array) {
    array.eval();
    if (!array.device().equals(Device.CPU)) {
      Stream.awaitDevices();
    }
    return array;
  }

  private static void collect(@Nullable Object value, List<Array> found) {
    switch (value) {
      case Array array -> found.add(array);
      case Object[] items -> {
        for (Object item : items) {
          collect(item, found);
        }
      }
      case Iterable<?> items -> items.forEach(item -> collect(item, found));
      case Map<?, ?> map -> map.values().forEach(item -> collect(item, found));
      case null, default -> {}
    }
  }
}
