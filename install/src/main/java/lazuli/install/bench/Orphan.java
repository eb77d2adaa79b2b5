package lazuli.install.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import lazuli.kernel.wire.Client;
import lazuli.kernel.wire.ConnectionFile;

/** A kernel whose starter is killed hard. */
final class Orphan {
  private static final Duration START = Duration.ofSeconds(120);
  private static final long PATIENCE_S = 5;

  private Orphan() {}

  /** {@return how many processes are left 5 s after the one that started the kernel was killed} */
  static int left(Contender contender) throws IOException, InterruptedException, TimeoutException {
    Path folder = Files.createTempDirectory("lazuli-bench-");
    Path file = folder.resolve("connection.json");
    ConnectionFile connection = ConnectionFile.onFreePorts();
    connection.write(file);
    var command = new ArrayList<String>();
    command.addAll(
        List.of("/bin/sh", "-c", "export JPY_PARENT_PID=$$; \"$@\" & echo $!; wait", "sh"));
    command.addAll(Spawned.command(contender, file));
    Process starter =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long pid;
    try (var lines = starter.inputReader();
        Client client = new Client(connection)) {
      pid = Long.parseLong(lines.readLine());
      client.awaitReady(START);
    }
    List<ProcessHandle> family = new ArrayList<>();
    ProcessHandle.of(pid)
        .ifPresent(
            kernel -> {
              family.add(kernel);
              kernel.descendants().forEach(family::add);
            });
    starter.destroyForcibly();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    for (ProcessHandle one : family) {
      try {
        one.onExit().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (java.util.concurrent.ExecutionException | TimeoutException stillThere) {
        continue;
      }
    }
    int left = (int) family.stream().filter(ProcessHandle::isAlive).count();
    family.forEach(ProcessHandle::destroyForcibly);
    Files.deleteIfExists(file);
    Files.deleteIfExists(folder);
    return left;
  }
}
