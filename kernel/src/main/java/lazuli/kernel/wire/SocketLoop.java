package lazuli.kernel.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/**
 * One thread that owns a set of sockets and blocks in one poll. ZeroMQ sockets are not thread-safe:
 * other threads hand frames over by a queue and wake its selector.
 */
final class SocketLoop implements AutoCloseable {
  /** Frames taken from one socket before the others get their turn. */
  private static final int TURN = 64;

  /** How long what waits is tried to be sent at the end. */
  private static final long LAST_NANOS = 1_000_000_000;

  private record Outgoing(Channel channel, List<byte[]> frames) {}

  private final Map<Channel, ZMQ.Socket> sockets = new EnumMap<>(Channel.class);
  private final Map<Channel, Consumer<List<byte[]>>> receivers = new EnumMap<>(Channel.class);
  private final Map<Channel, Publisher> publishers = new EnumMap<>(Channel.class);
  private final Queue<Object> work = new ConcurrentLinkedQueue<>();
  private final Selector selector;
  private final Thread thread;
  private volatile boolean closing;

  SocketLoop(String name) {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /** Adds an open socket and what is done with its frames, on the loop's thread. Before start. */
  void add(Channel channel, ZMQ.Socket socket, Consumer<List<byte[]>> received) {
    sockets.put(channel, socket);
    receivers.put(channel, received);
  }

  /** Makes a publisher do the sending on one of the channels. Before start. */
  void publishBy(Channel channel, Publisher publisher) {
    publishers.put(channel, publisher);
  }

  void start() {
    thread.start();
  }

  /** Sends frames; in the order of the calls, whatever the socket. Any thread. */
  void send(Channel channel, List<byte[]> frames) {
    work.add(new Outgoing(channel, frames));
    wake();
  }

  /** Runs an action on the loop's thread after everything that has arrived by then. Any thread. */
  void afterArrived(Runnable action) {
    work.add(action);
    wake();
  }

  private void wake() {
    // Not a pipe: writing to one closes it when the writing thread is interrupted.
    selector.wakeup();
  }

  private void run() {
    try {
      for (ZMQ.Socket socket : sockets.values()) {
        socket.getFD().register(selector, SelectionKey.OP_READ);
      }
      while (!closing) {
        try {
          turn();
        } catch (OutOfMemoryError e) {
          // A cell filled the heap: it fails for this too, and then there is room.
          Spare.giveAway();
        }
      }
      doWork();
      long end = System.nanoTime() + LAST_NANOS;
      while (drain() && System.nanoTime() < end) {
        selector.select(Publisher.AGAIN_MS);
        selector.selectedKeys().clear();
      }
    } catch (IOException | RuntimeException e) {
      Log.warn("the socket loop ended: " + e);
    } finally {
      sockets.values().forEach(ZMQ.Socket::close);
      closeSelector();
    }
  }

  private void turn() throws IOException {
    doWork();
    boolean waiting = drain();
    // A socket's channel tells only that something changed: read until nothing is left.
    if (!receiveAll() && work.isEmpty()) {
      selector.select(waiting ? Publisher.AGAIN_MS : 0);
      selector.selectedKeys().clear();
    }
  }

  /** {@return whether a publisher has something that waits} */
  private boolean drain() {
    boolean waiting = false;
    for (Publisher publisher : publishers.values()) {
      waiting |= publisher.drain();
    }
    return waiting;
  }

  /** {@return whether some socket may have more} */
  private boolean receiveAll() {
    boolean more = false;
    for (var entry : sockets.entrySet()) {
      int taken = 0;
      while (taken < TURN) {
        List<byte[]> frames = receive(entry.getValue());
        if (frames == null) {
          break;
        }
        deliver(entry.getKey(), frames);
        taken++;
      }
      more |= taken == TURN;
    }
    return more;
  }

  private static @Nullable List<byte[]> receive(ZMQ.Socket socket) {
    byte[] frame = socket.recv(ZMQ.DONTWAIT);
    if (frame == null) {
      return null;
    }
    var frames = new ArrayList<byte[]>(8);
    frames.add(frame);
    while (socket.hasReceiveMore()) {
      frames.add(socket.recv());
    }
    return frames;
  }

  private void deliver(Channel channel, List<byte[]> frames) {
    Consumer<List<byte[]>> receiver = receivers.get(channel);
    if (receiver != null) {
      guard(() -> receiver.accept(frames));
    }
  }

  private void doWork() {
    for (Object next = work.poll(); next != null; next = work.poll()) {
      switch (next) {
        case Outgoing(var channel, var frames) -> guard(() -> sendNow(channel, frames));
        case Runnable action -> {
          while (receiveAll()) {
            Thread.onSpinWait();
          }
          guard(action);
        }
        default -> throw new IllegalStateException(next.toString());
      }
    }
  }

  /** Sends at once; on the loop's thread only. */
  void sendNow(Channel channel, List<byte[]> frames) {
    Publisher publisher = publishers.get(channel);
    ZMQ.Socket socket = sockets.get(channel);
    if (publisher != null) {
      publisher.send(frames);
      return;
    }
    if (socket == null) {
      return;
    }
    for (int i = 0; i < frames.size(); i++) {
      Spare.send(socket, frames.get(i), i + 1 < frames.size() ? ZMQ.SNDMORE : 0);
    }
  }

  /** Nothing that a message causes may end the loop. */
  private static void guard(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | OutOfMemoryError e) {
      // A cell may have filled the heap.
      Log.warn("dropped a message: " + e);
    }
  }

  private void closeSelector() {
    try {
      selector.close();
    } catch (IOException e) {
      Log.debug("the selector did not close: " + e);
    }
  }

  /** Sends what is queued, closes the sockets and waits for the thread. */
  @Override
  public void close() {
    closing = true;
    wake();
    if (thread.getState() == Thread.State.NEW) {
      sockets.values().forEach(ZMQ.Socket::close);
      closeSelector();
      return;
    }
    boolean interrupted = false;
    while (thread.isAlive() && thread != Thread.currentThread()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
