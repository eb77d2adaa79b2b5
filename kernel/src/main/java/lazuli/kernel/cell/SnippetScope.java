package lazuli.kernel.cell;

import static lazuli.kernel.cell.PrivateFields.field;
import static lazuli.kernel.cell.PrivateFields.get;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.TypeDeclSnippet;
import jdk.jshell.VarSnippet;
import org.jspecify.annotations.Nullable;

/**
 * What JShell compiles a snippet against.
 *
 * <p>JShell imports every variable and method of the session into each new snippet, and shows javac
 * every class that it ever compiled, so each cell would make all later ones slower. Here a snippet
 * sees the variables and methods that it can name, and what ran once is forgotten. That takes
 * collections of our own in fields of JShell, which {@code --add-opens
 * jdk.jshell/jdk.jshell=ALL-UNNAMED} allows; without it JShell does what it always does.
 *
 * <p>Used under the compiler's lock. Types and imports are always seen: a variable's inferred type
 * is named by nobody.
 */
final class SnippetScope {
  private static final Pattern WRAPPER = Pattern.compile("REPL\\.(\\$JShell\\$[0-9A-Z_]+)");

  /** How many snippets that ran once can still be named in a stack trace. */
  private static final int TRACEABLE = 500;

  private final JShell shell;
  private final Mentions mentions = new Mentions();
  private final Deque<Runnable> forgetting = new ArrayDeque<>();
  private @Nullable Set<String> names;
  private @Nullable Thread thread;

  // JShell's own tables; null when they cannot be reached.
  private @Nullable Imported imported;
  private @Nullable Listed listed;
  private @Nullable Collection<?> snippets;
  private @Nullable Map<?, ?> tracked;
  private @Nullable Map<?, ?> outers;

  SnippetScope(JShell shell) {
    this.shell = shell;
    try {
      Object maps = get(shell, "maps");
      Object files = get(get(shell, "taskFactory"), "fileManager");
      snippets = (Collection<?>) get(maps, "snippets");
      tracked = (Map<?, ?>) get(get(shell, "classTracker"), "map");
      outers = (Map<?, ?>) get(get(shell, "outerMap"), "classOuters");
      Imported ours = new Imported((Collection<?>) get(maps, "keyIndexToSnippet"));
      Listed classes = new Listed((Map<?, ?>) get(files, "classObjects"));
      field(maps, "keyIndexToSnippet").set(maps, ours);
      field(files, "classObjects").set(files, classes);
      imported = ours;
      listed = classes;
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Another JDK or a closed package: everything works, and slows down with the session.
      imported = null;
      listed = null;
    }
  }

  /** {@return whether JShell lets itself be narrowed} */
  boolean works() {
    return listed != null;
  }

  /**
   * Lets the calling thread compile against what a snippet can name.
   *
   * @return what held before, for {@link #back}
   */
  Before narrow(String snippet) {
    return change(works() ? mentions.needed(snippet) : null);
  }

  /** Lets the calling thread compile against everything; returns what held before. */
  Before widen() {
    return change(null);
  }

  private Before change(@Nullable Set<String> next) {
    Before before = new Before(names, thread);
    names = next;
    thread = Thread.currentThread();
    return before;
  }

  void back(Before before) {
    names = before.names;
    thread = before.thread;
  }

  /** What a thread compiled against. */
  record Before(@Nullable Set<String> names, @Nullable Thread thread) {}

  private @Nullable Set<String> narrowed() {
    return thread == Thread.currentThread() ? names : null;
  }

  /** Notes what was declared, and that what it replaced is gone. */
  void declared(DeclarationSnippet snippet) {
    if (works()) {
      mentions.add(snippet.id(), snippet.name(), snippet.source());
    }
  }

  /** Notes that a declaration is no longer one: replaced, or dropped. */
  void gone(Snippet snippet) {
    mentions.remove(snippet.id());
  }

