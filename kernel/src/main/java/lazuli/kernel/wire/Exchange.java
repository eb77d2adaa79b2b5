package lazuli.kernel.wire;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A request and everything that came back for it, in the order of arrival per channel. */
public final class Exchange {
  /**
   * One message that came back.
   *
   * @param channel where it came
   * @param message what it says
   */
  public record Event(Channel channel, Message message) {}

  private final Header request;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private volatile @Nullable Message reply;
  private volatile boolean idle;

  Exchange(Header request) {
    this.request = request;
  }

  /** {@return the request's header} */
  public Header request() {
    return request;
  }

  void received(Channel channel, Message message) {
    events.add(new Event(channel, message));
  }

  /**
   * {@return the next message, waiting for it}
   *
   * @throws TimeoutException when none comes in time
   */
  public Event next(Duration limit) throws TimeoutException, InterruptedException {
    Event event = events.poll(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS);
    if (event == null) {
      throw new TimeoutException("no message within " + limit.toMillis() + " ms");
    }
    Message message = event.message();
    switch (event.channel()) {
      case SHELL, CONTROL -> reply = message;
      case IOPUB ->
          idle |=
              message.type().equals("status")
                  && message.content().at("execution_state").text("").equals("idle");
      case STDIN -> {}
    }
    return event;
  }

  /** {@return whether {@link #next} has returned both the reply and the status idle} */
  public boolean done() {
    return reply != null && idle;
  }

  /** {@return the reply, if {@link #next} has returned it} */
  public @Nullable Message reply() {
    return reply;
  }

  /**
   * {@return the reply, once it and the status idle are there; skips the other messages}
   *
   * @throws TimeoutException when they do not come in time
   */
  public Message await(Duration limit) throws TimeoutException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      Message present = reply;
      if (present != null && idle) {
        return present;
      }
      next(Duration.ofNanos(end - System.nanoTime()));
    }
  }
}
