package lazuli.gpu.ptx;

/** The kinds of registers (PTX ISA, section 5.2.1, fundamental types). */
public enum Kind {
  /** A truth value. */
  PRED("%p", ".pred", 0),
  /** 16 bits. */
  B16("%h", ".b16", 2),
  /** 32 bits, any integer. */
  B32("%r", ".b32", 4),
  /** 64 bits, any integer or address. */
  B64("%d", ".b64", 8),
  /** binary32. */
  F32("%f", ".f32", 4),
  /** binary64. */
  F64("%g", ".f64", 8);

  final String prefix;
  final String directive;
  final int bytes;

  Kind(String prefix, String directive, int bytes) {
    this.prefix = prefix;
    this.directive = directive;
    this.bytes = bytes;
  }

  /** {@return the size in bytes; 0 for a truth value} */
  public int bytes() {
    return bytes;
  }
}
