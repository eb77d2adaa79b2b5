package lazuli.array.cpu.code;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Weights of a softmax row in bf16, by machine code: 2 to the power of (score * scale - maximum),
 * rounded to nearest even. Weights below the least normal f32 are exactly 0, as is that of
 * -infinity; NaN stays NaN.
 */
public final class Bf16Weights {
  /** Bytes of the block that holds scale, maximum and sums. */
  public static final int BLOCK = 128;

  private final MethodHandle code;

  private Bf16Weights(MethodHandle code) {
    this.code = code;
  }

  static Bf16Weights place() throws Unavailable {
    return new Bf16Weights(
        Linker.nativeLinker()
            .downcallHandle(
                ExecutableMemory.place(WeightCode.weights()),
                FunctionDescriptor.ofVoid(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG),
                Linker.Option.critical(false)));
  }

  /**
   * Computes a row.
   *
   * @param scores where the row begins in the first panel of 64 scores
   * @param groups of 32 scores, at least 1
   * @param panelBytes from one panel to the next
   * @param to where the weights go, side by side
   * @param block begins with the scale and the negative maximum, two floats; at byte 64 it receives
   *     16 sums of the rounded weights
   */
  public void row(long scores, long groups, long panelBytes, long to, long block) {
    try {
      code.invokeExact(scores, groups, panelBytes, to, block);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
