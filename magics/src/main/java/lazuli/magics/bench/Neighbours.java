package lazuli.magics.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes that only compute, so that a bench shows how both sides bear a busy machine. */
final class Neighbours implements AutoCloseable {
  private final List<Process> processes = new ArrayList<>();

  /**
   * {@return running neighbours}
   *
   * @param count how many
   * @throws IOException when the system starts none
   */
  static Neighbours start(int count) throws IOException {
    Neighbours all = new Neighbours();
    for (int i = 0; i < count; i++) {
      all.processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-Xmx16m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Neighbours.class.getName())
              .redirectErrorStream(true)
              .start());
    }
    return all;
  }

  /** {@return how many run} */
  long alive() {
    return processes.stream().filter(Process::isAlive).count();
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }

  /**
   * Computes until standard input ends: with the process that started this one, however it ends.
   *
   * @param arguments none
   * @throws IOException when standard input cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              while (true) {
                Thread.onSpinWait();
              }
            });
    while (System.in.read() >= 0) {
      // Nothing is ever written there.
    }
  }
}
