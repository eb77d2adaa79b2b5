package lazuli.kernel.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/**
 * Carries the bytes of connections between a Unix domain socket and a port on the loopback address.
 *
 * <p>JeroMQ 0.6.0 takes {@code ipc:} addresses for TCP ports that it computes from the name, which
 * no other ZeroMQ understands. Its bytes on the wire are the standard ones, so they are carried
 * over. The loopback port is open to other users of the machine as it is with {@code tcp}.
 */
final class IpcBridge implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final long FLUSH_MS = 1000;

  private final ServerSocketChannel listener;
  private final SocketAddress target;
  private final @Nullable Path file;
  private final Set<Thread> pumps = ConcurrentHashMap.newKeySet();

  private IpcBridge(ServerSocketChannel listener, SocketAddress target, @Nullable Path file) {
    this.listener = listener;
    this.target = target;
    this.file = file;
    Thread.ofVirtual().name("lazuli-ipc").start(this::accept);
  }

  /**
   * {@return a bridge from a socket file to a port}
   *
   * @throws UsageException when the file cannot be made, or a process listens on it
   */
  static IpcBridge fromFile(Path file, int port) {
    try {
      if (Files.exists(file) && listens(file)) {
        throw cannotBind(file, "another process listens there; start again with a new connection");
      }
      Files.deleteIfExists(file);
      var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(file));
      return new IpcBridge(
          listener, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), file);
    } catch (IOException e) {
      throw cannotBind(file, String.valueOf(e.getMessage()));
    }
  }

  private static UsageException cannotBind(Path file, String why) {
    return new UsageException("cannot bind ipc://" + file + ": " + why);
  }

  private static boolean listens(Path file) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** {@return a bridge from a free port to a socket file, which need not be there yet} */
  static IpcBridge toFile(Path file) throws IOException {
    var listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return new IpcBridge(listener, UnixDomainSocketAddress.of(file), null);
  }

  /** {@return the port of a bridge that listens on one} */
  int port() throws IOException {
    return ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel from = listener.accept();
        pump(() -> connect(from));
      }
    } catch (IOException e) {
      Log.debug("the bridge is closed");
    }
  }

  private void pump(Runnable work) {
    Thread thread =
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  try {
                    work.run();
                  } finally {
                    pumps.remove(Thread.currentThread());
                  }
                });
    pumps.add(thread);
    thread.start();
  }

  private void connect(SocketChannel from) {
    SocketChannel to;
    try {
      to = SocketChannel.open(target);
    } catch (IOException e) {
      // ZeroMQ tries again when its connection is closed.
      close(from);
      return;
    }
    pump(() -> carry(to, from));
    carry(from, to);
  }

  private static void carry(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException e) {
      Log.debug("a bridged connection ended: " + e);
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      Log.debug("a bridged connection did not close: " + e);
    }
  }

  /** Takes no more connections; waits a moment for the bytes of those whose other end closed. */
  @Override
  public void close() {
    try {
      listener.close();
      if (file != null) {
        Files.deleteIfExists(file);
      }
      long end = System.nanoTime() + FLUSH_MS * 1_000_000;
      for (Thread pump : pumps) {
        pump.join(java.time.Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
    } catch (IOException e) {
      Log.debug("the bridge did not close: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
