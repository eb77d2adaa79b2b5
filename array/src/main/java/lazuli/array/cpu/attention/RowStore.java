package lazuli.array.cpu.attention;

import jdk.incubator.vector.FloatVector;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Species;
import lazuli.array.type.DType;

/** Writes f32 rows to the output, rounding once to nearest, ties to even. */
final class RowStore {
  private RowStore() {}

  static void row(float[] from, int o, int count, DType dtype, long at) {
    switch (dtype) {
      case F32 -> f32(from, o, count, at);
      case F16 -> f16(from, o, count, at);
      case BF16 -> bf16(from, o, count, at);
      default -> throw new IllegalStateException("no row store for " + dtype);
    }
  }

  private static void f32(float[] from, int o, int count, long at) {
    int i = 0;
    for (; i <= count - Species.LANES; i += Species.LANES) {
      Memory.put(at + i * 4L, FloatVector.fromArray(Species.F32, from, o + i));
    }
    for (; i < count; i++) {
      Memory.putFloat(at + i * 4L, from[o + i]);
    }
  }

  private static void f16(float[] from, int o, int count, long at) {
    for (int i = 0; i < count; i++) {
      Memory.putShort(at + i * 2L, Float.floatToFloat16(from[o + i]));
    }
  }

  private static void bf16(float[] from, int o, int count, long at) {
    for (int i = 0; i < count; i++) {
      int bits = Float.floatToRawIntBits(from[o + i]);
      // Rounding could carry a NaN's payload into infinity; it stays a quiet NaN instead.
      int rounded =
          Float.isNaN(from[o + i]) ? bits | 0x00400000 : bits + 0x7fff + ((bits >>> 16) & 1);
      Memory.putShort(at + i * 2L, (short) (rounded >>> 16));
    }
  }
}
