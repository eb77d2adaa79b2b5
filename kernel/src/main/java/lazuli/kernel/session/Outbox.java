package lazuli.kernel.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Codec;
import lazuli.kernel.wire.Header;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;
import org.jspecify.annotations.Nullable;

/**
 * Everything that leaves the kernel, in one order.
 *
 * <p>Mutable state under one lock: the text of the streams that was not sent yet, and the latest
 * cell, to which output belongs whichever thread wrote it. Text is collected and sent when there is
 * much of it, after a moment, and before any other message, so that order is kept.
 */
final class Outbox {
  enum Stream {
    STDOUT,
    STDERR;

    private final String wire = name().toLowerCase(Locale.ROOT);
  }

  static final int MOST_TEXT = 1 << 16;
  static final long MOST_TEXT_OF_A_CELL = 200L << 20;
  private static final Duration DELAY = Duration.ofMillis(50);

  /** The cell that a thread chose for its output, instead of the latest. */
  private static final ScopedValue<Header> CHOSEN = ScopedValue.newInstance();

  private final Codec codec;
  private final String session;
  private final BiConsumer<Channel, List<byte[]>> sender;
  private final ScheduledExecutorService flusher;

  private final Map<Stream, StreamBuffer> buffers = new EnumMap<>(Stream.class);
  private Stream latest = Stream.STDOUT;
  private @Nullable Header cell;
  // What runs now, in the order of its start.
  private final List<Header> running = new ArrayList<>();
  private final Set<Thread> muted = new HashSet<>();
  private @Nullable Header writer;
  private boolean flushPlanned;
  private long written;
  private volatile long mostText = MOST_TEXT_OF_A_CELL;
  private volatile Runnable before = () -> {};

  Outbox(
      Codec codec,
      String session,
      BiConsumer<Channel, List<byte[]>> sender,
      ScheduledExecutorService flusher) {
    this.codec = codec;
    this.session = session;
    this.sender = sender;
    this.flusher = flusher;
    for (Stream stream : Stream.values()) {
      buffers.put(stream, new StreamBuffer());
    }
  }

  /**
   * Makes a request the one that output belongs to. A silent one keeps its thread's for itself, and
   * one of a subshell has the output of its own thread alone ({@link #runFor}).
   */
  synchronized void beginCell(Header request, boolean silent) {
    running.add(request);
    if (silent) {
      muted.add(Thread.currentThread());
      return;
    }
    if (!request.subshell().isEmpty()) {
      return;
    }
    flush();
    cell = request;
    written = 0;
  }

  /**
   * Sets what brings text in that was written elsewhere, to be called before other messages.
   *
   * @param bring takes no lock under which it is itself waited for
   */
  void before(Runnable bring) {
    before = bring;
  }

  /** Sets after how many bytes the text of a cell is cut. */
  void mostText(long bytes) {
    mostText = bytes;
  }

  long mostText() {
    return mostText;
  }

  /** {@return the cell that the calling thread's output belongs to, null before the first} */
  @Nullable Header owner() {
    return CHOSEN.isBound() ? CHOSEN.get() : cell();
  }

  /** Runs work whose output belongs to a cell, whichever is the latest. */
  static void runFor(Header cell, Runnable work) {
    ScopedValue.where(CHOSEN, cell).run(work);
  }

  /** Sends what the cell wrote, to the last byte. Output may still come from its threads. */
  void endCell(Header request) {
    before.run();
    endNow(request);
  }

  private synchronized void endNow(Header request) {
    running.remove(request);
    muted.remove(Thread.currentThread());
    flush();
    buffers.forEach((stream, buffer) -> sendText(stream, buffer.takeAll()));
  }

  /** {@return the request that output belongs to, null before the first} */
  synchronized @Nullable Header cell() {
    return cell;
  }

