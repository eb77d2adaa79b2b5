package lazuli.kernel.cell;

import static lazuli.kernel.cell.PrivateFields.field;
import static lazuli.kernel.cell.PrivateFields.get;

import java.lang.reflect.Field;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import jdk.jshell.JShell;
import org.jspecify.annotations.Nullable;

/**
 * Lets JShell analyse a snippet and compile it with the same javac.
 *
 * <p>JShell asks javac twice for each snippet, first for its errors and then for its class files.
 * The two differ in options only, and JShell's pool keeps a javac, with every class that it has
 * read, for each list of options: a start reads the JDK twice, and a session holds it twice. Given
 * {@link #OPTIONS}, both have the same options in another order, and here the order does not count.
 *
 * <p>It takes a collection of our own in a field of the pool, which {@code --add-opens} of {@code
 * jdk.jshell/jdk.jshell} and {@code jdk.compiler/com.sun.tools.javac.api} allow; without them
 * JShell does what it always does.
 */
final class CompilerContexts {
  /**
   * What JShell asks of an analysis and of a compilation, together. For a compilation it only means
   * that one with errors finds all of them, for an analysis nothing.
   */
  static final List<String> OPTIONS =
      List.of("--should-stop=at=FLOW", "-Xlint:unchecked,-strictfp", "-proc:none", "-parameters");

  private CompilerContexts() {}

  /**
   * Makes a shell's pool of compilers share; to be called again when the class path has changed,
   * since JShell begins with a new pool then. Used under the compiler's lock.
   *
   * @param shell made with {@link #OPTIONS}
   * @return whether the pool could be reached
   */
  static boolean share(JShell shell) {
    try {
      Object pool = get(get(shell, "taskFactory"), "javacTaskPool");
      Field contexts = field(pool, "options2Contexts");
      if (!(contexts.get(pool) instanceof InAnyOrder)) {
        contexts.set(pool, new InAnyOrder((Map<?, ?>) get(pool, "options2Contexts")));
      }
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Another JDK or a closed package: everything works, and starts later.
      return false;
    }
  }

  /** Compilers by their options; the pool looks them up by a list. */
  private static final class InAnyOrder extends HashMap<Object, Object> {
    private static final long serialVersionUID = 1L;

    InAnyOrder(Map<?, ?> from) {
      from.forEach((options, compilers) -> put(key(options), compilers));
    }

    /** A list again: the pool makes what is missing from its key. */
    private static Object key(@Nullable Object options) {
      return options instanceof List<?> list
          ? list.stream().map(String::valueOf).distinct().sorted().toList()
          : String.valueOf(options);
    }

    @Override
    public @Nullable Object get(@Nullable Object options) {
      return super.get(key(options));
    }

    @Override
    public Object getOrDefault(@Nullable Object options, Object otherwise) {
      Object waiting = super.getOrDefault(key(options), otherwise);
      try {
        for (Object context : (Collection<?>) waiting) {
          ReplClasses.in(context);
        }
      } catch (ReflectiveOperationException | RuntimeException e) {
        // As for the pool: it works without, and slower.
        return waiting;
      }
      return waiting;
    }

    @Override
    public Object computeIfAbsent(Object options, Function<? super Object, ?> made) {
      return super.computeIfAbsent(key(options), made);
    }
  }
}
