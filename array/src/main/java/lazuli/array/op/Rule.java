package lazuli.array.op;

import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Promotion;

/** Which types a pointwise operation computes in and gives. */
public enum Rule {
  /** Any type; the promoted operand type is the result's. */
  ARITHMETIC,
  /** As arithmetic, but truth values are refused. */
  NUMERIC,
  /** As arithmetic, but floating types are refused. */
  INTEGER,
  /** Integers and truth values are lifted to f32 first. */
  FLOAT,
  /** Operands are promoted; the result is bool. */
  COMPARE,
  /** Operands become bool ("is not zero"); the result is bool. */
  LOGICAL;

  /**
   * {@return the type that operands are converted to}
   *
   * @param op the operation, for the error
   * @param promoted the promoted type of the operands
   * @throws ArrayException if the operation refuses the type
   */
  DType operand(String op, DType promoted) {
    if (promoted.isStorage()) {
      throw new ArrayException(
          op + " was given " + promoted + ", a type that only stores",
          "bool, integers, f16, bf16, f32 or f64",
          "convert the operand first, such as x.astype(BF16)");
    }
    return switch (this) {
      case ARITHMETIC, COMPARE -> promoted;
      case NUMERIC -> {
        if (promoted == DType.BOOL) {
          throw new ArrayException(
              op + " was given bool",
              "a number type",
              op.equals("neg") ? "use logicalNot(), or astype(I32) first" : "astype(I32) first");
        }
        yield promoted;
      }
      case INTEGER -> {
        if (promoted.isFloat()) {
          throw new ArrayException(
              op + " was given " + promoted,
              "bool or an integer type",
              "convert the operands first, such as x.astype(I32)");
        }
        yield promoted;
      }
      case FLOAT -> Promotion.lifted(promoted);
      case LOGICAL -> DType.BOOL;
    };
  }

  /**
   * {@return the result's type}
   *
   * @param operand the type of the converted operands
   */
  DType result(DType operand) {
    return this == COMPARE || this == LOGICAL ? DType.BOOL : operand;
  }
}
