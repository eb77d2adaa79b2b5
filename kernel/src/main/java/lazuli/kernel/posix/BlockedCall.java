package lazuli.kernel.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Ends a read, write or accept in which a thread sits that {@link Thread#interrupt} cannot reach: a
 * socket of {@code java.net}, a pipe, the output of a child process, a terminal.
 *
 * <p>The thread's descriptor is pointed at a socket that is connected to nothing, on which every
 * call fails at once, and the thread is signalled so that it looks again; this is how the JDK
 * itself closes a descriptor that is in use. The user's descriptor comes back afterwards. Linux
 * alone tells in which call a thread sits; elsewhere nothing is done.
 */
public final class BlockedCall {
  private static final Path SELF = Path.of("/proc/self");
  private static final ThreadLocal<Long> ID = ThreadLocal.withInitial(BlockedCall::readId);

  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
  // read, pread64, readv, recvfrom, recvmsg, accept, accept4, write, writev, sendto, sendmsg.
  private static final Set<Long> ON_DESCRIPTOR =
      ARM
          ? Set.of(63L, 67L, 65L, 207L, 212L, 202L, 242L, 64L, 66L, 206L, 211L)
          : Set.of(0L, 17L, 19L, 45L, 47L, 43L, 288L, 1L, 20L, 44L, 46L);
  // poll (x86 alone) and ppoll.
  private static final Set<Long> ON_SET = ARM ? Set.of(73L) : Set.of(7L, 271L);

  private static final int AF_INET = 2;
  private static final int SOCK_STREAM = 1;

  /** The signal for which the JDK installs a handler that does nothing, to end blocked calls. */
  private static final int WAKE = 62;

  private static final int LOWEST_PRIORITY = 19;

  private BlockedCall() {}

  /** {@return the calling thread's number in the operating system, 0 where it is not known} */
  public static long currentThread() {
    return ID.get();
  }

  private static long readId() {
    try {
      Path link = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      return Long.parseLong(String.valueOf(link.getFileName()));
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }

  /**
   * Ends the call that the thread sits in, if it is one that waits for a socket, pipe or terminal.
   *
   * @param thread the thread
   * @param id what {@link #currentThread} gave on it
   * @return what gives the descriptor back, to be run on the thread when it has left the call;
   *     empty when nothing was done
   */
  public static Optional<Runnable> end(Thread thread, long id) {
    try {
      return id > 0 && inNativeIo(thread) ? end(id) : Optional.empty();
    } catch (IOException | RuntimeException | LinkageError e) {
      // Without /proc or the C library a blocked cell is given up later, as in any library.
      return Optional.empty();
    }
  }

  private static boolean inNativeIo(Thread thread) {
    StackTraceElement[] stack = thread.getStackTrace();
    return stack.length > 0
        && stack[0].isNativeMethod()
        && (stack[0].getClassName().startsWith("sun.nio.ch.")
            || stack[0].getClassName().startsWith("java.io."));
  }

  private static Optional<Runnable> end(long id) throws IOException {
    int fd = descriptor(id);
    if (fd < 0 || !waits(fd) || !wakeIsHandled() || Libc.missing() != null) {
      return Optional.empty();
    }
    int saved = Libc.dup(fd);
    int nowhere = Libc.ints("socket", AF_INET, SOCK_STREAM, 0);
    if (saved < 0 || nowhere < 0 || descriptor(id) != fd || Libc.dup2(nowhere, fd) < 0) {
      Libc.close(saved);
      Libc.close(nowhere);
      return Optional.empty();
    }
    String ours = link(fd);
    Libc.close(nowhere);
    Libc.ints("tgkill", (int) ProcessHandle.current().pid(), (int) id, WAKE);
    return Optional.of(
        () -> {
          // The user's code may have closed its number, and another file may have it now.
          if (ours.equals(link(fd))) {
            Libc.dup2(saved, fd);
          }
          Libc.close(saved);
        });
  }

  /** {@return the descriptor that the thread's system call waits for, -1 if it is in no such} */
  private static int descriptor(long id) throws IOException {
    String[] call = Files.readString(SELF.resolve("task/" + id + "/syscall")).strip().split(" ");
    if (call.length < 4) {
      // "running", or blocked outside of a call.
      return -1;
    }
    long number = Long.parseLong(call[0]);
    long first = Long.decode(call[1]);
    if (ON_DESCRIPTOR.contains(number)) {
      return (int) first;
    }
    if (ON_SET.contains(number) && Long.decode(call[2]) == 1) {
      // On the thread's own stack, which stays while it lives.
      return MemorySegment.ofAddress(first).reinterpret(JAVA_INT.byteSize()).get(JAVA_INT, 0);
    }
    return -1;
  }

  private static boolean waits(int fd) throws IOException {
    String target = link(fd);
    if (target.startsWith("socket:") || target.startsWith("pipe:")) {
      return true;
    }
    // A named pipe or a terminal.
    return target.startsWith("/")
        && Files.readAttributes(Path.of(target), "isOther").containsValue(true);
  }

  private static String link(int fd) {
    try {
      return Files.readSymbolicLink(SELF.resolve("fd/" + fd)).toString();
    } catch (IOException e) {
      return "";
    }
  }

  /** A signal without a handler would end the kernel. */
  private static boolean wakeIsHandled() throws IOException {
    try {
      Class.forName("sun.nio.ch.NativeThread", true, null);
    } catch (ClassNotFoundException e) {
      return false;
    }
    for (String line : Files.readAllLines(SELF.resolve("status"))) {
      if (line.startsWith("SigCgt:")) {
        long caught = Long.parseUnsignedLong(line.substring(7).strip(), 16);
        return (caught >>> WAKE - 1 & 1) != 0;
      }
    }
    return false;
  }

  /**
   * Lets every other thread go before one that was given up.
   *
   * @param id what {@link #currentThread} gave on it
   */
  public static void makeLast(long id) {
    if (id > 0 && Libc.missing() == null) {
      int process = 0;
      Libc.ints("setpriority", process, (int) id, LOWEST_PRIORITY);
    }
  }
}
