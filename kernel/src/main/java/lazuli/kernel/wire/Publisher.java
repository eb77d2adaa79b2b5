package lazuli.kernel.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.zeromq.ZMQ;

/**
 * Sends to every subscriber of one XPUB socket without ever waiting for one. Only the thread that
 * owns the socket uses it.
 *
 * <p>ZeroMQ queues so many messages for each subscriber. When the queue of one is full, messages
 * wait here, so that a slow reader loses nothing. When it has read nothing for a while, or too much
 * waits, it is left behind, which is told: the others get everything, it gets what fits, until
 * there was room for everybody for as long as it had been waited for.
 */
final class Publisher {
  /** How long {@link #drain} may be left uncalled while something waits. */
  static final long AGAIN_MS = 20;

  private final ZMQ.Socket socket;
  private final long patienceNanos;
  private final long mostBytes;
  private final Runnable leftBehind;
  private final Deque<List<byte[]>> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private long refusedSince;
  private boolean refused;
  private boolean behind;
  private long lastLoss;

  /**
   * Takes a socket.
   *
   * @param socket an XPUB socket with a high-water mark for sending
   * @param patienceNanos how long a subscriber may read nothing while messages wait for it
   * @param mostBytes how much may wait
   * @param leftBehind called when a subscriber begins to miss messages
   */
  Publisher(ZMQ.Socket socket, long patienceNanos, long mostBytes, Runnable leftBehind) {
    this.socket = socket;
    this.patienceNanos = patienceNanos;
    this.mostBytes = mostBytes;
    this.leftBehind = leftBehind;
  }

  /** Sends frames now or when the slowest subscriber has room; in the order of the calls. */
  void send(List<byte[]> frames) {
    Spare.insist(() -> waiting.add(frames));
    waitingBytes += size(frames);
    drain();
  }

  /** Sends what waits, as far as it can be; returns whether something still waits. */
  boolean drain() {
    for (List<byte[]> next = waiting.peek(); next != null; next = waiting.peek()) {
      if (toAll(next)) {
        refused = false;
        if (behind && System.nanoTime() - lastLoss > patienceNanos) {
          // Not at its first message: one that reads now and then would be told of each gap.
          behind = false;
        }
      } else if (mayWait()) {
        return true;
      } else {
        toWhoHasRoom(next);
      }
      waiting.poll();
      waitingBytes -= size(next);
    }
    return false;
  }

  private boolean mayWait() {
    long now = System.nanoTime();
    if (!refused) {
      refused = true;
      refusedSince = now;
    }
    return !behind && now - refusedSince < patienceNanos && waitingBytes < mostBytes;
  }

  private void toWhoHasRoom(List<byte[]> frames) {
    if (!behind) {
      behind = true;
      Log.warn("a client does not read what the kernel publishes; it misses messages now");
      leftBehind.run();
    }
    lastLoss = System.nanoTime();
    rest(frames, 0);
  }

  private boolean toAll(List<byte[]> frames) {
    socket.setXpubNoDrop(true);
    int flags = ZMQ.DONTWAIT | (frames.size() > 1 ? ZMQ.SNDMORE : 0);
    boolean sent = Spare.send(socket, frames.getFirst(), flags);
    if (sent) {
      rest(frames, 1);
    }
    return sent;
  }

  /** Whether a message has room is decided at its first frame. */
  private void rest(List<byte[]> frames, int from) {
    socket.setXpubNoDrop(false);
    for (int i = from; i < frames.size(); i++) {
      Spare.send(socket, frames.get(i), i + 1 < frames.size() ? ZMQ.SNDMORE : 0);
    }
  }

  private static long size(List<byte[]> frames) {
    long bytes = 0;
    for (byte[] frame : frames) {
      bytes += frame.length;
    }
    return bytes;
  }
}
