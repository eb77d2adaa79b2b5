package lazuli.array.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ConcurrentHashMap;
import jdk.incubator.vector.VectorOperators;

/**
 * Makes one class per vector operator out of a template class. C2 emits vector instructions only
 * for operators that are constants; a template reads its operator from the class data, so a copy of
 * its class file defined with other data is a loop for another operator, with a profile of its own.
 *
 * <p>The cache of loops is process-wide and only grows: one entry per template and operator.
 */
final class Specialised {
  private record Key(Class<? extends Loop> template, VectorOperators.Operator operator) {}

  private static final ConcurrentHashMap<Key, Loop> CACHE = new ConcurrentHashMap<>();

  private Specialised() {}

  static Loop loop(Class<? extends Loop> template, VectorOperators.Operator operator) {
    return CACHE.computeIfAbsent(new Key(template, operator), Specialised::define);
  }

  private static Loop define(Key key) {
    String file = key.template.getSimpleName() + ".class";
    try (InputStream in = key.template.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the class file " + file + " is missing");
      }
      MethodHandles.Lookup hidden =
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(in.readAllBytes(), key.operator, true);
      return (Loop)
          hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class)).invoke();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Throwable e) {
      throw new IllegalStateException("no loop for " + key, e);
    }
  }

  /** The operator that the calling template was specialised for. */
  static Object operator(MethodHandles.Lookup template) {
    try {
      return MethodHandles.classData(template, "_", Object.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
