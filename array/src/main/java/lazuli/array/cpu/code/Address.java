package lazuli.array.cpu.code;

import org.jspecify.annotations.Nullable;

/**
 * A memory operand: base + index * scale + displacement, or a place in the code itself.
 *
 * @param base the base register, or null for a label
 * @param index the index register, or null
 * @param scale 1, 2, 4 or 8
 * @param displacement added bytes
 * @param label a place in the code, or null
 */
record Address(
    @Nullable Register base,
    @Nullable Register index,
    int scale,
    int displacement,
    Assembler.@Nullable Label label) {

  /** [base + displacement]. */
  static Address at(Register base, int displacement) {
    return new Address(base, null, 1, displacement, null);
  }

  /** [base + index * scale + displacement]. */
  static Address at(Register base, Register index, int scale, int displacement) {
    if (index == Register.RSP) {
      throw new IllegalArgumentException("rsp cannot be an index");
    }
    return new Address(base, index, scale, displacement, null);
  }

  /** A place in the code, relative to the instruction. */
  static Address of(Assembler.Label label) {
    return new Address(null, null, 1, 0, label);
  }
}
