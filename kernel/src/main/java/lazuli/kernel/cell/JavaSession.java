package lazuli.kernel.cell;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SourceCodeAnalysis;
import lazuli.kernel.platform.PlatformFiles;
import org.jspecify.annotations.Nullable;

/**
 * The Java state of one kernel: declarations, variables and classes, and what can be asked of them.
 *
 * <p>Mutable state: JShell and its compiler, guarded by one lock that is free while user code runs,
 * so that completion and inspection answer beside a running cell; and the running evaluations, one
 * for each thread. Code runs on the thread that calls {@link #evaluate}, with the {@link
 * ScopedValue}s bound there; the call may nest.
 */
public final class JavaSession implements AutoCloseable {
  /** The system property with the application's own jars, as a class path. */
  public static final String OWN_JARS = CellPath.PROPERTY;

  /** What JShell knows the imports of the start by. */
  static final String FIRST_IMPORT = "import java.lang.Object;";

  private final Config config;
  private final StopChecks stopChecks = new StopChecks();
  private final Reserve reserve = new Reserve();
  private final Map<Thread, Evaluation> running = new ConcurrentHashMap<>();

  /** Held while JShell compiles or answers; never while user code runs. */
  private final ReentrantLock compiler = new ReentrantLock();

  private final List<String> lost = new ArrayList<>();
  private final SessionLoader loader;
  private final CellControl control;
  private final ClassPathOrder classPath = new ClassPathOrder();
  private final JShell shell;
  private final Origins origins = new Origins();
  private final SnippetScope scope;
  private final Evaluator evaluator;
  private final LiveFrames frames;
  private final Variables variables;
  private volatile boolean threadsToo;
  private volatile @Nullable String exceeded;
  private final Completer completer;
  private final Inspector inspector;

  /**
   * What a session starts with.
   *
   * @param imports whole declarations, such as {@code import java.util.*;}
   * @param classPath jars and directories that cells may use, beside the class path of this JVM
   * @param compilerOptions options of javac
   * @param startup pieces of Java that run before the first cell; a failing one becomes a warning
   * @param stopChecks whether compiled cells can be stopped inside loops
   * @param warnings told, on the evaluating thread, what compiles but is likely not meant
   */
  public record Config(
      List<String> imports,
      List<Path> classPath,
      List<String> compilerOptions,
      List<String> startup,
      boolean stopChecks,
      Consumer<String> warnings) {
    /** Copies the lists. */
    public Config {
      imports = List.copyOf(imports);
      classPath = List.copyOf(classPath);
      compilerOptions = List.copyOf(compilerOptions);
      startup = List.copyOf(startup);
    }

    /** The imports of every notebook: what JJava imports, and files, functions and streams. */
    public static final List<String> IMPORTS =
        List.of(
            "import java.util.*;",
            "import java.io.*;",
            "import java.math.*;",
            "import java.net.*;",
            "import java.nio.file.*;",
            "import java.time.*;",
            "import java.util.concurrent.*;",
            "import java.util.function.*;",
            "import java.util.prefs.*;",
            "import java.util.regex.*;",
            "import java.util.stream.*;",
            // Arrays have a class of that name, too, and it is the rarer one: write
            // lazuli.array.Stream.
            "import java.util.stream.Stream;");

    /**
     * {@return the defaults, with the standard imports and stop checks}
     *
     * @param warnings told what is likely not meant
     */
    public static Config standard(Consumer<String> warnings) {
      return new Config(IMPORTS, List.of(), List.of(), List.of(), true, warnings);
    }
  }

  /**
   * Starts a session: makes the compiler and evaluates the imports and the start-up code on the
   * calling thread. Takes a few tenths of a second.
   *
   * @param config what it starts with
   */
  public JavaSession(Config config) {
    this.config = config;
    loader =
        new SessionLoader(
            JavaSession.class.getClassLoader(), stopChecks, (name, value) -> lost.add(name));
    control =
        new CellControl(loader, compiler, this::current, stopChecks, reserve, config.stopChecks);
    var path = new CellPath();
    shell =
        JShell.builder()
            .executionEngine(control.provider(), Map.of())
            .fileManager(
                javac -> {
                  StandardJavaFileManager files = PlatformFiles.over(javac);
                  classPath.of(files);
                  return files;
                })
            .compilerOptions(
                Stream.concat(CompilerContexts.OPTIONS.stream(), config.compilerOptions.stream())
                    .toArray(String[]::new))
            .build();
    CompilerContexts.share(shell);
    Indexing.hold();
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    scope = new SnippetScope(shell);
    var names = new TypeNames(config.imports);
    evaluator =
        new Evaluator(shell, path, names, analysis, loader, origins, lost, config.warnings, scope);
    frames = new LiveFrames(shell, analysis, origins);
    variables = new Variables(shell, loader, names);
    completer = new Completer(analysis, variables);
    inspector = new Inspector(shell, variables, names, loader);
    addToClasspath(config.classPath);
    importAll(config.imports);
    for (String java : config.startup) {
      start("startup", java);
    }
  }

