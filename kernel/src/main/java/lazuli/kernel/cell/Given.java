package lazuli.kernel.cell;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a live object enters a session: the declaration compiled for it reads it from here. */
public final class Given {
  /** Wraps the object, because a scoped value may be unbound but hardly null. */
  private record Box(@Nullable Object value) {}

  private static final ScopedValue<Box> BOX = ScopedValue.newInstance();

  private Given() {}

  /**
   * {@return the object that is being assigned, for compiled cells}
   *
   * @param <T> the type of the variable; a wrong one throws {@link ClassCastException} there
   */
  @SuppressWarnings("unchecked")
  public static <T> @Nullable T value() {
    return (T) BOX.get().value();
  }

  static Outcome with(@Nullable Object value, Supplier<Outcome> evaluation) {
    return ScopedValue.where(BOX, new Box(value)).call(evaluation::get);
  }

  /**
   * {@return the Java that assigns the object to the target, {@code var} meaning the given type}
   */
  static String assignment(String target, String type) {
    return target.replaceFirst("\\bvar(?=\\s+\\p{javaJavaIdentifierStart})", quote(type))
        + " = "
        + Given.class.getName()
        + ".value();";
  }

  private static String quote(String replacement) {
    return java.util.regex.Matcher.quoteReplacement(replacement);
  }
}
