package lazuli.kernel.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.cell.Outcome;
import lazuli.kernel.config.JvmOptions;
import lazuli.kernel.ext.Extension;
import lazuli.kernel.notebook.Settings;
import lazuli.kernel.wire.Log;
import org.jspecify.annotations.Nullable;

/** Brings up extensions and Java in the background, while the sockets already answer. */
final class JavaStart {
  private final CompletableFuture<JavaSession> java = new CompletableFuture<>();
  private volatile CompletableFuture<?> first = CompletableFuture.completedFuture(null);

  /** Done before {@link #java}: start-up code runs in between. */
  private final CompletableFuture<JavaSession> early = new CompletableFuture<>();

  private final Extensions extensions;
  private final Settings settings;

  JavaStart(Extensions extensions, Settings settings) {
    this.extensions = extensions;
    this.settings = settings;
  }

  /**
   * Starts.
   *
   * @param found the extensions, looked for on the background thread
   * @param notebook runs the start-up code
   * @param warnings told what a cell likely does not mean
   */
  void begin(Iterable<Extension> found, LiveNotebook notebook, Consumer<String> warnings) {
    Thread thread = new Thread(() -> run(found, notebook, warnings), "lazuli-start");
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Iterable<Extension> found, LiveNotebook notebook, Consumer<String> warnings) {
    try {
      found.forEach(extensions::install);
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
      early.complete(session);
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
    for (Runnable work : extensions.warming()) {
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