  /**
   * All imports as one snippet: JShell compiles each snippet twice, and at a start that is slow.
   * JShell knows a snippet of imports by the first of them, and a cell with the same import would
   * replace them all, so the first is one that no cell needs.
   */
  private void importAll(List<String> imports) {
    String together = FIRST_IMPORT + "\n" + String.join("\n", imports);
    boolean done;
    compiler.lock();
    try {
      done = shell.eval(together).getFirst().status() == Snippet.Status.VALID;
    } finally {
      compiler.unlock();
    }
    if (!done) {
      imports.forEach(one -> start("import", one));
    }
  }

  private void start(String label, String java) {
    if (evaluate(new Source(label, java, 1)) instanceof Outcome.Failure failure) {
      config.warnings.accept(String.join("\n", failure.traceback()));
    }
  }

  /**
   * {@return how the code ended}
   *
   * <p>Runs on the calling thread until it ends, fails or is interrupted. The snippets run one by
   * one and the first failure stops; a syntax error anywhere stops before anything runs. The value
   * is that of the last snippet if it is an expression and no assignment, with or without a
   * semicolon.
   *
   * @param java statements, declarations, expressions; no magics
   */
  public Outcome evaluate(String java) {
    return evaluate(Source.of(java));
  }

  /**
   * {@return how the code ended, as {@link #evaluate(String)}, with errors naming its cell}
   *
   * @param source the code and where it stands
   */
  public Outcome evaluate(Source source) {
    inspector.ran(source.text());
    Thread thread = Thread.currentThread();
    Evaluation mine = mine(thread);
    String around = mine.begin(source.label());
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    int holds = compiler.getHoldCount();
    int outer = mine.leaveAllUserCode();
    compiler.lock();
    try {
      Outcome outcome = evaluator.evaluate(source, mine);
      if (!(outcome instanceof Outcome.Failure)) {
        reserve.refill();
      }
      return mine.ended(outcome);
    } catch (CellControl.AbandonedError e) {
      return new Outcome.Interrupted();
    } catch (RuntimeException | OutOfMemoryError | InternalError e) {
      OutOfMemoryError full = Reserve.fullHeap(e);
      if (full == null) {
        throw e;
      }
      // In the compiler, not in the cell; JShell wraps it in an InternalError of its own.
      reserve.spendOn(full);
      return evaluator.failure(full);
    } finally {
      if (compiler.getHoldCount() > holds) {
        compiler.unlock();
      }
      thread.setContextClassLoader(before);
      mine.enterUserCodeAgain(outer);
      if (mine.end(around)) {
        running.remove(thread);
      }
    }
  }

