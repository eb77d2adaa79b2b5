package lazuli.kernel.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * The client's side of a connection: sends requests and sorts what comes back by the request that
 * caused it. Thread-safe.
 */
public final class Client implements AutoCloseable {
  private static final int REMEMBERED = 4096;

  /** How long one ping of the heartbeat is waited for. */
  private static final long BEAT_MS = 3000;

  private final ZMQ.Context context = ZMQ.context(1);
  private final SocketLoop loop = new SocketLoop("lazuli-client");
  private final String session = UUID.randomUUID().toString();
  private final ConnectionFile connection;
  private final Codec codec;
  private final Exchange unasked;
  private final List<IpcBridge> bridges = new CopyOnWriteArrayList<>();
  // Exchanges that may still get messages: output of background threads comes late.
  private final Map<String, Exchange> exchanges =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Exchange> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** Connects; the kernel need not be there yet. */
  public Client(ConnectionFile connection) {
    this.connection = connection;
    codec = new Codec(connection);
    unasked = new Exchange(Header.fresh(session, "client", ""));
    byte[] identity = session.getBytes(StandardCharsets.US_ASCII);
    for (Channel channel : Channel.values()) {
      boolean iopub = channel == Channel.IOPUB;
      ZMQ.Socket socket = open(iopub ? SocketType.SUB : SocketType.DEALER);
      if (iopub) {
        socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
      } else {
        // The kernel asks for input on stdin under the name that asked on shell.
        socket.setIdentity(identity);
      }
      socket.connect(address(connection.port(channel)));
      loop.add(channel, socket, frames -> received(channel, frames));
    }
    loop.start();
  }

  private ZMQ.Socket open(SocketType type) {
    ZMQ.Socket socket = context.socket(type);
    socket.setSndHWM(0);
    socket.setRcvHWM(0);
    socket.setLinger(0);
    // Between two JeroMQ 0.6.0 sockets about one handshake in twenty stalls: then connect again.
    socket.setHandshakeIvl(500);
    // The kernel binds its sockets a moment after it was started.
    socket.setReconnectIVL(20);
    if (connection.ip().contains(":")) {
      socket.setIPv6(true);
    }
    return socket;
  }

  private String address(int port) {
    if (!connection.transport().equals("ipc")) {
      return connection.address(port);
    }
    try {
      IpcBridge bridge = IpcBridge.toFile(connection.socketFile(port));
      bridges.add(bridge);
      return "tcp://127.0.0.1:" + bridge.port();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void received(Channel channel, List<byte[]> frames) {
    Message message;
    try {
      message = codec.decode(frames);
    } catch (BadMessageException e) {
      Log.warn("dropped " + e.getMessage());
      return;
    }
    Header parent = message.parent();
    Exchange exchange = null;
    if (parent != null) {
      synchronized (exchanges) {
        exchange = exchanges.get(parent.id());
      }
    }
    (exchange == null ? unasked : exchange).received(channel, message);
  }

  /** Sends a request on the shell channel. */
  public Exchange shell(String type, Json.Obj content) {
    return request(Channel.SHELL, type, content);
  }

  /** Sends a request on the control channel, which is answered while a cell runs. */
  public Exchange control(String type, Json.Obj content) {
    return request(Channel.CONTROL, type, content);
  }

  /** Sends a cell to execute. */
  public Exchange execute(String code, boolean allowStdin) {
    return shell(
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
            allowStdin,
            "stop_on_error",
            true));
  }

  /** Answers an {@code input_request}. */
  public void answer(Message inputRequest, String value) {
    sendFrames(
        Channel.STDIN,
        codec.encode(
            new Message(
                List.of(),
                Header.fresh(session, "client", "input_reply"),
                inputRequest.header(),
                Json.EMPTY,
                Json.object("status", "ok", "value", value),
                List.of())));
  }

  private Exchange request(Channel channel, String type, Json.Obj content) {
    return send(channel, type, content, List.of());
  }

  /** Sends any message, with binary parts. */
  public Exchange send(Channel channel, String type, Json.Obj content, List<byte[]> buffers) {
    return send(channel, Header.fresh(session, "client", type), content, buffers);
  }

  /** Sends any message under a header of the caller's. */
  public Exchange send(Channel channel, Header header, Json.Obj content, List<byte[]> buffers) {
    Exchange exchange = new Exchange(header);
    synchronized (exchanges) {
      exchanges.put(header.id(), exchange);
    }
    sendFrames(
        channel, codec.encode(new Message(List.of(), header, null, Json.EMPTY, content, buffers)));
    return exchange;
  }

  /** Sends frames as they are: for tests of what a kernel does with bad ones. */
  public void sendFrames(Channel channel, List<byte[]> frames) {
    loop.send(channel, frames);
  }

  /** {@return the codec of this connection} */
  Codec codec() {
    return codec;
  }

  /** {@return what the kernel said without having been asked by this client} */
  public Exchange unasked() {
    return unasked;
  }

  /**
   * Waits until the kernel answers and this client sees its iopub messages.
   *
   * @return the content of {@code kernel_info_reply}
   * @throws TimeoutException when the kernel does not answer in time
   */
  public Json.Obj awaitReady(Duration limit) throws TimeoutException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      Exchange info = shell("kernel_info_request", Json.EMPTY);
      // Asked again after a second: a kernel may drop what comes before it listens on iopub.
      long patience = Math.min(end, System.nanoTime() + Duration.ofSeconds(1).toNanos());
      try {
        return info.await(Duration.ofNanos(patience - System.nanoTime())).content();
      } catch (TimeoutException e) {
        if (System.nanoTime() >= end) {
          throw new TimeoutException(
              "the kernel did not answer within " + limit.toMillis() + " ms");
        }
      }
    }
  }

  /** {@return whether the kernel's heartbeat answers in time} */
  public boolean alive(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    do {
      // A ping that is lost with a connection is not sent again: a new socket sends a new one.
      try (ZMQ.Socket beat = open(SocketType.REQ)) {
        beat.setReceiveTimeOut((int) Math.min(BEAT_MS, limit.toMillis()));
        beat.connect(address(connection.heartbeat()));
        beat.send("ping");
        if (beat.recv() != null) {
          return true;
        }
      }
    } while (System.nanoTime() < end);
    return false;
  }

  @Override
  public void close() {
    loop.close();
    context.close();
    bridges.forEach(IpcBridge::close);
  }
}
