package lazuli.kernel.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
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
  private static final FunctionDescriptor INT_TO_INT = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor POINTER_TO_INT = FunctionDescriptor.of(JAVA_INT, ADDRESS);
  private static final FunctionDescriptor TWO_INTS =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor THREE_INTS =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor TRANSFER =
      FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final FunctionDescriptor POLL =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final FunctionDescriptor SETVBUF =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG);
  private static final Map<String, MethodHandle> LINKED = new ConcurrentHashMap<>();

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
      link("dup", INT_TO_INT);
      return null;
    } catch (RuntimeException | LinkageError e) {
      // No linker for this platform, native access denied, or another C library.
      return String.valueOf(e.getMessage());
    }
  }

  private static MethodHandle link(String name, FunctionDescriptor type) {
    return LINKED.computeIfAbsent(name, key -> make(key, type));
  }

  private static MethodHandle make(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    MemorySegment address =
        linker
            .defaultLookup()
            .find(name)
            .orElseThrow(
                () -> new UnsupportedOperationException("the C library has no function " + name));
    return name.equals("fcntl")
        ? linker.downcallHandle(address, type, Linker.Option.firstVariadicArg(2))
        : linker.downcallHandle(address, type);
  }

  private static IllegalStateException failed(Throwable e) {
    return new IllegalStateException("a call of the C library failed: " + e, e);
  }

  static int dup(int fd) {
    return ints("dup", fd);
  }

  static int close(int fd) {
    return ints("close", fd);
  }

  static int dup2(int from, int to) {
    try {
      return (int) link("dup2", TWO_INTS).invokeExact(from, to);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  private static int ints(String name, int a) {
    try {
      return (int) link(name, INT_TO_INT).invokeExact(a);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** Makes a socket, signals a thread or sets a priority, by name. */
  static int ints(String name, int a, int b, int c) {
    try {
      return (int) link(name, THREE_INTS).invokeExact(a, b, c);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** Fills in the reading and the writing end. */
  static int pipe(MemorySegment ends) {
    try {
      return (int) link("pipe", POINTER_TO_INT).invokeExact(ends);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** Asks Linux to let a pipe hold that much; elsewhere, or when it is refused, nothing changes. */
  static void pipeSize(int fd, int bytes) {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return;
    }
    int setPipeSize = 1031;
    try {
      int ignored = (int) link("fcntl", THREE_INTS).invokeExact(fd, setPipeSize, bytes);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static int poll(MemorySegment descriptors, long count, int millis) {
    try {
      return (int) link("poll", POLL).invokeExact(descriptors, count, millis);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static long read(int fd, MemorySegment into, long most) {
    return transfer("read", fd, into, most);
  }

  static long write(int fd, MemorySegment from, long length) {
    return transfer("write", fd, from, length);
  }

  private static long transfer(String name, int fd, MemorySegment bytes, long length) {
    try {
      return (long) link(name, TRANSFER).invokeExact(fd, bytes, length);
    } catch (Throwable e) {
      throw failed(e);
    }
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
    try {
      int ignored = (int) link("setvbuf", SETVBUF).invokeExact(file, MemorySegment.NULL, lines, 0L);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static void flush(MemorySegment file) {
    try {
      int ignored = (int) link("fflush", POINTER_TO_INT).invokeExact(file);
    } catch (Throwable e) {
      throw failed(e);
    }
  }
}
