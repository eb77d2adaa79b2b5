package lazuli.kernel.conformance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import lazuli.kernel.conformance.Language.Snippet;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Client;
import lazuli.kernel.wire.ConnectionFile;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Header;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;

/** A kernel process under test and a client of it. */
final class Peer implements AutoCloseable {
  /** Long enough for a loaded machine; nothing waits for it when all is well. */
  static final Duration LIMIT = Duration.ofSeconds(120);

  final Language language;
  final ConnectionFile connection;
  final Client client;
  final Process process;

  private Peer(Language language, ConnectionFile connection, Process process) {
    this.language = language;
    this.connection = connection;
    this.process = process;
    client = new Client(connection);
  }

  static Peer start(Language language, Path folder) throws Exception {
    return start(language, folder, ConnectionFile.onFreePorts());
  }

  static Peer start(Language language, Path folder, ConnectionFile connection) throws Exception {
    Path file = folder.resolve("connection-" + connection.shell() + ".json");
    connection.write(file);
    List<String> command = new ArrayList<>(language.command());
    command.add(file.toString());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(language.environment());
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
    Peer peer = new Peer(language, connection, builder.start());
    try {
      peer.client.awaitReady(LIMIT);
    } catch (TimeoutException | RuntimeException e) {
      String state = peer.process.isAlive() ? "runs" : "ended with " + peer.process.exitValue();
      String log = java.nio.file.Files.readString(folder.resolve("log"));
      peer.close();
      throw new AssertionError(language.name() + " " + state + "; it said: " + log, e);
    }
    return peer;
  }

  String code(Snippet snippet) {
    return language.code(snippet);
  }

  /** Everything that came back for a request until its reply and idle. */
  record Run(Message message, List<Exchange.Event> events) {
    Json.Obj reply() {
      return message.content();
    }

    String status() {
      return reply().at("status").text("none");
    }

    List<Message> iopub() {
      return events.stream()
          .filter(event -> event.channel() == Channel.IOPUB)
          .map(Exchange.Event::message)
          .toList();
    }

    List<Json.Obj> contents(String type) {
      return iopub().stream().filter(m -> m.type().equals(type)).map(Message::content).toList();
    }

    List<String> states() {
      return contents("status").stream().map(c -> c.at("execution_state").text("")).toList();
    }

    /** The types on iopub without the states. */
    List<String> types() {
      return iopub().stream().map(Message::type).filter(t -> !t.equals("status")).toList();
    }

    String result() {
      return contents("execute_result").stream()
          .map(content -> content.at("data").at("text/plain").text(""))
          .findFirst()
          .orElse("none");
    }

    String text(String stream) {
      var text = new StringBuilder();
      for (Json.Obj content : contents("stream")) {
        if (content.at("name").text("").equals(stream)) {
          text.append(content.at("text").text(""));
        }
      }
      return text.toString();
    }
  }

  static Run collect(Exchange exchange) throws Exception {
    List<Exchange.Event> events = new ArrayList<>();
    while (!exchange.done()) {
      events.add(exchange.next(LIMIT));
    }
    return new Run(Objects.requireNonNull(exchange.reply()), events);
  }

  /** Waits for a message of a type, handing over everything before it. */
  static Message await(Exchange exchange, String type) throws Exception {
    while (true) {
      Message message = exchange.next(LIMIT).message();
      if (message.type().equals(type)) {
        return message;
      }
    }
  }

  /** {@return a request to run code, fields changed or added by pairs} */
  static Json.Obj cell(String code, Object... more) {
    Json.Obj content =
        Json.object(
            "code", code,
            "silent", false,
            "store_history", true,
            "user_expressions", Json.EMPTY,
            "allow_stdin", false,
            "stop_on_error", true);
    for (int i = 0; i < more.length; i += 2) {
      content = content.with((String) more[i], more[i + 1]);
    }
    return content;
  }

  Exchange send(String type, Json.Obj content) {
    return client.shell(type, content);
  }

  Exchange start(Snippet snippet, Object... more) {
    return send("execute_request", cell(code(snippet), more));
  }

  /** Waits until what is sent from now on runs, whatever the last cell did. */
  void settle() throws Exception {
    if (language.abortsForAMoment()) {
      ask("kernel_info_request");
    }
  }

  Run run(Snippet snippet, Object... more) throws Exception {
    settle();
    return collect(start(snippet, more));
  }

  Run run(String code, Object... more) throws Exception {
    settle();
    return collect(send("execute_request", cell(code, more)));
  }

  Run ask(String type, Object... content) throws Exception {
    return collect(send(type, Json.object(content)));
  }

  Run control(String type, Object... content) throws Exception {
    return collect(client.control(type, Json.object(content)));
  }

  Exchange inSubshell(String subshell, String type, Json.Obj content) {
    Header plain = Header.fresh("conformance", "client", type);
    return client.send(
        Channel.SHELL, Header.of(plain.json().with("subshell_id", subshell)), content, List.of());
  }

  boolean endsWithin(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    client.close();
    process.destroyForcibly();
  }
}
