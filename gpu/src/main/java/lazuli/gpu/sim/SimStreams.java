package lazuli.gpu.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Streams and events of the simulated driver. Work waits in its stream until somebody waits for it,
 * so that a result that was read too early is poison. Guarded by the driver's lock.
 */
final class SimStreams {
  /** Something to do in order. */
  private record Work(Runnable run, long event, long waitsFor) {}

  /** One stream. */
  private static final class Stream {
    final Deque<Work> queue = new ArrayDeque<>();
    @Nullable List<Runnable> capture;
  }

  /** One event: how often it was recorded, and how far that is done. */
  private static final class Event {
    long stream;
    int recorded;
    int passed;
    long nanos;
  }

  private final Map<Long, Stream> streams = new HashMap<>();
  private final Map<Long, Event> events = new HashMap<>();
  private long next = 1;

  long createStream() {
    streams.put(++next, new Stream());
    return next;
  }

  boolean destroyStream(long stream) {
    if (streams.containsKey(stream)) {
      drain(stream);
    }
    return streams.remove(stream) != null;
  }

  private Stream stream(long handle) {
    Stream stream =
        handle == 0 ? streams.computeIfAbsent(0L, h -> new Stream()) : streams.get(handle);
    if (stream == null) {
      throw new SimFault("no stream " + handle);
    }
    return stream;
  }

  private Event event(long handle) {
    Event event = events.get(handle);
    if (event == null) {
      throw new SimFault("no event " + handle);
    }
    return event;
  }

  /** Adds work to a stream, or to the graph that it records. */
  void add(long handle, Runnable work) {
    Stream stream = stream(handle);
    if (stream.capture != null) {
      stream.capture.add(work);
    } else {
      stream.queue.add(new Work(work, 0, 0));
    }
  }

  boolean capturing(long handle) {
    return stream(handle).capture != null;
  }

  void capture(long handle) {
    Stream stream = stream(handle);
    if (stream.capture != null) {
      throw new SimFault("the stream is recording already");
    }
    stream.capture = new ArrayList<>();
  }

  List<Runnable> captured(long handle) {
    Stream stream = stream(handle);
    List<Runnable> work = stream.capture;
    if (work == null) {
      throw new SimFault("the stream is not recording");
    }
    stream.capture = null;
    return work;
  }

  long createEvent() {
    events.put(++next, new Event());
    return next;
  }

  boolean destroyEvent(long event) {
    return events.remove(event) != null;
  }

  void record(long handle, long onto) {
    Event event = event(handle);
    event.stream = onto;
    event.recorded++;
    stream(onto).queue.add(new Work(() -> {}, handle, 0));
  }

  void waitFor(long handle, long event) {
    event(event);
    stream(handle).queue.add(new Work(() -> {}, 0, event));
  }

  boolean done(long handle) {
    return stream(handle).queue.isEmpty();
  }

  boolean passed(long handle) {
    Event event = event(handle);
    return event.passed == event.recorded;
  }

  void reach(long handle) {
    Event event = event(handle);
    Stream stream = stream(event.stream);
    while (event.passed < event.recorded && !stream.queue.isEmpty()) {
      step(stream);
    }
  }

  long nanos(long handle) {
    return event(handle).nanos;
  }

  void drain(long handle) {
    Stream stream = stream(handle);
    while (!stream.queue.isEmpty()) {
      step(stream);
    }
  }

  void drainAll() {
    for (Long handle : List.copyOf(streams.keySet())) {
      drain(handle);
    }
  }

  private void step(Stream stream) {
    Work work = stream.queue.removeFirst();
    if (work.waitsFor != 0) {
      reach(work.waitsFor);
    }
    work.run.run();
    if (work.event != 0) {
      Event event = events.get(work.event);
      if (event != null) {
        event.passed++;
        event.nanos = System.nanoTime();
      }
    }
  }

  /** {@return a line for each stream and event that was not destroyed} */
  List<String> leaks() {
    List<String> lines = new ArrayList<>();
    streams.keySet().stream().filter(h -> h != 0).forEach(h -> lines.add("stream " + h));
    events.keySet().forEach(h -> lines.add("event " + h));
    return lines;
  }
}
