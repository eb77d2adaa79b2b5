package lazuli.array.transform;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import lazuli.array.op.Op;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The numbers in an operation, such as the sizes of a reshape, apart from everything else in it.
 *
 * @param numbers each a {@code Long}, {@code Integer}, {@code Double} or {@code Float}
 * @param rest what two operations must have in common to differ in numbers only
 */
record OpNumbers(List<Number> numbers, List<@Nullable Object> rest) {
  static OpNumbers of(Op op) {
    OpNumbers all = new OpNumbers(new ArrayList<>(), new ArrayList<>());
    all.collect(op);
    return all;
  }

  private void collect(@Nullable Object at) {
    switch (at) {
      case Long n -> numbers.add(n);
      case Integer n -> numbers.add(n);
      case Double n -> numbers.add(n);
      case Float n -> numbers.add(n);
      case Shape shape -> {
        rest.add(shape.rank());
        for (long dim : shape.dims()) {
          numbers.add(dim);
        }
      }
      case List<?> list -> {
        rest.add(list.size());
        list.forEach(this::collect);
      }
      case Record r -> {
        rest.add(r.getClass());
        for (RecordComponent component : r.getClass().getRecordComponents()) {
          collect(read(r, component));
        }
      }
      case null, default -> rest.add(at);
    }
  }

  /** {@return the operation with other numbers, as many and of the same kinds} */
  static Op with(Op op, List<Number> numbers) {
    Object made = rebuild(op, numbers.iterator());
    if (made instanceof Op rebuilt) {
      return rebuilt;
    }
    throw new IllegalStateException("not an operation: " + made);
  }

  private static @Nullable Object rebuild(@Nullable Object at, Iterator<Number> next) {
    return switch (at) {
      case Long n -> next.next();
      case Integer n -> next.next();
      case Double n -> next.next();
      case Float n -> next.next();
      case Shape shape -> {
        long[] dims = new long[shape.rank()];
        for (int i = 0; i < dims.length; i++) {
          dims[i] = next.next().longValue();
        }
        yield Shape.of(dims);
      }
      case List<?> list -> {
        List<@Nullable Object> items = new ArrayList<>();
        list.forEach(item -> items.add(rebuild(item, next)));
        yield items;
      }
      case Record r -> {
        RecordComponent[] components = r.getClass().getRecordComponents();
        @Nullable Object[] parts = new @Nullable Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < parts.length; i++) {
          parts[i] = rebuild(read(r, components[i]), next);
          types[i] = components[i].getType();
        }
        yield make(r.getClass(), types, parts);
      }
      case null, default -> at;
    };
  }

  private static @Nullable Object read(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object make(Class<?> type, Class<?>[] types, @Nullable Object[] parts) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(parts);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
