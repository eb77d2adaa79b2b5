package lazuli.kernel.cell;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import jdk.jshell.spi.SPIResolutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs snippets on the thread that evaluates, keeps the live result, and leaves the compiler free
 * while user code runs.
 *
 * <p>The inherited loading and invocation are not used: the one fails for some cells ({@link
 * CellWeaver}), the other starts a thread for each snippet.
 */
final class CellControl extends LocalExecutionControl {
  private final SessionLoader loader;
  private final ReentrantLock compiler;
  private final Supplier<Evaluation> current;
  private final StopChecks checks;
  private final Reserve reserve;
  private volatile boolean stopChecks;
  private volatile @Nullable StatementLimit limit;

  CellControl(
      SessionLoader loader,
      ReentrantLock compiler,
      Supplier<Evaluation> current,
      StopChecks checks,
      Reserve reserve,
      boolean stopChecks) {
    super((LoaderDelegate) loader);
    this.loader = loader;
    this.compiler = compiler;
    this.current = current;
    this.checks = checks;
    this.reserve = reserve;
    this.stopChecks = stopChecks;
  }

  /** Decides whether what is compiled from now on can be stopped inside loops. */
  void stopChecks(boolean on) {
    stopChecks = on;
  }

  boolean stopChecks() {
    return stopChecks;
  }

  /** Limits the time of what runs from now on; null for no limit. */
  void limit(@Nullable StatementLimit statements) {
    limit = statements;
  }

  /** {@return a statement, a magic or a rendering that begins now; close it when it ends} */
  StatementLimit.Running statement(Evaluation evaluation) {
    return StatementLimit.begin(limit, evaluation, checks);
  }

  /** {@return what gives JShell this control} */
  ExecutionControlProvider provider() {
    return new ExecutionControlProvider() {
      @Override
      public String name() {
        return "lazuli";
      }

      @Override
      public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
        return CellControl.this;
      }
    };
  }

  @Override
  public void load(ClassBytecodes[] classes)
      throws ClassInstallException, NotImplementedException, EngineTerminationException {
    try {
      loader.load(CellWeaver.weave(classes, loader, stopChecks));
    } catch (ClassInstallException e) {
      current.get().threw(new LinkageError(e.getMessage(), e));
      throw e;
    }
  }

  @Override
  public String invoke(String className, String methodName) throws RunException {
    Evaluation evaluation = current.get();
    int holds = compiler.getHoldCount();
    for (int i = 0; i < holds; i++) {
      compiler.unlock();
    }
    try {
      return run(evaluation, className, methodName);
    } finally {
      if (!evaluation.abandoned()) {
        for (int i = 0; i < holds; i++) {
          compiler.lock();
        }
      }
    }
  }

  private String run(Evaluation evaluation, String className, String methodName)
      throws RunException {
    if (!evaluation.enterUserCode()) {
      throw new StoppedException();
    }
    Throwable failure = null;
    try (var _ = statement(evaluation)) {
      Method method = loader.findClass(className).getDeclaredMethod(methodName);
      method.setAccessible(true);
      evaluation.returned(method.invoke(null));
    } catch (InvocationTargetException e) {
      failure = e.getCause();
    } catch (Throwable e) {
      failure = e;
    } finally {
      evaluation.leaveUserCode();
    }
    if (failure != null) {
      reserve.spendOn(failure);
    }
    if (evaluation.abandoned()) {
      throw new AbandonedError();
    }
    if (evaluation.stopped()) {
      throw new StoppedException();
    }
    if (failure != null) {
      evaluation.threw(failure);
      throw forTranslation(failure);
    }
    return "";
  }

  /** JShell translates the stacks of this exception and its causes to lines of snippets. */
  private static RunException forTranslation(Throwable failure) {
    List<Throwable> chain = Evaluation.chain(failure);
    RunException last = null;
    for (Throwable one : chain.reversed()) {
      StackTraceElement[] stack =
          Arrays.stream(one.getStackTrace())
              .filter(frame -> frame.getLineNumber() > 0 || !isCell(frame))
              .toArray(StackTraceElement[]::new);
      RunException next =
          one instanceof SPIResolutionException unresolved
              ? new ResolutionException(unresolved.id(), stack)
              : new UserException("", one.getClass().getName(), stack);
      if (last != null) {
        next.initCause(last);
      }
      last = next;
    }
    return last == null ? new StoppedException() : last;
  }

  private static boolean isCell(StackTraceElement frame) {
    return frame.getClassName().startsWith("REPL.");
  }

  @Override
  public void stop() {
    current.get().stop(checks, false);
  }

  /** Unwinds a thread that was given up through JShell without touching its state. */
  static final class AbandonedError extends Error {
    private static final long serialVersionUID = 1L;

    AbandonedError() {
      super("abandoned", null, false, false);
    }
  }
}
