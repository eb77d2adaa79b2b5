package lazuli.magics.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import org.jspecify.annotations.Nullable;

/** The arrays in a value, wherever it holds them. */
public final class Values {
  private Values() {}

  /**
   * {@return the arrays in a value, evaluated: itself, or in a Java array, a collection or a map}
   *
   * @param value what an expression gave
   */
  public static List<Array> evaluate(@Nullable Object value) {
    if (value instanceof Array array) {
      return List.of(array.eval());
    }
    List<Array> found = new ArrayList<>();
    collect(value, found);
    if (!found.isEmpty()) {
      Lazuli.eval(found.toArray(Array[]::new));
    }
    return found;
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
