package lazuli.kernel.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import lazuli.kernel.ext.UsageException;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * The kernel's five sockets. Handlers are given before anything is bound, so that no request can
 * find the kernel without them.
 */
public final class KernelSockets implements AutoCloseable {
  private static final int LINGER_MS = 1000;

  /** Messages that ZeroMQ keeps for a subscriber that does not read; more wait in order. */
  private static final int PUBLISHED = 1024;

  private static final long PATIENCE_NANOS = 10_000_000_000L;
  private static final long MOST_WAITING =
      Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4);

  /** Replies that are kept for a client that reads none of them. */
  private static final int REPLIES = 100_000;

  /** A frame that claims to be longer would be allocated before it is there. */
  private static final long LONGEST_FRAME =
      Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 4);

  private static final long LONGEST_SUBSCRIPTION = 1 << 16;

  private final ZMQ.Context context = context();
  private final SocketLoop loop = new SocketLoop("lazuli-io");
  private final Codec codec;
  private final String session;
  private final Thread echo;
  private final List<IpcBridge> bridges = new ArrayList<>();

  /**
   * Binds the sockets; what comes waits for {@link #start}.
   *
   * @param connection where
   * @param codec signs what the kernel says by itself
   * @param session the kernel's session, as in the headers that it writes
   * @param leftBehind called on the sockets' thread when a client that does not read misses
   *     messages
   * @param receivers what is done with the frames of {@code CONTROL}, {@code SHELL} and {@code
   *     STDIN}; called on the sockets' thread, so it only hands them over
   * @throws UsageException in one line, when an address cannot be bound
   */
  public KernelSockets(
      ConnectionFile connection,
      Codec codec,
      String session,
      Runnable leftBehind,
      Map<Channel, Consumer<List<byte[]>>> receivers) {
    this.codec = codec;
    this.session = session;
    ZMQ.Socket heartbeat = open(SocketType.REP);
    echo = new Thread(() -> echo(heartbeat), "lazuli-heartbeat");
    echo.setDaemon(true);
    try {
      for (Channel channel : Channel.values()) {
        boolean iopub = channel == Channel.IOPUB;
        ZMQ.Socket socket = open(iopub ? SocketType.XPUB : SocketType.ROUTER);
        if (iopub) {
          socket.setXpubVerbose(true);
          socket.setSndHWM(PUBLISHED);
          socket.setMaxMsgSize(LONGEST_SUBSCRIPTION);
          loop.publishBy(channel, new Publisher(socket, PATIENCE_NANOS, MOST_WAITING, leftBehind));
        }
        loop.add(channel, socket, iopub ? this::welcome : receivers.getOrDefault(channel, f -> {}));
        bind(socket, connection, connection.port(channel));
      }
      bind(heartbeat, connection, connection.heartbeat());
    } catch (UsageException e) {
      close();
      throw e;
    }
  }

  private static ZMQ.Context context() {
    DefaultSelectors.choose();
    return ZMQ.context(1);
  }

  /** Starts to receive. */
  public void start() {
    loop.start();
    echo.start();
  }

  private ZMQ.Socket open(SocketType type) {
    ZMQ.Socket socket = context.socket(type);
    socket.setSndHWM(REPLIES);
    socket.setMaxMsgSize(LONGEST_FRAME);
    socket.setRcvHWM(0);
    socket.setLinger(LINGER_MS);
    return socket;
  }

  private void bind(ZMQ.Socket socket, ConnectionFile connection, int port) {
    if (connection.transport().equals("ipc")) {
      int inner = socket.bindToRandomPort("tcp://127.0.0.1");
      bridges.add(IpcBridge.fromFile(connection.socketFile(port), inner));
      return;
    }
    String address = connection.address(port);
    if (address.startsWith("tcp://[")) {
      socket.setIPv6(true);
    }
    try {
      socket.bind(address);
    } catch (ZMQException e) {
      throw new UsageException(
          "cannot bind "
              + address
              + ": "
              + (e.getErrorCode() == ZError.EADDRINUSE
                  ? "the port is in use; start again with a new connection file"
                  : ZError.toString(e.getErrorCode())));
    }
  }

  /** Tells a new subscriber that it will see everything from here on (iopub_welcome, JEP 65). */
  private void welcome(List<byte[]> frames) {
    byte[] subscription = frames.getFirst();
    if (subscription.length == 0 || subscription[0] != 1) {
      return;
    }
    byte[] topic = Arrays.copyOfRange(subscription, 1, subscription.length);
    loop.sendNow(
        Channel.IOPUB,
        codec.encode(
            new Message(
                List.of(topic),
                Header.fresh(session, "kernel", "iopub_welcome"),
                null,
                Json.EMPTY,
                Json.object("subscription", new String(topic, StandardCharsets.UTF_8)),
                List.of())));
  }

  private static void echo(ZMQ.Socket heartbeat) {
    try (heartbeat) {
      while (true) {
        byte[] beat = heartbeat.recv();
        if (beat == null) {
          return;
        }
        Spare.send(heartbeat, beat, heartbeat.hasReceiveMore() ? ZMQ.SNDMORE : 0);
      }
    } catch (ZMQException e) {
      if (e.getErrorCode() != ZError.ETERM) {
        Log.warn("the heartbeat ended: " + e);
      }
    }
  }

  /** Sends frames; in the order of the calls, whatever the channel. Any thread. */
  public void send(Channel channel, List<byte[]> frames) {
    loop.send(channel, frames);
  }

  /** Runs an action on the sockets' thread after every message that has arrived by then. */
  public void afterArrived(Runnable action) {
    loop.afterArrived(action);
  }

  /** Sends what is queued, waits up to a second for slow clients, and closes. */
  @Override
  public void close() {
    loop.close();
    if (echo.getState() == Thread.State.NEW) {
      echo.start();
    }
    context.close();
    bridges.forEach(IpcBridge::close);
  }
}
