package lazuli.kernel.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.cell.Outcome;
import lazuli.kernel.cell.StatementLimit;
import lazuli.kernel.config.JvmOptions;
import lazuli.kernel.ext.Extension;
import lazuli.kernel.notebook.Settings;
import lazuli.kernel.wire.Log;
import org.jspecify.annotations.Nullable;

/** Brings up extensions and Java in the background, while the sockets already answer. */
final class JavaStart {
  /** A client that sends its first cell at once has sent it by then. */
  private static final long QUIET_MS = 150;

  private static final long LONGEST_WAIT_MS = 5000;

  private final CompletableFuture<JavaSession> java = new CompletableFuture<>();
  private volatile CompletableFuture<?> first = CompletableFuture.completedFuture(null);

  /** Done before {@link #java}: start-up code runs in between. */
  private final CompletableFuture<JavaSession> early = new CompletableFuture<>();

  private final CompletableFuture<Void> bound = new CompletableFuture<>();
  private final Extensions extensions;
  private final Settings settings;

  private final @Nullable StatementLimit limit;

  /**
   * Prepares the start.
   *
   * @param limit how long statements may run; null for ever
   */
  JavaStart(Extensions extensions, Settings settings, @Nullable StatementLimit limit) {
    this.extensions = extensions;
    this.settings = settings;
    this.limit = limit;
  }

  /**
   * Starts.
   *
   * @param found the extensions, looked for on the background thread
   * @param notebook runs the start-up code
   * @param warnings told what a cell likely does not mean
   * @param idle whether no cell runs or waits
   */
  void begin(
      Iterable<Extension> found,
      LiveNotebook notebook,
      Consumer<String> warnings,
      BooleanSupplier idle) {
    Consumer<String> once =
        warning -> {
          bound.join();
          warnings.accept(warning);
        };
    Thread thread = new Thread(() -> run(found, notebook, once, idle), "lazuli-start");
    thread.setDaemon(true);
    thread.start();
  }

  private void run(
      Iterable<Extension> found,
      LiveNotebook notebook,
      Consumer<String> warnings,
      BooleanSupplier idle) {
    try {
      for (Extension extension : found) {
        extension.modules().forEach(Modules::load);
        extensions.install(extension);
      }
      List<String> imports = new ArrayList<>(JavaSession.Config.IMPORTS);
      imports.add("import static lazuli.kernel.display.Display.*;");
      imports.add("import static lazuli.kernel.notebook.Functions.*;");
      imports.addAll(extensions.imports());
      JavaSession.Config standard = JavaSession.Config.standard(warnings);
      var session =
          new JavaSession(
              new JavaSession.Config(
                  imports,
                  standard.classPath(),
                  compilerOptions(settings),
                  standard.startup(),
                  standard.stopChecks(),
                  standard.warnings()));
      extensions.runBy(session);
      if (limit != null) {
        session.limitStatements(limit);
      }
      early.complete(session);
      // What start-up code prints goes out by the sockets.
      bound.join();
      notebook.addToClasspath(settings.classPath());
      for (Settings.Script script : settings.startup()) {
        if (notebook.runner(script.label()).run(script.text()) instanceof Outcome.Failure failure) {
          warnings.accept(String.join("\n", failure.traceback()));
        }
      }
      java.complete(session);
    } catch (Throwable e) {
      // Whatever it is, every cell must say it rather than wait for ever.
      early.completeExceptionally(e);
      java.completeExceptionally(e);
      Log.warn("Java did not start: " + e);
      return;
    }
    try {
      warm(idle);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; it only works ahead.
      Thread.currentThread().interrupt();
    }
  }

  /** Loads and compiles what the first cells will use, and never beside one that runs. */
  private void warm(BooleanSupplier idle) throws InterruptedException {
    for (Runnable work : extensions.warming()) {
      long wait = QUIET_MS;
      do {
        Thread.sleep(wait);
        wait = Math.min(2 * wait, LONGEST_WAIT_MS);
      } while (!idle.getAsBoolean());
      try {
        work.run();
      } catch (RuntimeException | LinkageError e) {
        Log.debug("warming failed: " + e);
      }
    }
  }

  private static List<String> compilerOptions(Settings settings) {
    List<String> all = new ArrayList<>(settings.compilerOptions());
    all.addAll(JvmOptions.compilerOptions());
    return all;
  }

  /** Says that the sockets are there: {@link #begin} may be called before. */
  void socketsBound() {
    bound.complete(null);
  }

  Extensions extensions() {
    return extensions;
  }

  /** Lets cells wait for something else too. */
  void before(CompletableFuture<?> other) {
    first = other;
  }

  /**
   * {@return the Java session, waiting for it and for the start-up code}
   *
   * @throws IllegalStateException when it could not start, saying why
   */
  JavaSession java() {
    first.join();
    return await(java);
  }

  /**
   * {@return the Java session, waiting for it: for what start-up code itself may use}
   *
   * @throws IllegalStateException when it could not start, saying why
   */
  JavaSession earlyJava() {
    return await(early);
  }

  private static JavaSession await(CompletableFuture<JavaSession> java) {
    try {
      return java.join();
    } catch (CompletionException e) {
      throw new IllegalStateException(
          "Java cells cannot run: "
              + e.getCause()
              + "; the kernel needs a full JDK 25 with the modules jdk.jshell and jdk.compiler",
          e);
    }
  }

  /** Runs an action once Java is up, with the session; never when it does not come up. */
  void whenUp(Consumer<JavaSession> action) {
    java.thenAccept(action);
  }

  /** {@return the Java session if it is up} */
  @Nullable JavaSession ifUp() {
    return java.isDone() && !java.isCompletedExceptionally() ? java.join() : null;
  }
}
