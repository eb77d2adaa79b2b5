package lazuli.kernel.magic;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child process of a cell: its output comes as it is written, an interrupt ends it. */
final class Child {
  /** How long a child that was asked to end may take, and readers of what it left open. */
  private static final long PATIENCE_MS = 1000;

  private Child() {}

  /**
   * {@return the exit status}
   *
   * @param builder the command; its input is empty
   * @param out gets its standard output, byte by byte as it comes
   * @throws IOException when it cannot be started
   * @throws InterruptedException after the child and what it started were ended
   */
  static int run(ProcessBuilder builder, OutputStream out)
      throws IOException, InterruptedException {
    Process process = builder.start();
    process.getOutputStream().close();
    List<Thread> readers =
        List.of(
            reader(process.getInputStream(), out), reader(process.getErrorStream(), System.err));
    try {
      int status = process.waitFor();
      for (Thread reader : readers) {
        // A child of the child may hold the stream open for ever.
        reader.join(PATIENCE_MS);
      }
      return status;
    } catch (InterruptedException e) {
      end(process);
      throw e;
    }
  }

  private static Thread reader(InputStream from, OutputStream to) {
    return Thread.ofPlatform()
        .daemon()
        .name("lazuli-child-output")
        .start(
            () -> {
              try (from) {
                byte[] bytes = new byte[8192];
                for (int n = from.read(bytes); n >= 0; n = from.read(bytes)) {
                  to.write(bytes, 0, n);
                  to.flush();
                }
              } catch (IOException e) {
                // The child was ended.
                return;
              }
            });
  }

  private static void end(Process process) throws InterruptedException {
    List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
    family.add(process.toHandle());
    family.forEach(ProcessHandle::destroy);
    boolean ended = process.waitFor(PATIENCE_MS, TimeUnit.MILLISECONDS);
    if (!ended || family.stream().anyMatch(ProcessHandle::isAlive)) {
      family.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
