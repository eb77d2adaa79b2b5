package lazuli.kernel.cell;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Heap and file descriptors that are kept free for the moment when a cell has taken the rest: to
 * say so, and to compile the next cell, which may set a variable to null or close files.
 */
final class Reserve {
  private static final int BYTES = 12 << 20;

  private static final int DESCRIPTORS = 16;
  private static final Path NOWHERE = Path.of("/dev/null");

  private byte @Nullable [] held = new byte[BYTES];
  private final List<InputStream> files = new ArrayList<>();

  Reserve() {
    refill();
  }

  /** Gives away what a failure says is missing. */
  synchronized void spendOn(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      held = null;
    } else if (needsFiles(failure)) {
      for (InputStream file : files) {
        try {
          file.close();
        } catch (IOException e) {
          // A descriptor that does not close is no reserve either.
          continue;
        }
      }
      files.clear();
    }
  }

  /** Takes it back if there is room. */
  synchronized void refill() {
    try {
      while (files.size() < DESCRIPTORS && Files.exists(NOWHERE)) {
        files.add(new FileInputStream(NOWHERE.toFile()));
      }
    } catch (IOException e) {
      // Still none to have: a half of the reserve would be taken from the cell that frees some.
      spendOn(new IOException("Too many open files"));
    }
    if (held == null) {
      try {
        held = new byte[BYTES];
      } catch (OutOfMemoryError e) {
        // The heap is still full: the next cell tries again.
        held = null;
      }
    }
  }

  private static boolean needsFiles(Throwable failure) {
    return failure instanceof IOException
        && String.valueOf(failure.getMessage()).contains("Too many open files");
  }

  /** {@return what says that the heap was full, javac wraps it; null for any other failure} */
  static @Nullable OutOfMemoryError fullHeap(Throwable failure) {
    for (Throwable one : Evaluation.chain(failure)) {
      if (one instanceof OutOfMemoryError full) {
        return full;
      }
    }
    return null;
  }

  /** {@return what to do about an exhausted heap, or system; empty for any other failure} */
  static String advice(Throwable thrown) {
    if (needsFiles(thrown)) {
      return "The system gives this process no more open files. Close some, in a cell too, or start"
          + " the kernel with a higher limit (ulimit -n).";
    }
    if (!(thrown instanceof OutOfMemoryError)) {
      return "";
    }
    if (String.valueOf(thrown.getMessage()).contains("native thread")) {
      return "The system gives this process no more threads. Those that cells started go on until"
          + " they end; restart the kernel to be rid of them.";
    }
    return "The heap of "
        + (Runtime.getRuntime().maxMemory() >> 20)
        + " MiB is full, or too small for this. Set variables that hold much to null, or give the"
        + " kernel more: %config heap=8g and a restart.";
  }
}
