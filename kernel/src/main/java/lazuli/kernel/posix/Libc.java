package lazuli.kernel.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The few functions of the C library that the kernel calls, each linked when it is first used.
 * Results are the function's own: -1 is an error.
 */
final class Libc {
  /**
   * All of them are called through one handle, with four numbers: on the processors that the JDK's
   * linker knows, numbers and pointers travel in the same registers, and a function leaves alone
   * those that it does not take. A handle of its own for each took a tenth of a second at a start.
   */
  private static final FunctionDescriptor FOUR_NUMBERS =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private static final Map<String, MemorySegment> FOUND = new ConcurrentHashMap<>();
  private static volatile @Nullable MethodHandle linked;

  private Libc() {}

  /** {@return why these functions cannot be called in this JVM; null when they can} */
  static @Nullable String missing() {
    if (System.getProperty("os.name", "").startsWith("Windows")) {
      return "this system has no POSIX file descriptors";
    }
    if (!Libc.class.getModule().isNativeAccessEnabled()) {
      return "Java was started without --enable-native-access=ALL-UNNAMED";
    }
    try {
      var _ = call();
      var _ = find("dup");
      return null;
    } catch (RuntimeException | LinkageError e) {
      // No linker for this platform, native access denied, or another C library.
      return String.valueOf(e.getMessage());
    }
  }

  private static MethodHandle call() {
    MethodHandle handle = linked;
    if (handle == null) {
      handle = Linker.nativeLinker().downcallHandle(FOUR_NUMBERS);
      linked = handle;
    }
    return handle;
  }

  private static MemorySegment find(String name) {
    return FOUND.computeIfAbsent(
        name,
        key ->
            Linker.nativeLinker()
                .defaultLookup()
                .find(key)
                .orElseThrow(
                    () ->
                        new UnsupportedOperationException("the C library has no function " + key)));
  }

  private static long call(String name, long a, long b, long c, long d) {
    try {
      return (long) call().invokeExact(find(name), a, b, c, d);
    } catch (Throwable e) {
      throw new IllegalStateException("a call of the C library failed: " + e, e);
    }
  }

  static int dup(int fd) {
    return ints("dup", fd, 0, 0);
  }

  static int close(int fd) {
    return ints("close", fd, 0, 0);
  }

  static int dup2(int from, int to) {
    return ints("dup2", from, to, 0);
  }

  /** Makes a socket, signals a thread or sets a priority, by name. */
  static int ints(String name, int a, int b, int c) {
    return (int) call(name, a, b, c, 0);
  }

  /** Fills in the reading and the writing end. */
  static int pipe(MemorySegment ends) {
    return (int) call("pipe", ends.address(), 0, 0, 0);
  }

  /** Asks Linux to let a pipe hold that much; elsewhere, or when it is refused, nothing changes. */
  static void pipeSize(int fd, int bytes) {
    // Elsewhere the last argument, one of a variable number, would travel on the stack.
    if (System.getProperty("os.name", "").equals("Linux")) {
      int setPipeSize = 1031;
      ints("fcntl", fd, setPipeSize, bytes);
    }
  }

  static int poll(MemorySegment descriptors, long count, int millis) {
    return (int) call("poll", descriptors.address(), count, millis, 0);
  }

  static long read(int fd, MemorySegment into, long most) {
    return call("read", fd, into.address(), most, 0);
  }

  static long write(int fd, MemorySegment from, long length) {
    return call("write", fd, from.address(), length, 0);
  }

  /** {@return C's own {@code stdout}, if the library gives it away} */
  static Optional<MemorySegment> stdout() {
    SymbolLookup library = Linker.nativeLinker().defaultLookup();
    // Not a constant of the class: asking for it is itself a restricted call.
    AddressLayout pointer = ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(1, JAVA_BYTE));
    return library
        .find("stdout")
        .or(() -> library.find("__stdoutp"))
        .map(variable -> variable.reinterpret(ADDRESS.byteSize()).get(pointer, 0));
  }

  /** Lets C's {@code stdout} keep no more than a line. */
  static void bufferLines(MemorySegment file) {
    int lines = 1;
    call("setvbuf", file.address(), 0, lines, 0);
  }

  static void flush(MemorySegment file) {
    call("fflush", file.address(), 0, 0, 0);
  }
}
