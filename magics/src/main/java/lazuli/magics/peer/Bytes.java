package lazuli.magics.peer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import lazuli.array.Array;
import lazuli.array.type.DType;

/** Arrays as raw bytes. */
public final class Bytes {
  private Bytes() {}

  /**
   * {@return an array as an operand for a peer: evaluated, row-major, little-endian}
   *
   * @param array of type bool, i32, i64, f16, bf16, f32 or f64
   */
  public static PeerTask.Operand operand(Array array) {
    int count = Math.toIntExact(array.size());
    DType dtype = array.dtype();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(count, dtype.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case F32 -> bytes.asFloatBuffer().put(array.toFloatArray());
      case F64 -> bytes.asDoubleBuffer().put(array.toDoubleArray());
      case I32 -> bytes.asIntBuffer().put(array.toIntArray());
      case I64 -> bytes.asLongBuffer().put(array.toLongArray());
      case F16 -> {
        for (float value : array.toFloatArray()) {
          bytes.putShort(Float.floatToFloat16(value));
        }
      }
      case BF16 -> {
        // The values are bf16 already: their lower halves are 0.
        for (float value : array.toFloatArray()) {
          bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        }
      }
      case BOOL -> {
        for (boolean value : array.toBooleanArray()) {
          bytes.put((byte) (value ? 1 : 0));
        }
      }
      default -> throw new IllegalArgumentException("no peer takes operands of type " + dtype);
    }
    return new PeerTask.Operand(dtype, array.shape(), bytes.array());
  }
}
