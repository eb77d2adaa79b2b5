package lazuli.kernel.wire;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/**
 * The kernel's own log lines. They go to the process's stderr, never to System.err, which belongs
 * to the cells.
 */
public final class Log {
  // Held strongly, else its handler could be collected with it.
  private static final Logger SINK = Logger.getLogger("lazuli.kernel");
  private static final System.Logger LOGGER = System.getLogger("lazuli.kernel");

  static {
    SINK.setUseParentHandlers(false);
    SINK.addHandler(handler(new FileOutputStream(FileDescriptor.err)));
  }

  private Log() {}

  /** Writes to another stream from now on: the process's own stderr when cells have taken it. */
  public static void to(OutputStream stream) {
    for (Handler before : SINK.getHandlers()) {
      SINK.removeHandler(before);
    }
    SINK.addHandler(handler(stream));
  }

  private static Handler handler(OutputStream stream) {
    var line =
        new Formatter() {
          @Override
          public String format(LogRecord record) {
            return "lazuli: " + formatMessage(record) + "\n";
          }
        };
    return new StreamHandler(stream, line) {
      @Override
      public synchronized void publish(LogRecord record) {
        super.publish(record);
        flush();
      }
    };
  }

  /** Writes a line that somebody should read. */
  public static void warn(String line) {
    LOGGER.log(System.Logger.Level.WARNING, line);
  }

  /** Writes a line that is shown only when the level of {@code lazuli.kernel} is FINE. */
  public static void debug(String line) {
    LOGGER.log(System.Logger.Level.DEBUG, line);
  }
}
