package lazuli.kernel.cell;

import com.sun.source.util.JavacTask;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * javac's table of classes, in which those of cells are found without a look at the thousands of
 * the JDK.
 *
 * <p>After each of the four passes over a snippet JShell goes through the whole table to take out
 * what belongs to cells: a sixth of a cell's work, and an empty entry stays for each class that it
 * takes out. Here going through the table gives the classes of cells alone, and none stays. Nothing
 * else goes through it: javac looks classes up by their names.
 *
 * <p>It takes the table's private field, which {@code --add-opens} of {@code
 * jdk.compiler/com.sun.tools.javac.code} and {@code .util} allow; without them JShell does what it
 * always does.
 */
final class ReplClasses extends HashMap<Object, Object> {
  private static final long serialVersionUID = 1L;

  private static final String CELLS = "REPL.";

  /** The entries of cells: each is a map from modules to classes. */
  private final transient Map<Object, Object> cells = new LinkedHashMap<>();

  private ReplClasses(Map<?, ?> from) {
    super(from);
    for (Map.Entry<?, ?> one : from.entrySet()) {
      if (one.getKey().toString().startsWith(CELLS)) {
        cells.put(one.getKey(), one.getValue());
      }
    }
  }

  /**
   * Gives a compiler such a table, unless it has one or has none yet.
   *
   * @param context javac's, which no task uses now
   */
  static void in(Object context) throws ReflectiveOperationException {
    Class<?> base = Class.forName("com.sun.tools.javac.util.Context", false, loader());
    var parts = base.getDeclaredField("ht");
    parts.setAccessible(true);
    for (Object part : ((Map<?, ?>) parts.get(context)).values()) {
      if (part != null && part.getClass().getName().equals("com.sun.tools.javac.code.Symtab")) {
        Object classes = PrivateFields.get(part, "classes");
        if (!(classes instanceof ReplClasses)) {
          PrivateFields.field(part, "classes").set(part, new ReplClasses((Map<?, ?>) classes));
        }
      }
    }
  }

  private static ClassLoader loader() {
    return JavacTask.class.getClassLoader();
  }

  @Override
  public Object computeIfAbsent(Object name, Function<? super Object, ?> made) {
    Object known = get(name);
    if (known != null) {
      return known;
    }
    Object entry = super.computeIfAbsent(name, made);
    if (name.toString().startsWith(CELLS)) {
      cells.put(name, entry);
    }
    return entry;
  }

  @Override
  public Collection<Object> values() {
    Iterator<Map.Entry<Object, Object>> all = cells.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Object, Object> one = all.next();
      if (((Map<?, ?>) one.getValue()).isEmpty()) {
        all.remove();
        remove(one.getKey());
      }
    }
    return new ArrayList<>(cells.values());
  }
}
