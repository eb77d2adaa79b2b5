package lazuli.kernel.session;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import lazuli.kernel.ext.UsageException;
import lazuli.kernel.wire.BadMessageException;
import lazuli.kernel.wire.Codec;
import lazuli.kernel.wire.Drops;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;
import org.jspecify.annotations.Nullable;

/** Asks the client that runs the cell for a line of input. Thread-safe; one question at a time. */
final class StdinRequests {
  /** What a client sends for Ctrl-D. */
  private static final String END_OF_INPUT = "\u0004";

  private final Drops drops = new Drops();
  private final Codec codec;
  private final Outbox outbox;
  private final BlockingQueue<Message> replies = new LinkedBlockingQueue<>();
  private final ReentrantLock question = new ReentrantLock();
  private final Map<Thread, Request> cells = new ConcurrentHashMap<>();
  private volatile @Nullable Request latest;

  StdinRequests(Codec codec, Outbox outbox) {
    this.codec = codec;
    this.outbox = outbox;
  }

  /** Makes a request the one whose client this thread asks, and other threads of cells too. */
  void begin(Request request) {
    cells.put(Thread.currentThread(), request);
    latest = request;
  }

  /** Ends what {@link #begin} began. */
  void end(Request request) {
    cells.values().removeIf(one -> one == request);
    if (latest == request) {
      latest = null;
    }
  }

  /** Takes the frames of an {@code input_reply}. */
  void received(List<byte[]> frames) {
    try {
      Message message = codec.decode(frames);
      if (message.type().equals("input_reply")) {
        replies.add(message);
      }
    } catch (BadMessageException e) {
      drops.dropped(e);
    }
  }

  /**
   * {@return what the user typed}
   *
   * @throws UsageException when the client takes no input or no cell runs
   * @throws CancellationException when the cell is interrupted meanwhile
   */
  String ask(String prompt, boolean password) {
    Request request = cells.getOrDefault(Thread.currentThread(), latest);
    if (request == null) {
      throw new UsageException("input: no cell is running; ask while one runs");
    }
    if (!request.content().at("allow_stdin").bool(false)) {
      throw new UsageException(
          "input: this client takes no input (allow_stdin is false); run the cell in a notebook"
              + " with an input box, or allow input with --stdin");
    }
    try {
      question.lockInterruptibly();
      try {
        // An answer to a question that was interrupted is no answer to this one.
        replies.clear();
        outbox.ask(request, Json.object("prompt", prompt, "password", password));
        return replies.take().content().at("value").text("");
      } finally {
        question.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("input: interrupted");
    }
  }

  /** {@return a stream for {@code System.in}: every line is asked for when it is read} */
  InputStream stream() {
    return new InputStream() {
      private byte[] line = new byte[0];
      private int at;

      @Override
      public synchronized int read() {
        return fill() ? line[at++] & 0xff : -1;
      }

      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        if (length == 0) {
          return 0;
        }
        if (!fill()) {
          return -1;
        }
        int count = Math.min(length, line.length - at);
        System.arraycopy(line, at, target, offset, count);
        at += count;
        return count;
      }

      @Override
      public synchronized int available() {
        return line.length - at;
      }

      private boolean fill() {
        if (at < line.length) {
          return true;
        }
        String typed = ask("", false);
        if (typed.equals(END_OF_INPUT)) {
          return false;
        }
        line = (typed + "\n").getBytes(StandardCharsets.UTF_8);
        at = 0;
        return true;
      }
    };
  }
}
