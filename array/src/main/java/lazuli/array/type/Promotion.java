package lazuli.array.type;

import static lazuli.array.type.DType.BF16;
import static lazuli.array.type.DType.BOOL;
import static lazuli.array.type.DType.F16;
import static lazuli.array.type.DType.F32;
import static lazuli.array.type.DType.F64;
import static lazuli.array.type.DType.I16;
import static lazuli.array.type.DType.I32;
import static lazuli.array.type.DType.I64;
import static lazuli.array.type.DType.U32;
import static lazuli.array.type.DType.U64;

/** How element types combine: MLX's table (mlx/dtype.cpp), bit for bit. */
public final class Promotion {
  private Promotion() {}

  /**
   * {@return the type in which two arrays are combined} Symmetric.
   *
   * @param a a type
   * @param b a type
   */
  public static DType of(DType a, DType b) {
    computes(a);
    computes(b);
    if (a == b) {
      return a;
    }
    if (a.isFloat() || b.isFloat()) {
      if (!(a.isFloat() && b.isFloat())) {
        return a.isFloat() ? a : b;
      }
      // f16 with bf16 meets in f32 as well: neither holds the other.
      return a == F64 || b == F64 ? F64 : F32;
    }
    if (a == BOOL || b == BOOL) {
      return a == BOOL ? b : a;
    }
    if (a.kind() == b.kind()) {
      return a.bytes() > b.bytes() ? a : b;
    }
    DType unsigned = a.kind() == DType.Kind.UNSIGNED ? a : b;
    DType signed = unsigned == a ? b : a;
    if (unsigned == U64) {
      return F32;
    }
    return signed(Math.max(signed.bytes(), 2 * unsigned.bytes()));
  }

  /** Refuses types that only store. */
  private static void computes(DType type) {
    if (type.isStorage()) {
      throw new ArrayException(
          "arithmetic was asked of " + type + ", a type that only stores",
          "bool, integers, f16, bf16, f32 or f64",
          "convert the operand first, such as x.astype(BF16)");
    }
  }

  private static DType signed(int bytes) {
    return switch (bytes) {
      case 2 -> I16;
      case 4 -> I32;
      default -> I64;
    };
  }

  /**
   * {@return the type in which operations that need a fraction compute} Integers and truth values
   * become f32, floating types stay.
   *
   * @param type a type
   */
  public static DType lifted(DType type) {
    computes(type);
    return type.isFloat() ? type : F32;
  }

  /**
   * {@return the type of a sum or product} Truth values and narrow integers become 32 bits wide.
   *
   * @param type the type of the elements
   */
  public static DType accumulated(DType type) {
    computes(type);
    return switch (type) {
      case BOOL, I8, I16, I32 -> I32;
      case U8, U16, U32 -> U32;
      case I64, U64, F16, BF16, F32, F64, F8_E4M3, F8_E5M2 -> type;
    };
  }

  /**
   * {@return the type that a whole-number literal takes beside an array} It never changes the
   * array's type, except that a truth value becomes i32.
   *
   * @param array the array's type
   * @param value the literal
   * @throws ArrayException if the array's type cannot hold the value
   */
  public static DType weak(DType array, long value) {
    computes(array);
    if (array == BOOL) {
      return value == (int) value ? I32 : I64;
    }
    if (!array.isFloat() && array.bytes() < 8) {
      int bits = 8 * array.bytes();
      boolean signed = array.kind() == DType.Kind.SIGNED;
      long low = signed ? -(1L << (bits - 1)) : 0;
      long high = signed ? (1L << (bits - 1)) - 1 : (1L << bits) - 1;
      if (value < low || value > high) {
        throw new ArrayException(
            "converting " + value + " to " + array + " would result in overflow",
            array + " holds " + low + " to " + high,
            "convert the array first, such as astype(I64), or pass scalar(" + value + "L, I64)");
      }
    }
    if (array == U64 && value < 0) {
      throw new ArrayException(
          "converting " + value + " to u64 would result in overflow",
          "u64 holds 0 to 18446744073709551615",
          "convert the array first, such as astype(I64)");
    }
    return array;
  }

  /**
   * {@return the type that a literal with a fraction takes beside an array} The array's own type if
   * that is floating, otherwise f32.
   *
   * @param array the array's type
   */
  public static DType weakFraction(DType array) {
    computes(array);
    return array.isFloat() ? array : F32;
  }

  /**
   * {@return the type in which values of this type are computed} f32 for the half types, which are
   * rounded once, when stored; every other type itself.
   *
   * @param type a type
   */
  public static DType computed(DType type) {
    return type == F16 || type == BF16 ? F32 : type;
  }

  /**
   * {@return whether every value of a type survives a conversion to another} Stricter than NumPy,
   * which also calls i64 to f64 safe.
   *
   * @param from the type of the values
   * @param to the type they would become
   */
  public static boolean canCast(DType from, DType to) {
    if (from == to || from == BOOL) {
      return true;
    }
    if (to == BOOL || (from.isFloat() && !to.isFloat())) {
      return false;
    }
    if (to.isFloat()) {
      FloatInfo wide = FloatInfo.of(to);
      if (!from.isFloat()) {
        return IntegerInfo.of(from).magnitude() <= wide.precision();
      }
      FloatInfo narrow = FloatInfo.of(from);
      return narrow.precision() <= wide.precision()
          && narrow.max() <= wide.max()
          && narrow.smallestSubnormal() >= wide.smallestSubnormal();
    }
    return IntegerInfo.of(from).min().compareTo(IntegerInfo.of(to).min()) >= 0
        && IntegerInfo.of(from).max().compareTo(IntegerInfo.of(to).max()) <= 0;
  }
}
