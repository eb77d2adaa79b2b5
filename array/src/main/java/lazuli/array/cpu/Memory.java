package lazuli.array.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import lazuli.array.backend.View;

/**
 * Vector and scalar access to off-heap memory by address.
 *
 * <p>All access goes through one constant segment. C2 then knows its kind, base and bounds whatever
 * other code in the process does with segments, so kernels cannot fall off the cliff of a polluted
 * type profile. There is no bounds check per access: {@link #address} checks a whole view once,
 * before the kernel runs.
 */
public final class Memory {
  /** Every address of the process. */
  public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private Memory() {}

  /**
   * {@return the address of a view's element 0, every element of which lies inside its buffer}
   *
   * @param view a view of host memory
   * @throws IndexOutOfBoundsException if an element lies outside the buffer
   * @throws IllegalArgumentException if the buffer is not off-heap memory
   */
  public static long address(View view) {
    MemorySegment segment = view.buffer().segment();
    if (!segment.isNative()) {
      throw new IllegalArgumentException("the buffer of " + view + " is not off-heap memory");
    }
    long low = view.offset();
    long high = view.offset();
    for (int i = 0; i < view.shape().rank(); i++) {
      long dim = view.shape().dim(i);
      if (dim == 0) {
        return segment.address();
      }
      long reach = Math.multiplyExact(dim - 1, view.strides()[i]);
      low += Math.min(0, reach);
      high += Math.max(0, reach);
    }
    long bytes = view.dtype().bytes();
    if (low < 0 || (high + 1) * bytes > segment.byteSize()) {
      throw new IndexOutOfBoundsException(
          view + " reaches outside its buffer of " + segment.byteSize() + " bytes");
    }
    return segment.address() + view.offset() * bytes;
  }

  /**
   * Copies bytes; the ranges may overlap.
   *
   * @param from where from
   * @param to where to
   * @param bytes how many
   */
  public static void copy(long from, long to, long bytes) {
    if (from != to) {
      MemorySegment.copy(ALL, from, ALL, to, bytes);
    }
  }

  /**
   * {@return the {@link Species#LANES} floats at an address}
   *
   * @param address of the first, any alignment
   */
  public static FloatVector floats(long address) {
    return FloatVector.fromMemorySegment(Species.F32, ALL, address, ORDER);
  }

  /**
   * Writes {@link Species#LANES} floats.
   *
   * @param address of the first, any alignment
   * @param value what to write
   */
  public static void put(long address, FloatVector value) {
    value.intoMemorySegment(ALL, address, ORDER);
  }

  /**
   * {@return the {@link Species#LANES64} doubles at an address}
   *
   * @param address of the first, any alignment
   */
  public static DoubleVector doubles(long address) {
    return DoubleVector.fromMemorySegment(Species.F64, ALL, address, ORDER);
  }

  /**
   * Writes {@link Species#LANES64} doubles.
   *
   * @param address of the first, any alignment
   * @param value what to write
   */
  public static void put(long address, DoubleVector value) {
    value.intoMemorySegment(ALL, address, ORDER);
  }

  /**
   * {@return the {@link Species#LANES} ints at an address}
   *
   * @param address of the first, any alignment
   */
  public static IntVector ints(long address) {
    return IntVector.fromMemorySegment(Species.I32, ALL, address, ORDER);
  }

  /**
   * Writes {@link Species#LANES} ints.
   *
   * @param address of the first, any alignment
   * @param value what to write
   */
  public static void put(long address, IntVector value) {
    value.intoMemorySegment(ALL, address, ORDER);
  }

  /**
   * {@return the {@link Species#LANES64} longs at an address}
   *
   * @param address of the first, any alignment
   */
  public static LongVector longs(long address) {
    return LongVector.fromMemorySegment(Species.I64, ALL, address, ORDER);
  }

  /**
   * Writes {@link Species#LANES64} longs.
   *
   * @param address of the first, any alignment
   * @param value what to write
   */
  public static void put(long address, LongVector value) {
    value.intoMemorySegment(ALL, address, ORDER);
  }

  /**
   * {@return the float at an address}
   *
   * @param address any alignment
   */
  public static float getFloat(long address) {
    return ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }

  /**
   * Writes one float.
   *
   * @param address any alignment
   * @param value what to write
   */
  public static void putFloat(long address, float value) {
    ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value);
  }

  /**
   * {@return the double at an address}
   *
   * @param address any alignment
   */
  public static double getDouble(long address) {
    return ALL.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, address);
  }

  /**
   * Writes one double.
   *
   * @param address any alignment
   * @param value what to write
   */
  public static void putDouble(long address, double value) {
    ALL.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, address, value);
  }

  /**
   * {@return the short at an address}
   *
   * @param address any alignment
   */
  public static short getShort(long address) {
    return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
  }

  /**
   * Writes one short.
   *
   * @param address any alignment
   * @param value what to write
   */
  public static void putShort(long address, short value) {
    ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, value);
  }

  /**
   * {@return the int at an address}
   *
   * @param address any alignment
   */
  public static int getInt(long address) {
    return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
  }

  /**
   * Writes one int.
   *
   * @param address any alignment
   * @param value what to write
   */
  public static void putInt(long address, int value) {
    ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
  }

  /**
   * {@return the long at an address}
   *
   * @param address any alignment
   */
  public static long getLong(long address) {
    return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
  }

  /**
   * Writes one long.
   *
   * @param address any alignment
   * @param value what to write
   */
  public static void putLong(long address, long value) {
    ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
  }

  /**
   * {@return the byte at an address}
   *
   * @param address where
   */
  public static byte getByte(long address) {
    return ALL.get(ValueLayout.JAVA_BYTE, address);
  }

  /**
   * Writes one byte.
   *
   * @param address where
   * @param value what to write
   */
  public static void putByte(long address, byte value) {
    ALL.set(ValueLayout.JAVA_BYTE, address, value);
  }
}