  /** Takes bytes of a stream. */
  synchronized void write(Stream stream, byte[] bytes, int offset, int length) {
    if (muted.contains(Thread.currentThread()) || length == 0) {
      return;
    }
    Header owner = owner();
    boolean ofLatest = owner == cell;
    if (ofLatest && written > mostText) {
      return;
    }
    if (stream != latest || owner != writer) {
      flush();
      latest = stream;
      writer = owner;
    }
    StreamBuffer buffer = buffer(stream);
    buffer.append(bytes, offset, length);
    if (ofLatest) {
      written += length;
    }
    if (ofLatest && written > mostText) {
      flush();
      sendText(
          Stream.STDERR,
          "\n[lazuli: this cell wrote more than %s of text; the rest is not shown]\n"
              .formatted(size(mostText)));
    } else if (buffer.size() >= MOST_TEXT) {
      flush();
    } else if (!flushPlanned && !flusher.isShutdown()) {
      flushPlanned = true;
      flusher.schedule(this::flush, DELAY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static String size(long bytes) {
    return bytes % (1 << 20) == 0 ? (bytes >> 20) + " MiB" : bytes + " bytes";
  }

  private StreamBuffer buffer(Stream stream) {
    return java.util.Objects.requireNonNull(buffers.get(stream));
  }

  /** Sends the text that was collected. */
  synchronized void flush() {
    flushPlanned = false;
    sendText(latest, buffer(latest).take());
  }

  private void sendText(Stream stream, String text) {
    if (!text.isEmpty()) {
      send(
          Channel.IOPUB,
          new Message(
              List.of(topic("stream")),
              Header.fresh(session, "kernel", "stream"),
              writer,
              Json.EMPTY,
              Json.object("name", stream.wire, "text", text),
              List.of()));
    }
  }

  /** Tells everybody, as caused by the cell that the calling thread's output belongs to. */
  void publish(String type, Json.Obj content) {
    if (!isMuted()) {
      before.run();
      publish(owner(), type, content);
    }
  }

  private synchronized boolean isMuted() {
    return muted.contains(Thread.currentThread());
  }

  /** Tells everybody, as caused by a request. */
  void publish(@Nullable Header parent, String type, Json.Obj content) {
    publish(parent, type, Json.EMPTY, content, List.of());
  }

  /** Tells everybody, as caused by a request, with metadata and binary parts. */
  synchronized void publish(
      @Nullable Header parent,
      String type,
      Json.Obj metadata,
      Json.Obj content,
      List<byte[]> buffers) {
    flush();
    send(
        Channel.IOPUB,
        new Message(
            List.of(topic(type)),
            Header.fresh(session, "kernel", type),
            parent,
            metadata,
            content,
            buffers));
  }

  /**
   * Tells everybody whether the kernel works on a request. Notebooks show one state for the whole
   * kernel, the latest that they saw: after a request that was answered beside a cell they are told
   * again that the cell keeps it busy.
   */
  synchronized void status(@Nullable Header parent, String state) {
    publish(parent, "status", Json.object("execution_state", state));
    if (state.equals("idle") && !running.isEmpty()) {
      publish(running.getFirst(), "status", Json.object("execution_state", "busy"));
    }
  }

  /** Answers a request on its own channel. */
  synchronized void reply(Request request, Json.Obj metadata, Json.Obj content) {
    flush();
    String type = request.type().replace("_request", "_reply");
    send(
        request.channel(),
        new Message(
            request.message().identities(),
            Header.fresh(session, "kernel", type),
            request.header(),
            metadata,
            content,
            List.of()));
  }

  /** Asks the client that sent a request for input. */
  synchronized void ask(Request request, Json.Obj content) {
    flush();
    send(
        Channel.STDIN,
        new Message(
            request.message().identities(),
            Header.fresh(session, "kernel", "input_request"),
            request.header(),
            Json.EMPTY,
            content,
            List.of()));
  }

  private void send(Channel channel, Message message) {
    sender.accept(channel, codec.encode(message));
  }

  private byte[] topic(String type) {
    return ("kernel." + session + "." + type).getBytes(StandardCharsets.UTF_8);
  }
}
