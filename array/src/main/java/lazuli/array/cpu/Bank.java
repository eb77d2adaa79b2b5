package lazuli.array.cpu;

import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/** How the registers of a fused program hold their elements. */
enum Bank {
  /** f32, and the narrower floats widened. */
  F32(4),
  /** f64. */
  F64(8),
  /** i32, narrower integers widened, and bool as 0 or 1. */
  I32(4),
  /** i64, and u32 widened. */
  I64(8);

  private final int bytes;

  Bank(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  /** The bank of a type, or null for u64, which is left to the reference kernels. */
  static @Nullable Bank of(DType dtype) {
    return switch (dtype) {
      case F32, F16, BF16, F8_E4M3, F8_E5M2 -> F32;
      case F64 -> F64;
      case I32, BOOL, U8, U16, I8, I16 -> I32;
      case I64, U32 -> I64;
      case U64 -> null;
    };
  }

  /** Whether memory of this type has the layout of its bank. */
  static boolean direct(DType dtype) {
    Bank bank = of(dtype);
    return bank != null && bank.bytes == dtype.bytes();
  }
}
