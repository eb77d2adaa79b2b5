package lazuli.compat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lazuli.kernel.session.Session;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Client;
import lazuli.kernel.wire.ConnectionFile;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;

/** A kernel in this process, and a client that keeps a cell's outputs as nbclient does. */
final class CellClient implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private final Session session;
  private final Client client;
  private final List<Output> shown = new ArrayList<>();

  CellClient() throws Exception {
    ConnectionFile connection = ConnectionFile.onFreePorts();
    Map<String, String> nothing = Map.of();
    session = new Session(connection, List.of(), Optional.empty(), nothing::get);
    client = new Client(connection);
    client.awaitReady(LIMIT);
  }

  /** One output of a cell; a display's content changes when it is updated. */
  static final class Output {
    final String type;
    final String id;
    Json.Obj content;

    Output(String type, String id, Json.Obj content) {
      this.type = type;
      this.id = id;
      this.content = content;
    }

    String text() {
      return content.at("data").at("text/plain").text("");
    }
  }

  /** What became of a cell. */
  record Run(Json.Obj reply, List<Output> outputs) {
    String status() {
      return reply.at("status").text("");
    }

    String error() {
      return reply.at("evalue").text("");
    }

    String result() {
      return outputs.stream()
          .filter(one -> one.type.equals("execute_result"))
          .map(Output::text)
          .findFirst()
          .orElse("none");
    }

    String stream(String name) {
      var text = new StringBuilder();
      outputs.stream()
          .filter(one -> one.type.equals("stream"))
          .filter(one -> one.content.at("name").text("").equals(name))
          .forEach(one -> text.append(one.content.at("text").text("")));
      return text.toString();
    }
  }

  /** Runs a cell; its outputs change later when another cell updates a display. */
  Run run(String code) throws Exception {
    List<Output> outputs = new ArrayList<>();
    Exchange exchange = client.execute(code, false);
    while (!exchange.done()) {
      Exchange.Event event = exchange.next(LIMIT);
      if (event.channel() == Channel.IOPUB) {
        take(event.message(), outputs);
      }
    }
    return new Run(exchange.reply().content(), outputs);
  }

  private void take(Message message, List<Output> outputs) {
    Json.Obj content = message.content();
    String id = content.at("transient").at("display_id").text("");
    switch (message.type()) {
      case "stream", "execute_result", "error", "display_data" -> {
        var output = new Output(message.type(), id, content);
        outputs.add(output);
        shown.add(output);
      }
      case "update_display_data" ->
          shown.stream().filter(one -> one.id.equals(id)).forEach(one -> one.content = content);
      default -> {}
    }
  }

  void changeFolder(Path folder) throws Exception {
    run("%cd \"" + folder + "\"");
  }

  @Override
  public void close() {
    client.close();
    session.close();
  }
}