  /**
   * Forgets a snippet that ran and declared nothing.
   *
   * @param last what to do when stack traces cannot name it any longer
   * @return the names of its classes, which nothing will ask for again
   */
  Set<String> forget(Snippet snippet, Runnable last) {
    Imported all = imported;
    Listed classes = listed;
    if (all == null || classes == null || snippets == null || tracked == null || outers == null) {
      return Set.of();
    }
    String wrapper = shell.sourceCodeAnalysis().wrapper(snippet).fullClassName();
    Set<String> gone = classes.forget(wrapper);
    gone.forEach(tracked::remove);
    snippets.remove(snippet);
    all.clear(snippet);
    Map<?, ?> traces = outers;
    forgetting.add(
        () -> {
          traces.remove(wrapper.substring(wrapper.indexOf('.') + 1));
          last.run();
        });
    if (forgetting.size() > TRACEABLE) {
      forgetting.remove().run();
    }
    return gone;
  }

  /** The snippets by JShell's number; going through them gives those to import. */
  private final class Imported extends ArrayList<@Nullable Object> {
    private static final long serialVersionUID = 1L;

    Imported(Collection<?> from) {
      super(from);
    }

    @Override
    public Iterator<@Nullable Object> iterator() {
      Set<String> wanted = narrowed();
      if (wanted == null) {
        return super.iterator();
      }
      List<@Nullable Object> some = new ArrayList<>();
      for (int i = 0; i < size(); i++) {
        Object one = get(i);
        if (one instanceof ImportSnippet
            || one instanceof TypeDeclSnippet
            || one instanceof DeclarationSnippet named && wanted.contains(named.name())) {
          some.add(one);
        }
      }
      return some.iterator();
    }

    void clear(Snippet snippet) {
      int at = indexOf(snippet);
      if (at >= 0) {
        set(at, null);
      }
    }

    @Override
    public int indexOf(@Nullable Object snippet) {
      // The latest are looked for.
      for (int i = size() - 1; i >= 0; i--) {
        if (get(i) == snippet) {
          return i;
        }
      }
      return -1;
    }
  }

  /** The compiled classes by name; their values are those that javac may look at. */
  private final class Listed extends TreeMap<Object, Object> {
    private static final long serialVersionUID = 1L;

    /** The classes of each wrapper; one with more than itself is always seen. */
    private final transient Map<String, Set<String>> ofWrapper = new LinkedHashMap<>();

    private final transient Set<String> nesting = new LinkedHashSet<>();

    Listed(Map<?, ?> from) {
      from.forEach(this::put);
    }

    @Override
    public @Nullable Object put(Object name, Object file) {
      Matcher matcher = WRAPPER.matcher(name.toString());
      String wrapper = matcher.lookingAt() ? matcher.group() : name.toString();
      Set<String> classes = ofWrapper.computeIfAbsent(wrapper, key -> new LinkedHashSet<>());
      classes.add(name.toString());
      if (classes.size() > 1) {
        nesting.add(wrapper);
      }
      return super.put(name, file);
    }

    @Override
    public Collection<Object> values() {
      Set<String> wanted = narrowed();
      if (wanted == null) {
        return super.values();
      }
      Set<String> wrappers = new HashSet<>(nesting);
      Imported all = imported;
      if (all != null) {
        // What is imported must be there.
        for (Object one : all) {
          if (one instanceof VarSnippet || one instanceof MethodSnippet) {
            wrappers.add(shell.sourceCodeAnalysis().wrapper((Snippet) one).fullClassName());
          }
        }
      }
      List<Object> some = new ArrayList<>();
      for (String wrapper : wrappers) {
        for (String name : ofWrapper.getOrDefault(wrapper, Set.of())) {
          Object file = get(name);
          if (file != null) {
            some.add(file);
          }
        }
      }
      return some;
    }

    /** Takes a wrapper and its nested classes out; returns their names. */
    Set<String> forget(String wrapper) {
      nesting.remove(wrapper);
      Set<String> classes = ofWrapper.remove(wrapper);
      if (classes == null) {
        return Set.of();
      }
      classes.forEach(super::remove);
      return classes;
    }
  }
}
