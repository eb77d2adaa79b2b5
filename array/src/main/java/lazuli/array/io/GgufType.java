package lazuli.array.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/** The element types of gguf files (ggml.h), by number. */
enum GgufType {
  F32(0, 1, 4, DType.F32),
  F16(1, 1, 2, DType.F16),
  Q4_0(2, 32, 18, DType.F32),
  Q4_1(3, 32, 20, null),
  Q5_0(6, 32, 22, null),
  Q5_1(7, 32, 24, null),
  Q8_0(8, 32, 34, DType.F32),
  Q8_1(9, 32, 36, null),
  Q2_K(10, 256, 84, null),
  Q3_K(11, 256, 110, null),
  Q4_K(12, 256, 144, null),
  Q5_K(13, 256, 176, null),
  Q6_K(14, 256, 210, null),
  Q8_K(15, 256, 292, null),
  IQ2_XXS(16, 256, 66, null),
  IQ2_XS(17, 256, 74, null),
  IQ3_XXS(18, 256, 98, null),
  IQ1_S(19, 256, 50, null),
  IQ4_NL(20, 32, 18, null),
  IQ3_S(21, 256, 110, null),
  IQ2_S(22, 256, 82, null),
  IQ4_XS(23, 256, 136, null),
  I8(24, 1, 1, DType.I8),
  I16(25, 1, 2, DType.I16),
  I32(26, 1, 4, DType.I32),
  I64(27, 1, 8, DType.I64),
  F64(28, 1, 8, DType.F64),
  IQ1_M(29, 256, 56, null),
  BF16(30, 1, 2, DType.BF16),
  TQ1_0(34, 256, 54, null),
  TQ2_0(35, 256, 66, null),
  MXFP4(39, 32, 17, null);

  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final GgufType[] ALL = values();

  private final int number;
  private final int block;
  private final int blockBytes;
  private final @Nullable DType dtype;

  GgufType(int number, int block, int blockBytes, @Nullable DType dtype) {
    this.number = number;
    this.block = block;
    this.blockBytes = blockBytes;
    this.dtype = dtype;
  }

  /** The type with a number, or null. */
  static @Nullable GgufType of(int number) {
    for (GgufType type : ALL) {
      if (type.number == number) {
        return type;
      }
    }
    return null;
  }

  /** How many elements share a scale. */
  int block() {
    return block;
  }

  int blockBytes() {
    return blockBytes;
  }

  /** What it becomes; null when it is not read. Quantised values are exact in f32. */
  @Nullable DType dtype() {
    return dtype;
  }

  /** Writes the f32 values of quantised blocks. */
  void decode(MemorySegment from, MemorySegment to) {
    long blocks = from.byteSize() / blockBytes;
    for (long b = 0; b < blocks; b++) {
      long at = b * blockBytes;
      float scale = Float.float16ToFloat(from.get(HALF, at));
      for (int i = 0; i < block; i++) {
        to.set(
            ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * (b * block + i), scale * level(from, at + 2, i));
      }
    }
  }

  /** The quantised blocks as codes, scales and biases, without loss. */
  Content packed(MemorySegment from) {
    int bits = this == Q8_0 ? 8 : 4;
    int zero = 1 << bits - 1;
    long blocks = from.byteSize() / blockBytes;
    return new Content.Packed(
        block,
        bits,
        to -> decode(from, to),
        to -> {
          for (long b = 0; b < blocks; b++) {
            for (int i = 0; i < block; i += 8 / bits) {
              int code = level(from, b * blockBytes + 2, i) + zero;
              if (bits == 4) {
                code |= level(from, b * blockBytes + 2, i + 1) + zero << 4;
              }
              to.set(ValueLayout.JAVA_BYTE, (b * block + i) * bits / 8, (byte) code);
            }
          }
        },
        to -> halves(from, to, 1),
        to -> halves(from, to, -zero));
  }

  /** The scales times a power of two, which is exact. */
  private void halves(MemorySegment from, MemorySegment to, int factor) {
    for (long b = 0; b < from.byteSize() / blockBytes; b++) {
      float scale = Float.float16ToFloat(from.get(HALF, b * blockBytes));
      to.set(HALF, 2 * b, Float.floatToFloat16(factor * scale));
    }
  }

  /** The whole number that stands for element i of a block. */
  private int level(MemorySegment from, long at, int i) {
    if (this == Q8_0) {
      return from.get(ValueLayout.JAVA_BYTE, at + i);
    }
    // Q4_0: the first half of a block in the low nibbles, the second in the high ones.
    int two = from.get(ValueLayout.JAVA_BYTE, at + i % 16);
    return (i < 16 ? two & 15 : two >> 4 & 15) - 8;
  }
}
