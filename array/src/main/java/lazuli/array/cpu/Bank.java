package lazuli.array.cpu;

import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/** How the registers of a fused program hold their elements. */
enum Bank {
  /** f32, and the half types widened. */
  F32(4),
  /** f64. */
  F64(8),
  /** i32, and bool as 0 or 1. */
  I32(4),
  /** i64. */
  I64(8);

  private final int bytes;

  Bank(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  /** The bank of a type, or null for types that are left to the reference kernels. */
  static @Nullable Bank of(DType dtype) {
    return switch (dtype) {
      case F32, F16, BF16 -> F32;
      case F64 -> F64;
      case I32, BOOL -> I32;
      case I64 -> I64;
      case U8, U16, U32, U64, I8, I16 -> null;
    };
  }

  /** Whether memory of this type has the layout of its bank. */
  static boolean direct(DType dtype) {
    Bank bank = of(dtype);
    return bank != null && bank.bytes == dtype.bytes();
  }
}
