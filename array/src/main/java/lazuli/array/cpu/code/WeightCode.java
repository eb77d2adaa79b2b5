package lazuli.array.cpu.code;

import static lazuli.array.cpu.code.Address.at;
import static lazuli.array.cpu.code.Register.R8;
import static lazuli.array.cpu.code.Register.RCX;
import static lazuli.array.cpu.code.Register.RDI;
import static lazuli.array.cpu.code.Register.RDX;
import static lazuli.array.cpu.code.Register.RSI;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import lazuli.array.cpu.code.Assembler.Condition;
import lazuli.array.cpu.code.Assembler.Label;

/**
 * The code of {@link Bf16Weights}, for the System V calling convention: the scores in rdi, groups
 * of 32 in rsi, the distance of panels in rdx, the weights in rcx; scale, maximum, factor and sums
 * at r8.
 */
final class WeightCode {
  /**
   * 2 to the power of x on [0, 1): minimax of degree 4, relative error 2.6e-6, a thousandth of a
   * bf16 rounding. The highest power first.
   */
  static final float[] POWERS = powers();

  private static final int SCALE = 0;
  private static final int LESS = 1;
  private static final int ONES = 2;
  private static final int SUM = 3;
  private static final int FIRST_POWER = 4;
  private static final int FACTOR = 16;
  private static final int ZERO = 17;
  private static final int GROUP_BYTES = 128;
  private static final int PANEL_BYTES = 256;
  // Two neighbouring bf16 numbers that are 1.
  private static final int ONE_ONE = 0x3f803f80;

  private WeightCode() {}

  /** From the polynomial on [-0.5, 0.5], moved by half and scaled by the root of 2. */
  private static float[] powers() {
    double[] c = {0.99999941, 0.69312178, 0.24024744, 0.05591786, 0.00957010};
    double[] moved = new double[c.length];
    // Horner with x - 1/2 instead of x.
    for (int i = c.length - 1; i >= 0; i--) {
      double[] next = new double[c.length];
      for (int j = 0; j < c.length; j++) {
        next[j] += -0.5 * moved[j];
        if (j + 1 < c.length) {
          next[j + 1] += moved[j];
        }
      }
      next[0] += c[i];
      moved = next;
    }
    float[] high = new float[c.length];
    for (int i = 0; i < c.length; i++) {
      high[i] = (float) (Math.sqrt(2) * moved[c.length - 1 - i]);
    }
    return high;
  }

  /** The code; it may begin with the second half of a panel. */
  static byte[] weights(boolean second) {
    Assembler asm = new Assembler();
    List<Label> constants = new ArrayList<>();
    asm.broadcast(SCALE, at(R8, 0));
    asm.broadcast(LESS, at(R8, 4));
    asm.broadcast(FACTOR, at(R8, 8));
    asm.zeroVector(ZERO);
    asm.loadVector(SUM, at(R8, 64));
    asm.multiplyAdd(SUM, FACTOR, ZERO);
    for (int i = 0; i <= POWERS.length; i++) {
      Label label = new Label();
      constants.add(label);
      asm.broadcast(i == 0 ? ONES : FIRST_POWER + i - 1, Address.of(label));
    }
    Label panel = new Label();
    Label end = new Label();
    asm.subtract(RDX, PANEL_BYTES);
    Label half = new Label();
    if (second) {
      // Always, for there is at least one group.
      asm.compare(RSI, 0);
      asm.jump(Condition.NOT_ZERO, half);
    }
    asm.bind(panel);
    group(asm);
    asm.subtract(RSI, 1);
    asm.jump(Condition.ZERO, end);
    asm.bind(half);
    group(asm);
    asm.add(RDI, RDX);
    asm.subtract(RSI, 1);
    asm.jump(Condition.NOT_ZERO, panel);
    asm.bind(end);
    asm.storeVector(at(R8, 64), SUM);
    asm.zeroUpper();
    asm.ret();
    asm.align(4);
    for (int i = 0; i <= POWERS.length; i++) {
      asm.bind(constants.get(i));
      int bits = i == 0 ? ONE_ONE : Float.floatToRawIntBits(POWERS[i - 1]);
      asm.data(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bits).array());
    }
    return asm.bytes();
  }

  /** 32 scores: two vectors, with their instructions interleaved. */
  private static void group(Assembler asm) {
    int x = 16;
    int f = 18;
    int p = 20;
    for (int v = 0; v < 2; v++) {
      asm.loadVector(x + v, at(RDI, 64 * v));
      asm.multiplyAdd(x + v, SCALE, LESS);
      asm.fraction(f + v, x + v);
      asm.copyVector(p + v, FIRST_POWER);
    }
    for (int i = 1; i < POWERS.length; i++) {
      for (int v = 0; v < 2; v++) {
        asm.multiplyAdd(p + v, f + v, FIRST_POWER + i);
      }
    }
    for (int v = 0; v < 2; v++) {
      asm.scale(p + v, p + v, x + v);
    }
    asm.roundBf16(p, p + 1, p);
    asm.dotBf16(SUM, p, ONES);
    asm.storeVector(at(RCX, 0), p);
    asm.add(RDI, GROUP_BYTES);
    asm.add(RCX, 64);
  }
}
