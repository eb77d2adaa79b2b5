package lazuli.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import lazuli.kernel.ext.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelSocketsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private ConnectionFile connection(String transport) throws Exception {
    return transport.equals("ipc")
        ? ConnectionFile.onFiles(folder.resolve("k"))
        : ConnectionFile.onFreePorts();
  }

  /** A kernel that answers every request with its own content, then says idle. */
  private static KernelSockets echo(ConnectionFile connection) {
    Codec codec = new Codec(connection);
    var sockets = new AtomicReference<KernelSockets>();
    sockets.set(
        new KernelSockets(
            connection,
            codec,
            "kernel",
            () -> {},
            Map.of(
                Channel.SHELL,
                frames -> {
                  Message request;
                  try {
                    request = codec.decode(frames);
                  } catch (BadMessageException e) {
                    return;
                  }
                  String type = request.type().replace("_request", "_reply");
                  Header header = Header.fresh("kernel", "kernel", type);
                  sockets
                      .get()
                      .send(
                          Channel.SHELL,
                          codec.encode(
                              new Message(
                                  request.identities(),
                                  header,
                                  request.header(),
                                  Json.EMPTY,
                                  request.content(),
                                  List.of())));
                  sockets
                      .get()
                      .send(
                          Channel.IOPUB,
                          codec.encode(
                              new Message(
                                  List.of("status".getBytes()),
                                  Header.fresh("kernel", "kernel", "status"),
                                  request.header(),
                                  Json.EMPTY,
                                  Json.object("execution_state", "idle"),
                                  List.of())));
                })));
    sockets.get().start();
    return sockets.get();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "ipc"})
  void aRequestIsAnsweredAndTheSubscriberIsWelcomed(String transport) throws Exception {
    ConnectionFile connection = connection(transport);
    try (KernelSockets sockets = echo(connection);
        Client client = new Client(connection)) {
      assertEquals(Json.EMPTY, client.awaitReady(LIMIT));
      Exchange exchange = client.shell("complete_request", Json.object("code", "é🙂"));
      assertEquals("é🙂", exchange.await(LIMIT).content().at("code").text(""));
      Message welcome = client.unasked().next(LIMIT).message();
      assertEquals("iopub_welcome", welcome.type());
      assertEquals(Json.object("subscription", ""), welcome.content());
      assertTrue(client.alive(LIMIT));
      sockets.afterArrived(() -> {});
    }
  }

  @Test
  void aPortInUseIsNamedInOneLine() throws Exception {
    ConnectionFile connection = connection("tcp");
    try (KernelSockets sockets = echo(connection)) {
      var error = assertThrows(UsageException.class, () -> echo(connection));
      assertEquals(
          "cannot bind tcp://127.0.0.1:"
              + connection.control()
              + ": the port is in use; start again with a new connection file",
          error.getMessage());
      sockets.afterArrived(() -> {});
    }
  }
}
