package lazuli.kernel.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;

/**
 * What native code and child processes write to descriptors 1 and 2 of this process, as bytes in
 * Java.
 *
 * <p>Both descriptors are pointed at pipes that a thread reads, and back at what they were when
 * this is closed. Mutable state: the pipes and one buffer, guarded by this object's monitor, under
 * which everything is read, so that {@link #drain} returns after the last byte was handed on.
 */
public final class ProcessOutput implements AutoCloseable {
  /** Takes what was written, in the order of each descriptor. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes bytes; the array is the sink's to keep.
     *
     * @param descriptor 1 or 2
     * @param bytes what was written
     */
    void write(int descriptor, byte[] bytes);
  }

  private static final int PIPE = 1 << 20;
  private static final int BUFFER = 1 << 16;
  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(1);

  // struct pollfd.
  private static final long POLLFD = 8;
  private static final long EVENTS = 4;
  private static final long REVENTS = 6;
  private static final short POLLIN = 1;
  private static final short POLLHUP = 16;

  private final Sink sink;
  private final int[] saved = new int[2];
  private final int[] reading = new int[2];
  private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER);
  private final MemorySegment look = Arena.ofAuto().allocate(2 * POLLFD, POLLFD);
  private final Optional<MemorySegment> stdout;
  private volatile boolean closed;

  /**
   * Takes the descriptors and starts to read.
   *
   * @param sink where the bytes go, from the reading thread and from those that drain
   * @throws UnsupportedOperationException saying why this system cannot do it
   */
  public ProcessOutput(Sink sink) {
    this.sink = sink;
    String missing = Libc.missing();
    if (missing != null) {
      throw new UnsupportedOperationException(missing);
    }
    stdout = Libc.stdout();
    for (int i = 0; i < 2; i++) {
      saved[i] = Libc.dup(i + 1);
      if (saved[i] < 0) {
        giveBack(i);
        throw new UnsupportedOperationException("descriptor " + (i + 1) + " is closed");
      }
      if (!takeOver(i)) {
        Libc.close(saved[i]);
        giveBack(i);
        throw new UnsupportedOperationException("no pipe could be made");
      }
    }
    stdout.ifPresent(Libc::bufferLines);
    Thread thread = new Thread(this::read, "lazuli-process-output");
    thread.setDaemon(true);
    thread.start();
  }

  private boolean takeOver(int i) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      if (Libc.pipe(ends) < 0) {
        return false;
      }
      reading[i] = ends.getAtIndex(JAVA_INT, 0);
      int writing = ends.getAtIndex(JAVA_INT, 1);
      // The JVM itself writes here while every Java thread stands still: that must fit.
      Libc.pipeSize(writing, PIPE);
      int result = Libc.dup2(writing, i + 1);
      Libc.close(writing);
      return result >= 0;
    }
  }

  private void read() {
    MemorySegment wait = Arena.ofAuto().allocate(2 * POLLFD, POLLFD);
    prepare(wait);
    while (!closed) {
      Libc.poll(wait, 2, -1);
      synchronized (this) {
        if (!closed) {
          take();
        }
      }
      for (int i = 0; i < 2; i++) {
        short events = wait.get(JAVA_SHORT, i * POLLFD + REVENTS);
        if ((events & POLLHUP) != 0 && (events & POLLIN) == 0) {
          // Nobody can write here any more; asking again would spin.
          wait.set(JAVA_INT, i * POLLFD, -1);
        }
      }
    }
  }

  private void prepare(MemorySegment descriptors) {
    for (int i = 0; i < 2; i++) {
      descriptors.set(JAVA_INT, i * POLLFD, reading[i]);
      descriptors.set(JAVA_SHORT, i * POLLFD + EVENTS, POLLIN);
      descriptors.set(JAVA_SHORT, i * POLLFD + REVENTS, (short) 0);
    }
  }

  /** Hands on what is there now; returns whether there was anything. Under the monitor. */
  private boolean take() {
    prepare(look);
    Libc.poll(look, 2, 0);
    boolean any = false;
    for (int i = 0; i < 2; i++) {
      if ((look.get(JAVA_SHORT, i * POLLFD + REVENTS) & POLLIN) != 0) {
        long count = Libc.read(reading[i], buffer, BUFFER);
        if (count > 0) {
          any = true;
          sink.write(i + 1, buffer.asSlice(0, count).toArray(JAVA_BYTE));
        }
      }
    }
    return any;
  }

  /**
   * Hands on everything that was written before this call, C's own buffer included. A writer that
   * never rests does not hold it up for more than a second. Not to be called with a lock that the
   * sink takes.
   */
  public void drain() {
    stdout.ifPresent(Libc::flush);
    long end = System.nanoTime() + LONGEST_DRAIN.toNanos();
    boolean more = true;
    while (more && System.nanoTime() < end) {
      synchronized (this) {
        more = !closed && take();
      }
    }
  }

  /** {@return a stream to what descriptor 2 was before} */
  public OutputStream original() {
    return new OutputStream() {
      @Override
      public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment text = arena.allocate(Math.max(1, length));
          MemorySegment.copy(bytes, offset, text, JAVA_BYTE, 0, length);
          // After close the number means nothing, and descriptor 2 is what it was.
          long ignored = Libc.write(closed ? 2 : saved[1], text, length);
        }
      }
    };
  }

  private void giveBack(int count) {
    for (int i = 0; i < count; i++) {
      Libc.dup2(saved[i], i + 1);
      Libc.close(saved[i]);
    }
  }

  /** Gives the descriptors back and hands on what was written until then. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    stdout.ifPresent(Libc::flush);
    synchronized (this) {
      giveBack(2);
    }
    drain();
    closed = true;
  }
}
