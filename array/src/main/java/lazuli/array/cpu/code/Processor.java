package lazuli.array.cpu.code;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * What the processor and the system allow, asked of the processor itself by CPUID and XGETBV (Intel
 * SDM volume 1, sections 13.3 and 18.3).
 *
 * @param amd made by AMD
 * @param avx512 512-bit registers, and the system saves them
 * @param dotBf16 VDPBF16PS on them
 * @param tilesBf16 TDPBF16PS on tiles, and the system can save them
 */
record Processor(boolean amd, boolean avx512, boolean dotBf16, boolean tilesBf16) {
  // "Auth" of AuthenticAMD.
  private static final long AMD = 0x68747541;
  private static final long AVX512_STATE = 0xE6;
  private static final long TILE_STATE = 0x60000;
  private static final int TILE_DATA = 18;
  private static final long ARCH_PRCTL = 158;
  private static final long REQUEST_STATE = 0x1023;

  /**
   * {@return this machine's}
   *
   * @throws Unavailable when it is no x86-64 machine with the System V calling convention, or
   *     machine code cannot be placed
   */
  static Processor detect() throws Unavailable {
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String system = System.getProperty("os.name");
    if (!arch.equals("amd64") && !arch.equals("x86_64")) {
      throw new Unavailable("there is none for " + arch + " yet");
    }
    if (system.startsWith("Windows")) {
      throw new Unavailable("there is none for the calling convention of Windows yet");
    }
    MethodHandle ask = handle(query());
    long basic = answer(ask, 0, 0) & 0xffffffffL;
    boolean saves = (answer(ask, 1, 2) >>> 27 & 1) != 0;
    if (basic < 7 || !saves) {
      return new Processor(false, false, false, false);
    }
    long enabled = answer(handle(enabledState()), 0, 0);
    long ebx = answer(ask, 7, 1);
    long edx = answer(ask, 7, 3);
    boolean more = answer(ask, 7, 0) >= 1;
    long eax1 = more ? answer(ask, 7 | 1L << 32, 0) : 0;
    boolean avx512 = (ebx >>> 16 & 1) != 0 && (enabled & AVX512_STATE) == AVX512_STATE;
    boolean tiles = (edx >>> 22 & 1) != 0 && (edx >>> 24 & 1) != 0;
    return new Processor(
        answer(ask, 0, 1) == AMD,
        avx512,
        avx512 && (eax1 >>> 5 & 1) != 0,
        avx512 && tiles && (enabled & TILE_STATE) == TILE_STATE);
  }

  /**
   * Asks the system for permission to use tiles in this process.
   *
   * @throws Unavailable when it refuses
   */
  static void permitTiles() throws Unavailable {
    if (!System.getProperty("os.name").equals("Linux")) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    MethodHandle syscall =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    long refused;
    try {
      refused = (long) syscall.invokeExact(ARCH_PRCTL, REQUEST_STATE, (long) TILE_DATA);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (refused != 0) {
      throw new Unavailable("the system does not let this process use matrix tiles");
    }
  }

  /** long query(long leafAndSubleaf, long which): one of eax, ebx, ecx, edx. */
  private static byte[] query() {
    Assembler asm = new Assembler();
    asm.push(Register.RBX);
    asm.move(Register.RAX, Register.RDI);
    asm.move(Register.RCX, Register.RDI);
    asm.shiftRight(Register.RCX, 32);
    asm.cpuid();
    Assembler.Label done = new Assembler.Label();
    asm.compare(Register.RSI, 0);
    asm.jump(Assembler.Condition.ZERO, done);
    asm.move(Register.RAX, Register.RBX);
    asm.compare(Register.RSI, 1);
    asm.jump(Assembler.Condition.ZERO, done);
    asm.move(Register.RAX, Register.RCX);
    asm.compare(Register.RSI, 2);
    asm.jump(Assembler.Condition.ZERO, done);
    asm.move(Register.RAX, Register.RDX);
    asm.bind(done);
    asm.pop(Register.RBX);
    asm.ret();
    return asm.bytes();
  }

  /** The same signature; returns the state components that the system saves (XCR0). */
  private static byte[] enabledState() {
    Assembler asm = new Assembler();
    asm.move(Register.RCX, 0);
    asm.xgetbv();
    asm.shiftLeft(Register.RDX, 32);
    asm.or(Register.RAX, Register.RDX);
    asm.ret();
    return asm.bytes();
  }

  private static MethodHandle handle(byte[] code) throws Unavailable {
    MemorySegment at = ExecutableMemory.place(code);
    return Linker.nativeLinker()
        .downcallHandle(
            at,
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  }

  private static long answer(MethodHandle ask, long leaf, long which) {
    try {
      return (long) ask.invokeExact(leaf, which);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
