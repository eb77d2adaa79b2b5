package lazuli.install.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Client;
import lazuli.kernel.wire.ConnectionFile;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;

/** One process of a contender, and what a client measures of it. Times are in milliseconds. */
final class Spawned implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Contender contender;
  private final Path folder;
  private final Process process;
  private final Client client;
  private final double info;
  private final double first;

  /**
   * Starts one and waits for its first result.
   *
   * @throws TimeoutException when it does not answer
   */
  Spawned(Contender contender) throws IOException, InterruptedException, TimeoutException {
    this.contender = contender;
    folder = Files.createTempDirectory("lazuli-bench-");
    Path file = folder.resolve("connection.json");
    ConnectionFile connection = ConnectionFile.onFreePorts();
    connection.write(file);
    List<String> command = command(contender, file);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("JPY_PARENT_PID", "" + ProcessHandle.current().pid());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    long start = System.nanoTime();
    process = builder.start();
    client = new Client(connection);
    try {
      reply(client.shell("kernel_info_request", Json.EMPTY));
      info = since(start);
      reply(execute(contender.expression().apply(1)));
      first = since(start);
      // What a kernel says on iopub before it has seen the subscription is lost, the status idle
      // too: asked until one arrives. From here on all is there.
      client.awaitReady(LIMIT);
    } catch (TimeoutException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  static List<String> command(Contender contender, Path file) {
    return contender.command().stream()
        .map(word -> word.replace("{connection_file}", file.toString()))
        .toList();
  }

  static double since(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  double info() {
    return info;
  }

  double first() {
    return first;
  }

  long pid() {
    return process.pid();
  }

  private static Message reply(Exchange exchange) throws TimeoutException, InterruptedException {
    while (true) {
      exchange.next(LIMIT);
      Message reply = exchange.reply();
      if (reply != null) {
        return reply;
      }
    }
  }

  /**
   * Sends a cell. Unlike a notebook it does not ask to stop the queue on an error: ipykernel would
   * abort the cell that comes right after an interrupted one.
   */
  private Exchange execute(String code) {
    return client.shell(
        "execute_request",
        Json.object(
            "code",
            code,
            "silent",
            false,
            "store_history",
            true,
            "user_expressions",
            Json.EMPTY,
            "allow_stdin",
            false,
            "stop_on_error",
            false));
  }

  private void mustBe(String expected, Message reply, String code) {
    String status = reply.content().at("status").text("");
    if (!status.equals(expected)) {
      throw new IllegalStateException(
          contender.name() + ": \"" + code + "\" ended with " + status + ", not " + expected);
    }
  }

  /** {@return the time until the reply of a cell, which must succeed} */
  double cell(String code) throws TimeoutException, InterruptedException {
    long start = System.nanoTime();
    Exchange exchange = execute(code);
    Message reply = reply(exchange);
    double time = since(start);
    mustBe("ok", reply, code);
    exchange.await(LIMIT);
    return time;
  }

  /** {@return the time until idle of a cell that prints, and the lines that came} */
  Printed print(int lines) throws TimeoutException, InterruptedException {
    String code = contender.print().apply(lines);
    long start = System.nanoTime();
    Exchange exchange = execute(code);
    long came = 0;
    while (!exchange.done()) {
      Exchange.Event event = exchange.next(LIMIT);
      Json.Obj content = event.message().content();
      if (event.message().type().equals("stream") && content.at("name").text("").equals("stdout")) {
        came += content.at("text").text("").chars().filter(c -> c == '\n').count();
      }
    }
    double time = since(start);
    mustBe("ok", exchange.await(LIMIT), code);
    return new Printed(time, came);
  }

  /**
   * What a cell that prints gave.
   *
   * @param time until idle
   * @param lines that came
   */
  record Printed(double time, long lines) {}

  /** {@return the time until the answer to a completion} */
  double complete(Duration limit) throws TimeoutException, InterruptedException {
    String code = contender.completable();
    long start = System.nanoTime();
    Exchange exchange =
        client.shell("complete_request", Json.object("code", code, "cursor_pos", code.length()));
    while (exchange.reply() == null) {
      exchange.next(limit.minusNanos(System.nanoTime() - start));
    }
    Message reply = exchange.reply();
    if (reply == null || reply.content().at("matches").items().isEmpty()) {
      throw new IllegalStateException(contender.name() + ": nothing completes " + code);
    }
    return since(start);
  }

  /** {@return a cell that was started and has said that it is on} */
  Exchange begin(String code) throws TimeoutException, InterruptedException {
    Exchange exchange = execute(code);
    Exchange.Event event = exchange.next(LIMIT);
    while (event.channel() != Channel.IOPUB || !event.message().type().equals("stream")) {
      if (exchange.done()) {
        throw new IllegalStateException(
            contender.name() + ": a cell that should run on ended: " + event.message().content());
      }
      event = exchange.next(LIMIT);
    }
    return exchange;
  }

  /** {@return the time from an interrupt to the end of a cell, which must end as failed} */
  double interrupt(Exchange running) throws TimeoutException, InterruptedException {
    long start = System.nanoTime();
    if (contender.signals()) {
      Native.interrupt(pid());
    } else {
      client.control("interrupt_request", Json.EMPTY);
    }
    Message reply = end(running);
    double time = since(start);
    mustBe("error", reply, "a cell to interrupt");
    return time;
  }

  /**
   * {@return the reply of an interrupted cell} A signal is sent again each second: CPython misses
   * one that comes just before a system call which blocks. A message is never sent again.
   */
  private Message end(Exchange running) throws TimeoutException, InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < end) {
      try {
        return running.await(contender.signals() ? AGAIN : LIMIT);
      } catch (TimeoutException goesOn) {
        if (contender.signals()) {
          Native.interrupt(pid());
        }
      }
    }
    throw new TimeoutException(
        contender.name() + ": a cell goes on " + LIMIT.toSeconds() + " s after its interrupt");
  }

  double memory() throws IOException {
    return Native.memory(pid());
  }

  /** {@return the time from the reply to a shutdown to the end of the process} */
  double shutdown() throws TimeoutException, InterruptedException {
    reply(client.control("shutdown_request", Json.object("restart", false)));
    long start = System.nanoTime();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new TimeoutException(contender.name() + " did not end");
    }
    return since(start);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    client.close();
    try {
      Files.deleteIfExists(folder.resolve("connection.json"));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // A temporary folder that cannot be removed harms no figure.
    }
  }
}
