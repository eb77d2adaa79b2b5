package lazuli.kernel.cell;

import java.lang.reflect.Field;

/**
 * The way into fields of JShell that nothing public replaces, where {@code --add-opens} allows it.
 */
final class PrivateFields {
  private PrivateFields() {}

  static Field field(Object owner, String name) throws ReflectiveOperationException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  /** {@return what a field holds; never null: a field without a value is as good as none} */
  static Object get(Object owner, String name) throws ReflectiveOperationException {
    Object value = field(owner, name).get(owner);
    if (value == null) {
      throw new NoSuchFieldException(name);
    }
    return value;
  }
}
