package lazuli.array;

import lazuli.array.op.Binary;
import lazuli.array.op.Build;

/**
 * Methods of {@link Array} for whole numbers: division with remainder, bits and shifts. As {@link
 * Arithmetic}, they broadcast, promote and compute nothing.
 */
public sealed interface WholeArithmetic permits Array {
  /** {@return the array itself} */
  Array self();

  /**
   * {@return x / other rounded down; integers by 0 give 0, for each element x}
   *
   * @param other the other operand
   */
  default Array floorDivide(Array other) {
    return new Array(Build.binary(Binary.FLOOR_DIVIDE, self().node(), other.node()));
  }

  /**
   * {@return x / other rounded down; integers by 0 give 0, for each element x}
   *
   * @param other the other operand
   */
  default Array floorDivide(long other) {
    return new Array(
        Build.binary(Binary.FLOOR_DIVIDE, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x / other rounded down; integers by 0 give 0, for each element x}
   *
   * @param other the other operand
   */
  default Array floorDivide(double other) {
    return new Array(
        Build.binary(Binary.FLOOR_DIVIDE, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x / other rounded down; integers by 0 give 0, for each element x}
   *
   * @param other the other operand
   */
  default Array floorDivide(boolean other) {
    return new Array(
        Build.binary(Binary.FLOOR_DIVIDE, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x - other * floor(x / other), of the sign of other; integers by 0 give 0, for each
   * element x}
   *
   * @param other the other operand
   */
  default Array remainder(Array other) {
    return new Array(Build.binary(Binary.REMAINDER, self().node(), other.node()));
  }

  /**
   * {@return x - other * floor(x / other), of the sign of other; integers by 0 give 0, for each
   * element x}
   *
   * @param other the other operand
   */
  default Array remainder(long other) {
    return new Array(
        Build.binary(Binary.REMAINDER, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x - other * floor(x / other), of the sign of other; integers by 0 give 0, for each
   * element x}
   *
   * @param other the other operand
   */
  default Array remainder(double other) {
    return new Array(
        Build.binary(Binary.REMAINDER, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x - other * floor(x / other), of the sign of other; integers by 0 give 0, for each
   * element x}
   *
   * @param other the other operand
   */
  default Array remainder(boolean other) {
    return new Array(
        Build.binary(Binary.REMAINDER, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return bits that are set in both, for each element x}
   *
   * @param other the other operand
   */
  default Array bitwiseAnd(Array other) {
    return new Array(Build.binary(Binary.BITWISE_AND, self().node(), other.node()));
  }

  /**
   * {@return bits that are set in both, for each element x}
   *
   * @param other the other operand
   */
  default Array bitwiseAnd(long other) {
    return new Array(
        Build.binary(Binary.BITWISE_AND, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return bits that are set in one, for each element x}
   *
   * @param other the other operand
   */
  default Array bitwiseOr(Array other) {
    return new Array(Build.binary(Binary.BITWISE_OR, self().node(), other.node()));
  }

  /**
   * {@return bits that are set in one, for each element x}
   *
   * @param other the other operand
   */
  default Array bitwiseOr(long other) {
    return new Array(
        Build.binary(Binary.BITWISE_OR, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return bits that differ, for each element x}
   *
   * @param other the other operand
   */
  default Array bitwiseXor(Array other) {
    return new Array(Build.binary(Binary.BITWISE_XOR, self().node(), other.node()));
  }

  /**
   * {@return bits that differ, for each element x}
   *
   * @param other the other operand
   */
  default Array bitwiseXor(long other) {
    return new Array(
        Build.binary(Binary.BITWISE_XOR, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x * 2 to the other; bits that leave the type are lost, for each element x}
   *
   * @param other the other operand
   */
  default Array leftShift(Array other) {
    return new Array(Build.binary(Binary.LEFT_SHIFT, self().node(), other.node()));
  }

  /**
   * {@return x * 2 to the other; bits that leave the type are lost, for each element x}
   *
   * @param other the other operand
   */
  default Array leftShift(long other) {
    return new Array(
        Build.binary(Binary.LEFT_SHIFT, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x / 2 to the other rounded down, for each element x}
   *
   * @param other the other operand
   */
  default Array rightShift(Array other) {
    return new Array(Build.binary(Binary.RIGHT_SHIFT, self().node(), other.node()));
  }

  /**
   * {@return x / 2 to the other rounded down, for each element x}
   *
   * @param other the other operand
   */
  default Array rightShift(long other) {
    return new Array(
        Build.binary(Binary.RIGHT_SHIFT, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return floorDivide and remainder} The first is x divided by other and rounded down.
   *
   * @param other the divisor
   */
  default Array[] divmod(Array other) {
    return new Array[] {self().floorDivide(other), self().remainder(other)};
  }
}
