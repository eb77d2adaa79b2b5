package lazuli.gpu.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Streams and events of the simulated driver. Work waits in its stream until somebody waits for it,
 * so that a result that was read too early is poison. Guarded by the driver's lock.
 */
final class SimStreams {
  /** Something that a stream or a graph does, each time anew. */
  interface Step {
    /** {@return one execution; when it throws because of an interrupt, running it again goes on} */
    Runnable again();
  }

  /** Something to do in order: run, mark an event as passed, or wait until one was passed. */
  private record Work(@Nullable Runnable run, long event, @Nullable Wait until) {}

  /** A point of a stream: an event's n-th record. Later records of the event do not move it. */
  private record Wait(Event event, int count) {
    boolean over() {
      return event.passed >= count;
    }
  }

  /** One stream. */
  private static final class Stream {
    final Deque<Work> queue = new ArrayDeque<>();
    @Nullable List<Step> capture;
    boolean early;
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

  /** Lets a stream do its work as soon as it may, not as late as it may. */
  void early(long handle) {
    stream(handle).early = true;
  }

  /** Adds work that takes no time to a stream, or to the graph that it records. */
  void add(long handle, Runnable work) {
    add(handle, (Step) () -> work);
  }

  /** Adds work to a stream, or to the graph that it records. */
  void add(long handle, Step work) {
    Stream stream = stream(handle);
    if (stream.capture != null) {
      stream.capture.add(work);
    } else {
      stream.queue.add(new Work(work.again(), 0, null));
      hurry(stream);
    }
  }

  /** Does what an early stream may do already. */
  private void hurry(Stream stream) {
    while (stream.early && !stream.queue.isEmpty()) {
      Wait wait = stream.queue.getFirst().until;
      if (wait != null && !wait.over()) {
        return;
      }
      step(stream);
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

  List<Step> captured(long handle) {
    Stream stream = stream(handle);
    List<Step> work = stream.capture;
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
    stream(onto).queue.add(new Work(null, handle, null));
    hurry(stream(onto));
  }

  void waitFor(long handle, long event) {
    Event marked = event(event);
    stream(handle).queue.add(new Work(null, 0, new Wait(marked, marked.recorded)));
    hurry(stream(handle));
  }

  boolean done(long handle) {
    Stream stream = waited("cuStreamQuery", handle);
    boolean done = stream.queue.isEmpty();
    passTime(stream);
    return done;
  }

  /** Whoever asks again and again lets time pass: a step for each question. */
  private void passTime(Stream stream) {
    if (!stream.queue.isEmpty()) {
      step(stream);
    }
  }

  /** {@return a stream that somebody waits for, which must not be recording} */
  private Stream waited(String call, long handle) {
    Stream stream = stream(handle);
    if (stream.capture != null) {
      throw SimErrors.error(call, SimErrors.CAPTURING, "the stream is recording a graph");
    }
    return stream;
  }

  boolean passed(long handle) {
    Event event = event(handle);
    boolean passed = event.passed == event.recorded;
    if (!passed) {
      passTime(stream(event.stream));
    }
    return passed;
  }

  /** {@return whether the event was passed, without letting time pass} */
  boolean over(long handle) {
    Event event = event(handle);
    return event.passed == event.recorded;
  }

  void reach(long handle) {
    Event event = event(handle);
    reach(new Wait(event, event.recorded));
  }

  private void reach(Wait wait) {
    Stream stream = streams.get(wait.event.stream);
    while (!wait.over() && stream != null && !stream.queue.isEmpty()) {
      step(stream);
    }
  }

  long nanos(long handle) {
    return event(handle).nanos;
  }

  void drain(long handle) {
    Stream stream = waited("cuStreamSynchronize", handle);
    while (!stream.queue.isEmpty()) {
      step(stream);
    }
  }

  void drainAll() {
    for (Long handle : List.copyOf(streams.keySet())) {
      if (stream(handle).capture == null) {
        drain(handle);
      }
    }
  }

  private void step(Stream stream) {
    Work work = stream.queue.getFirst();
    if (work.until != null) {
      reach(work.until);
      if (stream.queue.peekFirst() != work) {
        // An early stream went on by itself meanwhile.
        return;
      }
    }
    stream.queue.removeFirst();
    try {
      if (work.run != null) {
        work.run.run();
      }
    } catch (CancellationException interrupted) {
      // It goes on when somebody waits again.
      stream.queue.addFirst(work);
      throw interrupted;
    }
    if (work.event != 0) {
      Event event = events.get(work.event);
      if (event != null) {
        event.passed++;
        event.nanos = System.nanoTime();
        streams.values().forEach(this::hurry);
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
