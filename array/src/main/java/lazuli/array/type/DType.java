package lazuli.array.type;

/** The element types of an array. */
public enum DType {
  /** Truth value, one byte, 0 or 1. */
  BOOL("bool", 1, Kind.BOOL),
  /** Unsigned 8-bit integer. */
  U8("u8", 1, Kind.UNSIGNED),
  /** Unsigned 16-bit integer. */
  U16("u16", 2, Kind.UNSIGNED),
  /** Unsigned 32-bit integer. */
  U32("u32", 4, Kind.UNSIGNED),
  /** Unsigned 64-bit integer. */
  U64("u64", 8, Kind.UNSIGNED),
  /** Signed 8-bit integer. */
  I8("i8", 1, Kind.SIGNED),
  /** Signed 16-bit integer. */
  I16("i16", 2, Kind.SIGNED),
  /** Signed 32-bit integer. */
  I32("i32", 4, Kind.SIGNED),
  /** Signed 64-bit integer. */
  I64("i64", 8, Kind.SIGNED),
  /** IEEE 754 binary16. */
  F16("f16", 2, Kind.FLOAT),
  /** bfloat16: the upper half of a binary32. */
  BF16("bf16", 2, Kind.FLOAT),
  /** IEEE 754 binary32. */
  F32("f32", 4, Kind.FLOAT),
  /** IEEE 754 binary64. */
  F64("f64", 8, Kind.FLOAT),
  /** 8-bit float of 4 exponent and 3 fraction bits, no infinity: stores and converts only. */
  F8_E4M3("f8_e4m3", 1, Kind.FLOAT),
  /** 8-bit float of 5 exponent and 2 fraction bits: stores and converts only. */
  F8_E5M2("f8_e5m2", 1, Kind.FLOAT);

  /** The families that promotion distinguishes. */
  public enum Kind {
    /** Truth values. */
    BOOL,
    /** Unsigned integers. */
    UNSIGNED,
    /** Signed integers. */
    SIGNED,
    /** Floating point. */
    FLOAT
  }

  private final String label;
  private final int bytes;
  private final Kind kind;

  DType(String label, int bytes, Kind kind) {
    this.label = label;
    this.bytes = bytes;
    this.kind = kind;
  }

  /** {@return the short lower-case name, such as {@code bf16}} */
  public String label() {
    return label;
  }

  /** {@return the size of one element in bytes} */
  public int bytes() {
    return bytes;
  }

  /** {@return the family of this type} */
  public Kind kind() {
    return kind;
  }

  /** {@return whether this is a floating-point type} */
  public boolean isFloat() {
    return kind == Kind.FLOAT;
  }

  /** {@return whether this is f16 or bf16, which compute in f32 and round once} */
  public boolean isHalf() {
    return this == F16 || this == BF16;
  }

  /** {@return whether values of this type only store: arithmetic needs a conversion first} */
  public boolean isStorage() {
    return this == F8_E4M3 || this == F8_E5M2;
  }

  @Override
  public String toString() {
    return label;
  }
}
