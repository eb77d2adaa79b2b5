package lazuli.kernel.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import lazuli.kernel.ext.Extension;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Client;
import lazuli.kernel.wire.ConnectionFile;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;

/** A session in this process and a client of it, over real sockets. */
final class TestKernel implements AutoCloseable {
  /** Long enough for a loaded machine; nothing waits for it when all is well. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  final ConnectionFile connection;
  final Session session;
  final Client client;

  private TestKernel(
      ConnectionFile connection, List<Extension> extensions, Map<String, String> environment)
      throws Exception {
    this.connection = connection;
    session = new Session(connection, extensions, Optional.empty(), environment::get);
    client = new Client(connection);
    client.awaitReady(LIMIT);
  }

  static TestKernel start(Extension... extensions) throws Exception {
    return new TestKernel(ConnectionFile.onFreePorts(), List.of(extensions), Map.of());
  }

  static TestKernel startIn(Map<String, String> environment) throws Exception {
    return new TestKernel(ConnectionFile.onFreePorts(), List.of(), environment);
  }

  static TestKernel start(ConnectionFile connection) throws Exception {
    return new TestKernel(connection, List.of(), Map.of());
  }

  /** Everything that came back for a request. */
  record Run(Json.Obj reply, List<Exchange.Event> events) {
    List<Message> iopub() {
      return events.stream()
          .filter(event -> event.channel() == Channel.IOPUB)
          .map(Exchange.Event::message)
          .toList();
    }

    List<String> iopubTypes() {
      return iopub().stream().map(Message::type).toList();
    }

    List<Json.Obj> contents(String type) {
      return iopub().stream().filter(m -> m.type().equals(type)).map(Message::content).toList();
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

    String stdout() {
      return text("stdout");
    }

    String stderr() {
      return text("stderr");
    }

    String status() {
      return reply.at("status").text("");
    }
  }

  Run run(String code) throws Exception {
    return collect(client.execute(code, false));
  }

  Run request(String type, Object... keysAndValues) throws Exception {
    return collect(client.shell(type, Json.object(keysAndValues)));
  }

  static Run collect(Exchange exchange) throws Exception {
    List<Exchange.Event> events = new ArrayList<>();
    while (!exchange.done()) {
      events.add(exchange.next(LIMIT));
    }
    return new Run(Objects.requireNonNull(exchange.reply()).content(), events);
  }

  @Override
  public void close() {
    client.close();
    session.close();
  }
}