  /**
   * {@return how some work ended that belongs to a cell: a magic, or the rendering of a value}
   *
   * <p>Runs on the calling thread. It can be interrupted as an evaluation can, and may evaluate.
   *
   * @param label what errors call the cell, such as {@code In[3]}
   * @param work what to do; its result is the value, null gives {@link Outcome.None}
   */
  public Outcome run(String label, Callable<? extends @Nullable Object> work) {
    Thread thread = Thread.currentThread();
    Evaluation mine = mine(thread);
    String around = mine.begin(label);
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      if (!mine.enterUserCode()) {
        return new Outcome.Interrupted();
      }
      Object value = null;
      Throwable thrown = null;
      try (var _ = control.statement(mine)) {
        value = work.call();
      } catch (Throwable e) {
        thrown = e;
        reserve.spendOn(e);
      } finally {
        mine.leaveUserCode();
      }
      if (mine.stopped()) {
        return mine.ended(new Outcome.Interrupted());
      }
      if (thrown != null) {
        return evaluator.failure(thrown);
      }
      return value == null ? new Outcome.None() : new Outcome.Value(value, "Object");
    } finally {
      thread.setContextClassLoader(before);
      if (mine.end(around)) {
        running.remove(thread);
      }
    }
  }

  /**
   * Limits the time of each top-level statement, magic and rendering from now on.
   *
   * @param limit how long they may run, and what they fail with
   */
  public void limitStatements(StatementLimit limit) {
    control.limit(limit);
  }

  private Evaluation mine(Thread thread) {
    Evaluation mine = running.get(thread);
    if (mine == null) {
      mine = new Evaluation();
      // What was given up may stay for ever; its stop must not reach the threads of a later cell.
      if (running.values().stream().allMatch(Evaluation::abandoned)) {
        stopChecks.clear();
      }
      running.put(thread, mine);
    }
    return mine;
  }

  /**
   * {@return the label of the cell that runs on this thread, such as {@code In[3]}; on a thread of
   * the user's own, of the only cell that runs; else empty}
   */
  public String runningCell() {
    Evaluation mine = running.get(Thread.currentThread());
    if (mine == null) {
      Iterator<Evaluation> all = running.values().iterator();
      mine = all.hasNext() ? all.next() : null;
      if (all.hasNext()) {
        return "";
      }
    }
    return mine == null ? "" : mine.label();
  }

  /**
   * {@return where a stack frame stands, such as {@code In[3] line 2}; empty when it is in no cell}
   *
   * @param frame a frame of any stack
   */
  public String place(StackTraceElement frame) {
    compiler.lock();
    try {
      return frames.place(frame);
    } finally {
      compiler.unlock();
    }
  }

  private Evaluation current() {
    Evaluation mine = running.get(Thread.currentThread());
    // JShell calls its execution control while it is built, before any evaluation.
    return mine == null ? new Evaluation() : mine;
  }

  /**
   * Stops what is running, from any thread; does nothing when nothing is. Loops in cells end at
   * once, waits and interruptible I/O end with an exception inside the cell; {@link #evaluate} then
   * returns {@link Outcome.Interrupted}. Threads that cells started go on, unless {@link
   * #stopThreadsToo} says otherwise. What does not end soon needs {@link #insist}; code inside a
   * library that neither waits nor returns cannot be stopped: see {@link #abandon}.
   */
  public void interrupt() {
    for (Evaluation one : running.values()) {
      if (!one.abandoned()) {
        one.stop(stopChecks, threadsToo);
      }
    }
  }

  /**
   * Goes further with what {@link #interrupt} did not end: a blocked read, write or accept ends
   * with an exception inside the cell.
   *
   * @param threads whether to stop also the threads that the interrupted cell started, at their
   *     next loop or call: it may be waiting for them
   */
  public void insist(boolean threads) {
    for (Evaluation one : running.values()) {
      one.insist(threads);
    }
  }

  /**
   * Decides whether an interrupt ends the threads that the cell started, as it ends the cell.
   *
   * @param stop true to end them; they go on by default
   */
  public void stopThreadsToo(boolean stop) {
    threadsToo = stop;
  }

  /** {@return whether an interrupt ends the threads that the cell started} */
  public boolean stopsThreadsToo() {
    return threadsToo;
  }

  /**
   * {@return the message of the limit that the evaluation exceeded which was given up last; null if
   * it was interrupted}
   */
  public @Nullable String exceeded() {
    return exceeded;
  }

  /**
   * {@return whether a running evaluation was given up}
   *
   * <p>For an evaluation that {@link #interrupt} did not end in reasonable time. Its thread stays
   * in library code and must not be used again; another thread may evaluate at once, with the same
   * state. When the given-up code comes back its result is dropped.
   */
  public boolean abandon() {
    boolean any = false;
    for (Evaluation one : running.values()) {
      boolean before = one.abandoned();
      if (one.abandon()) {
        any = true;
        exceeded = before ? exceeded : one.exceeded();
      }
    }
    return any;
  }

  /** {@return whether an evaluation that runs was asked to stop} */
  public boolean interrupted() {
    return running.values().stream().anyMatch(one -> one.stopped() && !one.abandoned());
  }

  /**
   * {@return what can stand at the cursor; answers while a cell runs}
   *
   * @param code Java without magics
   * @param cursor in UTF-16 units from the start of the code
   */
  public Completion complete(String code, int cursor) {
    Indexing.release();
    return completed(code, cursor);
  }

  private Completion completed(String code, int cursor) {
    compiler.lock();
    try {
      return completer.complete(code, cursor);
    } finally {
      compiler.unlock();
    }
  }

  /**
   * {@return what stands at the cursor: signatures with documentation, or a variable's type and
   * value; answers while a cell runs and runs no user code}
   *
   * @param code Java without magics
   * @param cursor in UTF-16 units from the start of the code
   */
  public Inspection inspect(String code, int cursor) {
    Inspector.Seen seen;
    compiler.lock();
    try {
      seen = inspector.look(code, cursor);
    } finally {
      compiler.unlock();
    }
    // Source files are read while the compiler is free for cells.
    return inspector.document(seen);
  }

  /**
   * {@return whether the code can run as it is, or needs more lines}
   *
   * @param code Java without magics
   */
  public Completeness isComplete(String code) {
    compiler.lock();
    try {
      return Completeness.of(code, shell.sourceCodeAnalysis());
    } finally {
      compiler.unlock();
    }
  }

  /** Takes the slow first turn of completion and documentation; for a background thread. */
  public void warm() {
    // Members of a value: not a matter of the index, which would take memory from the start.
    completed("\"\".len", 6);
    inspect("\"\".length(", 10);
  }

  /** {@return the variables in scope with their live values, in order of declaration} */
  public Map<String, @Nullable Object> variables() {
    compiler.lock();
    try {
      return variables.values();
    } finally {
      compiler.unlock();
    }
  }

  /**
   * Declares or replaces a variable that holds the object itself. Its type is the primitive of a
   * boxed value, else the nearest class or interface of the value that cells can name.
   *
   * @param name a Java identifier
   * @param value its value
   * @throws IllegalArgumentException when the name is no identifier
   */
  public void define(String name, @Nullable Object value) {
    if (!javax.lang.model.SourceVersion.isName(name) || name.contains(".")) {
      throw new IllegalArgumentException("'" + name + "' is no Java identifier");
    }
    if (assign("var " + name, value) instanceof Outcome.Failure failure) {
      throw new IllegalStateException(String.join("\n", failure.traceback()), failure.thrown());
    }
  }

  /**
   * {@return how an assignment of the object itself ended}
   *
   * @param target what stands before the equals sign: a declaration such as {@code List<String> x}
   *     or {@code var x}, or an assignable expression
   * @param value its value
   */
  public Outcome assign(String target, @Nullable Object value) {
    String java = Given.assignment(target, variables.typeFor(value));
    return Given.with(value, () -> evaluate(new Source("assignment", java, 1)));
  }

  /**
   * Adds jars and directories to what cells can use.
   *
   * @param paths where they are
   */
  public void addToClasspath(List<Path> paths) {
    if (paths.isEmpty()) {
      return;
    }
    compiler.lock();
    try {
      shell.addToClasspath(
          paths.stream()
              .map(path -> path.toAbsolutePath().toString())
              .collect(Collectors.joining(File.pathSeparator)));
      classPath.addFirst(paths);
      CompilerContexts.share(shell);
    } finally {
      compiler.unlock();
    }
  }

  /** {@return what cells and imports declared and is in force, in order of declaration} */
  public List<Declaration> declarations() {
    compiler.lock();
    try {
      return variables.declarations();
    } finally {
      compiler.unlock();
    }
  }

  /** Forgets every variable, method and type; imports and the class path stay. */
  public void reset() {
    compiler.lock();
    try {
      variables.forgetAll();
    } finally {
      compiler.unlock();
    }
  }

  /** {@return the loader of the classes of cells and of added jars} */
  public ClassLoader loader() {
    return loader;
  }

  /** {@return how many snippets JShell carries into each new one} */
  int liveSnippets() {
    compiler.lock();
    try {
      return (int) shell.snippets().filter(one -> shell.status(one).isActive()).count();
    } finally {
      compiler.unlock();
    }
  }

  /** {@return whether each snippet is compiled against what it names, and not against all} */
  boolean narrows() {
    return scope.works();
  }

  /** {@return whether compiled cells can be stopped inside loops} */
  public boolean stopChecks() {
    return control.stopChecks();
  }

  /**
   * Decides whether cells that are compiled from now on can be stopped inside loops.
   *
   * @param on false to leave the checks out
   */
  public void stopChecks(boolean on) {
    control.stopChecks(on);
  }

  /** Ends the session; a running cell is interrupted. */
  @Override
  public void close() {
    interrupt();
    shell.close();
  }
}
