package lazuli.install.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import lazuli.kernel.wire.Client;
import lazuli.kernel.wire.ConnectionFile;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;

/**
 * A kernel in a process of its own, and the client that talks to it over its sockets. Its
 * connection file can be read by this user only and goes with it.
 */
public final class KernelProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  /** How often the death of the process is looked for. */
  private static final Duration LOOK = Duration.ofMillis(500);

  private static final Duration SHUTDOWN = Duration.ofSeconds(5);
  private static final int TAIL = 20;

  private final Path folder;
  private final Process process;
  private final Thread reader;
  private final Deque<String> tail = new ArrayDeque<>();
  private final Client client;
  private final Json.Obj info;

  /** Where a kernel keeps the history of its cells. */
  private enum History {
    NOWHERE,
    WITH_THE_PROCESS,
    OF_THE_USER
  }

  private KernelProcess(List<String> command, Path directory, History history)
      throws IOException, InterruptedException {
    folder = Files.createTempDirectory("lazuli-");
    Client connected = null;
    Process started = null;
    try {
      Path file = folder.resolve("connection.json");
      ConnectionFile connection = ConnectionFile.onFreePorts();
      connection.write(file);
      var whole = new ArrayList<>(command);
      whole.add(file.toString());
      ProcessBuilder builder = new ProcessBuilder(whole).directory(directory.toFile());
      // The kernel leaves when this process does.
      builder.environment().put("JPY_PARENT_PID", Long.toString(ProcessHandle.current().pid()));
      switch (history) {
        case NOWHERE -> builder.environment().put("LAZULI_HISTORY", "off");
        case WITH_THE_PROCESS ->
            builder.environment().put("LAZULI_HISTORY", folder.resolve("history.jsonl").toString());
        case OF_THE_USER -> {}
      }
      builder.redirectErrorStream(true);
      started = builder.start();
      started.getOutputStream().close();
      process = started;
      reader = Thread.ofPlatform().daemon().name("kernel-output").start(this::readOutput);
      connected = new Client(connection);
      client = connected;
      info = awaitReady();
    } catch (IOException | InterruptedException | RuntimeException failure) {
      if (connected != null) {
        connected.close();
      }
      if (started != null) {
        started.destroyForcibly();
      }
      removeFolder();
      throw failure;
    }
  }

  /**
   * {@return a kernel that answers}
   *
   * @param command the command line up to the connection file
   * @param directory the kernel's current directory
   * @throws UsageError with status 1 and the end of what the kernel printed, when it does not start
   */
  public static KernelProcess start(List<String> command, Path directory)
      throws IOException, InterruptedException {
    return new KernelProcess(command, directory, History.NOWHERE);
  }

  /**
   * {@return a kernel that answers and does all that one of a user does, its history kept in a
   * folder that is removed with it}
   *
   * @param command the command line up to the connection file
   * @param directory the kernel's current directory
   * @throws UsageError with status 1 and the end of what the kernel printed, when it does not start
   */
  public static KernelProcess startForTraining(List<String> command, Path directory)
      throws IOException, InterruptedException {
    return new KernelProcess(command, directory, History.WITH_THE_PROCESS);
  }

  /**
   * {@return a kernel that answers, for somebody who types: its cells go into the user's history}
   *
   * @param command the command line up to the connection file
   * @param directory the kernel's current directory
   * @throws UsageError with status 1 and the end of what the kernel printed, when it does not start
   */
  public static KernelProcess startForTyping(List<String> command, Path directory)
      throws IOException, InterruptedException {
    return new KernelProcess(command, directory, History.OF_THE_USER);
  }

  private Json.Obj awaitReady() throws InterruptedException {
    return await(client::awaitReady);
  }

  /** Waits until cells can run, so that the first cell's time is its own. */
  public void awaitJava() throws InterruptedException {
    Exchange nothing = client.shell("execute_request", Json.object("code", "", "silent", true));
    await(nothing::await);
  }

  /** Something to wait for, for a limited time. */
  private interface Answer<T> {
    T within(Duration limit) throws TimeoutException, InterruptedException;
  }

  private <T> T await(Answer<T> answer) throws InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (true) {
      try {
        return answer.within(LOOK);
      } catch (TimeoutException e) {
        if (!process.isAlive()) {
          throw new UsageError(1, died());
        }
        if (System.nanoTime() > end) {
          String late = "the kernel did not answer within " + START.toSeconds() + " s";
          throw new UsageError(1, late + "; what it printed:" + lastLines());
        }
      }
    }
  }

  private void readOutput() {
    try (BufferedReader lines = process.inputReader(Charset.defaultCharset())) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        // Said by every JVM with the vector module, and no news to anybody.
        if (line.startsWith("WARNING: Using incubator modules")) {
          continue;
        }
        synchronized (tail) {
          tail.add(line);
          if (tail.size() > TAIL) {
            tail.remove();
          }
        }
      }
    } catch (IOException closed) {
      // The process ended while a line was being read.
    }
  }

  /** {@return the connection} */
  public Client client() {
    return client;
  }

  /** {@return the kernel's answer to kernel_info} */
  public Json.Obj info() {
    return info;
  }

  /** {@return whether the process runs} */
  public boolean alive() {
    return process.isAlive();
  }

  /** Ends the process without asking. */
  public void kill() {
    process.destroyForcibly();
  }

  /** {@return one paragraph about a kernel that ended by itself} */
  public String died() throws InterruptedException {
    process.waitFor(2, TimeUnit.SECONDS);
    reader.join(1000);
    String status = process.isAlive() ? "" : " (exit status " + process.exitValue() + ")";
    return "the kernel's process ended" + status + "; the end of what it printed:" + lastLines();
  }

  private String lastLines() {
    synchronized (tail) {
      return tail.isEmpty() ? " nothing" : "\n  " + String.join("\n  ", tail);
    }
  }

  /**
   * Asks the kernel to leave, and ends it if it does not.
   *
   * @param limit how long it may take
   */
  public void shutdown(Duration limit) throws InterruptedException {
    if (process.isAlive()) {
      client.control("shutdown_request", Json.object("restart", false));
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  /** Asks the kernel to leave, ends it if it does not, removes the connection file. */
  @Override
  public void close() {
    try {
      shutdown(SHUTDOWN);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } finally {
      client.close();
      removeFolder();
    }
  }

  private void removeFolder() {
    try {
      Files.deleteIfExists(folder.resolve("connection.json"));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // A temporary folder that cannot be removed harms nobody.
    }
  }
}
