package lazuli.array.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ConcurrentHashMap;
import jdk.incubator.vector.VectorOperators;

/**
 * Makes one class per vector operator, or per kind of element, out of a template class. C2 emits
 * vector instructions only for operators that are constants; a template reads its operator from the
 * class data, so a copy of its class file defined with other data is a loop for another operator,
 * with a profile of its own.
 *
 * <p>The cache of loops is process-wide and only grows: one entry per template and operator.
 */
final class Specialised {
  private record Key(Class<?> template, Object data) {}

  private static final ConcurrentHashMap<Key, Object> CACHE = new ConcurrentHashMap<>();

  private Specialised() {}

  static Loop loop(Class<? extends Loop> template, VectorOperators.Operator operator) {
    return of(Loop.class, template, operator);
  }

  /**
   * The one instance of a template's copy for some data, which is equal for equal copies.
   *
   * @param type what the template is
   * @param template the class that is copied
   * @param data what {@link #operator} returns in the copy
   */
  static <T> T of(Class<T> type, Class<? extends T> template, Object data) {
    return type.cast(CACHE.computeIfAbsent(new Key(template, data), Specialised::define));
  }

  private static Object define(Key key) {
    String file = key.template.getSimpleName() + ".class";
    try (InputStream in = key.template.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the class file " + file + " is missing");
      }
      MethodHandles.Lookup hidden =
          MethodHandles.lookup().defineHiddenClassWithClassData(in.readAllBytes(), key.data, true);
      return hidden
          .findConstructor(hidden.lookupClass(), MethodType.methodType(void.class))
          .invoke();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Throwable e) {
      throw new IllegalStateException("no loop for " + key, e);
    }
  }

  /** The operator, or other data, that the calling template was specialised for. */
  static Object operator(MethodHandles.Lookup template) {
    try {
      return MethodHandles.classData(template, "_", Object.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
