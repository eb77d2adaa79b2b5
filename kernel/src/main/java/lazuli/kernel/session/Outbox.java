package lazuli.kernel.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  static final long MOST_TEXT_OF_A_CELL = 16L << 20;
  private static final Duration DELAY = Duration.ofMillis(50);

  private final Codec codec;
  private final String session;
  private final BiConsumer<Channel, List<byte[]>> sender;
  private final ScheduledExecutorService flusher;

  private final Map<Stream, StreamBuffer> buffers = new EnumMap<>(Stream.class);
  private Stream latest = Stream.STDOUT;
  private @Nullable Header cell;
  // What runs now, in the order of its start.
  private final List<Header> running = new ArrayList<>();
  private @Nullable Thread muted;
  private boolean flushPlanned;
  private long written;

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

  /** Makes a request the one that output belongs to; a silent one keeps its thread's for itself. */
  synchronized void beginCell(Header request, boolean silent) {
    running.add(request);
    if (silent) {
      muted = Thread.currentThread();
      return;
    }
    flush();
    cell = request;
    written = 0;
  }

  /** Sends what the cell wrote, to the last byte. Output may still come from its threads. */
  synchronized void endCell(Header request) {
    running.remove(request);
    muted = null;
    flush();
    buffers.forEach((stream, buffer) -> sendText(stream, buffer.takeAll()));
  }

  /** {@return the request that output belongs to, null before the first} */
  synchronized @Nullable Header cell() {
    return cell;
  }

  /** Takes bytes of a stream. */
  synchronized void write(Stream stream, byte[] bytes, int offset, int length) {
    if (Thread.currentThread() == muted || length == 0) {
      return;
    }
    if (written > MOST_TEXT_OF_A_CELL) {
      return;
    }
    if (stream != latest) {
      flush();
      latest = stream;
    }
    StreamBuffer buffer = buffer(stream);
    buffer.append(bytes, offset, length);
    written += length;
    if (written > MOST_TEXT_OF_A_CELL) {
      flush();
      sendText(
          Stream.STDERR,
          "\n[lazuli: this cell wrote more than 16 MiB of text; the rest is not shown]\n");
    } else if (buffer.size() >= MOST_TEXT) {
      flush();
    } else if (!flushPlanned && !flusher.isShutdown()) {
      flushPlanned = true;
      flusher.schedule(this::flush, DELAY.toMillis(), TimeUnit.MILLISECONDS);
    }
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
              cell,
              Json.EMPTY,
              Json.object("name", stream.wire, "text", text),
              List.of()));
    }
  }

  /** Tells everybody, as caused by the latest cell. */
  synchronized void publish(String type, Json.Obj content) {
    if (Thread.currentThread() != muted) {
      publish(cell, type, content);
    }
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
