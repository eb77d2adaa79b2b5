package lazuli.kernel.cell;

import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** How the evaluation of a piece of Java ended. */
public sealed interface Outcome {
  /**
   * The last snippet was an expression.
   *
   * @param value the live object, null too
   * @param typeName its static type as javac names it
   */
  record Value(@Nullable Object value, String typeName) implements Outcome {}

  /** The last snippet was a declaration, an assignment or a statement, or there was none. */
  record None() implements Outcome {}

  /**
   * It did not compile, or it threw. What ran before stays done.
   *
   * @param ename the simple name of the thrown class, {@link #COMPILATION_ERROR} for a compile
   *     error
   * @param evalue the message
   * @param traceback the whole text to show, line by line
   * @param thrown the live exception; null when it did not compile
   */
  record Failure(String ename, String evalue, List<String> traceback, @Nullable Throwable thrown)
      implements Outcome {
    /** Copies the lines. */
    public Failure {
      traceback = List.copyOf(traceback);
    }

    /** {@return whether the code did not compile} */
    public boolean compilation() {
      return thrown == null;
    }

    /** {@return the failure of what found the heap full, without the stack that would need some} */
    public static Failure fullHeap(OutOfMemoryError e) {
      return new Failure(
          "OutOfMemoryError",
          String.valueOf(e.getMessage()),
          List.of(String.valueOf(e), Reserve.advice(e)),
          e);
    }

    /**
     * {@return the failure of what ran longer than it may}
     *
     * @param message which limit it was, and whose
     */
    public static Failure timeout(String message) {
      return new Failure(
          TIMEOUT, message, List.of(TIMEOUT + ": " + message), new TimeoutException(message));
    }
  }

  /** It was stopped by {@link JavaSession#interrupt}. State and what ran before stay. */
  record Interrupted() implements Outcome {}

  /** The {@code ename} of code that does not compile. */
  String COMPILATION_ERROR = "CompilationError";

  /** The {@code ename} of a statement that ran longer than it may: that of IJava and JJava. */
  String TIMEOUT = "EvaluationTimeoutException";
}
