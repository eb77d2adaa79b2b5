package lazuli.array.transform;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/**
 * A value that holds leaves of one class: a leaf itself, or records, lists, maps and Java arrays of
 * such values, nested. Leaves are found in the order of components; everything else is kept as it
 * is.
 *
 * @param <L> the class of the leaves
 * @param <P> the class of the value
 */
public final class Tree<L, P> {
  private final Class<L> leaf;
  private final P value;
  private final List<L> leaves = new ArrayList<>();
  private final List<String> paths = new ArrayList<>();
  private final List<Constant> constants = new ArrayList<>();

  /**
   * Something in the value that is no leaf.
   *
   * @param path where it is
   * @param value it
   */
  public record Constant(String path, @Nullable Object value) {}

  private Tree(Class<L> leaf, P value) {
    this.leaf = leaf;
    this.value = value;
  }

  /**
   * {@return the leaves of a value}
   *
   * @param name what asks, for errors
   * @param leaf the class of the leaves
   * @param value the value
   * @param <L> the class of the leaves
   * @param <P> the class of the value
   * @throws ArrayException if there is no leaf
   */
  public static <L, P> Tree<L, P> of(String name, Class<L> leaf, P value) {
    Tree<L, P> tree = new Tree<>(leaf, value);
    tree.collect(value, "");
    if (tree.leaves.isEmpty()) {
      throw new ArrayException(
          name
              + " was given "
              + (value == null ? "null" : "a " + value.getClass().getSimpleName())
              + " without arrays",
          "an Array, or a record, list, map or Java array that holds some",
          "declare the parameters as a record, such as record Params(Array w, Array b) {}");
    }
    return tree;
  }

  /** {@return the leaves in the order of components} */
  public List<L> leaves() {
    return List.copyOf(leaves);
  }

  /** {@return where each leaf is, such as {@code block.w}; {@code x} for a leaf by itself} */
  public List<String> paths() {
    return List.copyOf(paths);
  }

  /**
   * Checks that another value has its leaves in the same places.
   *
   * @param name what asks, for errors
   * @param other the other value
   * @throws ArrayException if it has not
   */
  public void checkAlike(String name, Tree<L, P> other) {
    if (!paths.equals(other.paths)) {
      throw new ArrayException(
          name + " was given arrays at " + paths + " and at " + other.paths,
          "two values of the same form",
          "use the gradients that belong to these parameters");
    }
  }

  private void collect(@Nullable Object at, String path) {
    if (leaf.isInstance(at)) {
      leaves.add(leaf.cast(at));
      paths.add(path.isEmpty() ? "x" : path);
      return;
    }
    String dot = path.isEmpty() ? "" : path + ".";
    switch (at) {
      case null -> constants.add(new Constant(path, null));
      case Record r -> {
        for (RecordComponent c : r.getClass().getRecordComponents()) {
          collect(read(r, c), dot + c.getName());
        }
      }
      case List<?> list -> {
        int i = 0;
        for (Object item : list) {
          collect(item, path + "[" + i++ + "]");
        }
      }
      case Map<?, ?> map -> map.forEach((key, item) -> collect(item, dot + key));
      case Object[] items -> {
        for (int i = 0; i < items.length; i++) {
          collect(items[i], path + "[" + i + "]");
        }
      }
      default -> constants.add(new Constant(path, at));
    }
  }

  /** {@return everything that is no leaf, in the order of components} */
  public List<Constant> constants() {
    return List.copyOf(constants);
  }

  /**
   * {@return the value with other leaves}
   *
   * @param replacements as many as there are leaves
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // null only where the value itself is null
  public P with(List<L> replacements) {
    Iterator<L> next = replacements.iterator();
    return (P) rebuild(value, next);
  }

  private @Nullable Object rebuild(@Nullable Object at, Iterator<L> next) {
    if (leaf.isInstance(at)) {
      return next.next();
    }
    return switch (at) {
      case null -> null;
      case Record r -> {
        RecordComponent[] components = r.getClass().getRecordComponents();
        @Nullable Object[] parts = new @Nullable Object[components.length];
        for (int i = 0; i < parts.length; i++) {
          parts[i] = rebuild(read(r, components[i]), next);
        }
        yield make(r.getClass(), components, parts);
      }
      case List<?> list -> {
        List<@Nullable Object> out = new ArrayList<>();
        for (Object item : list) {
          out.add(rebuild(item, next));
        }
        yield java.util.Collections.unmodifiableList(out);
      }
      case Map<?, ?> map -> {
        Map<Object, @Nullable Object> out = new LinkedHashMap<>();
        map.forEach((key, item) -> out.put(key, rebuild(item, next)));
        yield java.util.Collections.unmodifiableMap(out);
      }
      case Object[] items -> {
        Object out = Array.newInstance(items.getClass().getComponentType(), items.length);
        for (int i = 0; i < items.length; i++) {
          Array.set(out, i, rebuild(items[i], next));
        }
        yield out;
      }
      default -> at;
    };
  }

  private static @Nullable Object read(Record record, RecordComponent component) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw unusable(record.getClass(), e);
    }
  }

  private static Object make(
      Class<?> type, RecordComponent[] components, @Nullable Object[] parts) {
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = components[i].getType();
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(parts);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw unusable(type, e);
    }
  }

  private static ArrayException unusable(Class<?> type, Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    ArrayException error =
        new ArrayException(
            "the record " + type.getSimpleName() + " cannot be taken apart and rebuilt: " + cause,
            "records whose accessors and constructor accept arrays of the same shapes",
            "let the constructor only store its components");
    error.initCause(cause);
    return error;
  }
}
