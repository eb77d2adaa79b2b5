package lazuli.array.profile;

import java.util.Locale;

/**
 * Where the user's code stands. Whoever runs it says so: a notebook's kernel names its cells.
 * Without one, lines of source files are known and nothing else. Process-wide.
 */
public final class UserCode {
  /** Names of pieces of code. Called on the thread that runs the code; must not throw. */
  public interface Names {
    /** {@return the cell that runs on the calling thread, such as {@code In[3]}; empty for none} */
    String cell();

    /**
     * {@return where a frame stands, such as {@code In[3] line 2}; empty when it is in no cell}
     *
     * @param frame a frame of the calling thread's stack
     */
    String line(StackTraceElement frame);
  }

  private static final Names NOBODY =
      new Names() {
        @Override
        public String cell() {
          return "";
        }

        @Override
        public String line(StackTraceElement frame) {
          return "";
        }
      };

  private static volatile Names names = NOBODY;

  private UserCode() {}

  /**
   * Sets who names the code that runs.
   *
   * @param other the names
   */
  public static void namedBy(Names other) {
    names = other;
  }

  /** Forgets who names the code that runs. */
  public static void nameless() {
    names = NOBODY;
  }

  /** {@return the cell that runs on this thread, such as {@code In[3]}; empty when nobody says} */
  public static String cell() {
    return names.cell();
  }

  /**
   * {@return the line that called into the library, such as {@code In[3] line 2} or {@code
   * Train.java line 7}; the cell when no line is known} Walks the stack: some microseconds.
   */
  static String line() {
    StackTraceElement frame =
        StackWalker.getInstance()
            .walk(
                frames ->
                    frames
                        .filter(one -> !one.getClassName().startsWith("lazuli.array."))
                        .findFirst()
                        .map(StackWalker.StackFrame::toStackTraceElement)
                        .orElse(null));
    if (frame == null) {
      return cell();
    }
    String line = names.line(frame);
    if (!line.isEmpty()) {
      return line;
    }
    String cell = cell();
    String file = frame.getFileName();
    return cell.isEmpty() && file != null
        ? String.format(Locale.ROOT, "%s line %d", file, frame.getLineNumber())
        : cell;
  }
}
