package lazuli.install.bench;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the JDK does not tell of another process. Linux only, as the figures are. */
final class Native {
  private static final int SIGINT = 2;

  private Native() {}

  /** Interrupts a process as a client in the same terminal does. */
  static void interrupt(long pid) {
    Linker linker = Linker.nativeLinker();
    MethodHandle kill =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("kill"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      int failed = (int) kill.invokeExact((int) pid, SIGINT);
      if (failed != 0) {
        throw new IllegalStateException("no process " + pid);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@return whether this system tells the memory of a process} */
  static boolean tellsMemory() {
    return Files.isReadable(Path.of("/proc/self/smaps_rollup"));
  }

  /**
   * {@return the memory of a process in MiB, shared pages counted by their share (PSS)}
   *
   * @throws IOException when this system does not tell
   */
  static double memory(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      if (line.startsWith("Pss:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException("no Pss in /proc/" + pid + "/smaps_rollup");
  }
}
