package lazuli.array.cpu.code;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Weights of a softmax row in bf16, by machine code: 2 to the power of (score * scale - maximum),
 * rounded to nearest even. Weights below the least normal f32 are exactly 0, as is that of
 * -infinity; NaN stays NaN.
 */
public final class Bf16Weights {
  /** Bytes of the block that holds scale, maximum, factor and sums. */
  public static final int BLOCK = 128;

  // One constant handle for all code: a handle in a field costs a second call at each call.
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG),
              Linker.Option.critical(false));

  private final MemorySegment first;
  private final MemorySegment second;

  private Bf16Weights(MemorySegment first, MemorySegment second) {
    this.first = first;
    this.second = second;
  }

  static Bf16Weights place() throws Unavailable {
    return new Bf16Weights(
        ExecutableMemory.place(WeightCode.weights(false)),
        ExecutableMemory.place(WeightCode.weights(true)));
  }

  /**
   * Computes a row.
   *
   * @param inside whether it begins in the middle of a panel of 64 scores, not at its start
   * @param scores where the row begins
   * @param groups of 32 scores, at least 1
   * @param panelBytes from one panel to the next
   * @param to where the weights go, side by side
   * @param block begins with three floats, the scale, the negative maximum, and a factor; at byte
   *     64 there are 16 sums, which are multiplied by the factor, and the rounded weights added
   */
  public void row(boolean inside, long scores, long groups, long panelBytes, long to, long block) {
    MemorySegment code = inside ? second : first;
    try {
      CALL.invokeExact(code, scores, groups, panelBytes, to, block);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
