package lazuli.array.cpu.code;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Places code in memory that is first written, then made executable, and never both at once.
 *
 * <p>The memory is never given back: a code's handles may be compiled into anything.
 */
final class ExecutableMemory {
  private static final int PAGE = 16384;
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int EXECUTE = 4;
  private static final int PRIVATE_ANONYMOUS = isMac() ? 0x1002 : 0x22;

  private ExecutableMemory() {}

  private static boolean isMac() {
    return System.getProperty("os.name").startsWith("Mac");
  }

  /**
   * {@return where the code lies}
   *
   * @param code position-independent machine code
   * @throws Unavailable when the system refuses
   */
  static MemorySegment place(byte[] code) throws Unavailable {
    long bytes = Math.ceilDiv(code.length, PAGE) * (long) PAGE;
    try {
      Linker linker = Linker.nativeLinker();
      SymbolLookup library = linker.defaultLookup();
      MethodHandle mmap =
          linker.downcallHandle(
              library.findOrThrow("mmap"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_LONG));
      MethodHandle protect =
          linker.downcallHandle(
              library.findOrThrow("mprotect"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_INT));
      long at = (long) mmap.invokeExact(0L, bytes, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      if (at == -1) {
        throw new Unavailable("the system gives no memory for machine code");
      }
      MemorySegment memory = MemorySegment.ofAddress(at).reinterpret(bytes);
      MemorySegment.copy(code, 0, memory, ValueLayout.JAVA_BYTE, 0, code.length);
      if ((int) protect.invokeExact(at, bytes, READ | EXECUTE) != 0) {
        throw new Unavailable("the system does not let programs make memory executable");
      }
      return memory;
    } catch (Unavailable | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
