package lazuli.array.op;

import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.UnaryOperator;
import lazuli.array.type.DType;
import lazuli.array.type.Promotion;
import org.jspecify.annotations.Nullable;

/**
 * Reductions. One row is all there is to one.
 *
 * <p>Columns: name; the type it computes in; value of no elements in float64 (NaN: refused); how
 * two partial results join in float64, and in 64-bit integers; whether the result is divided by the
 * number of elements; the constant of {@code VectorOperators} that joins (null for none); formula.
 */
public enum Reduction {
  SUM("sum", Promotion::accumulated, 0, Double::sum, Long::sum, false, "ADD", "sum of x"),
  MEAN("mean", Promotion::lifted, 0, Double::sum, null, true, "ADD", "sum of x / number of x"),
  PROD(
      "prod",
      Promotion::accumulated,
      1,
      (a, b) -> a * b,
      (a, b) -> a * b,
      false,
      "MUL",
      "product of x"),
  MAX(
      "max",
      t -> t,
      Double.NaN,
      Math::max,
      Math::max,
      false,
      "MAX",
      "the largest x; NaN if any is"),
  MIN(
      "min",
      t -> t,
      Double.NaN,
      Math::min,
      Math::min,
      false,
      "MIN",
      "the smallest x; NaN if any is"),
  ANY("any", t -> DType.BOOL, 0, Math::max, (a, b) -> a | b, false, "OR", "1 if some x is not 0"),
  ALL("all", t -> DType.BOOL, 1, Math::min, (a, b) -> a & b, false, "AND", "1 if no x is 0");

  private final String label;
  private final UnaryOperator<DType> type;
  private final double empty;
  private final DoubleBinaryOperator join;
  private final @Nullable LongBinaryOperator joinIntegers;
  private final boolean average;
  private final @Nullable String vector;
  private final String formula;

  Reduction(
      String label,
      UnaryOperator<DType> type,
      double empty,
      DoubleBinaryOperator join,
      @Nullable LongBinaryOperator joinIntegers,
      boolean average,
      @Nullable String vector,
      String formula) {
    this.label = label;
    this.type = type;
    this.empty = empty;
    this.join = join;
    this.joinIntegers = joinIntegers;
    this.average = average;
    this.vector = vector;
    this.formula = formula;
  }

  /** {@return the name in plans and errors} */
  public String label() {
    return label;
  }

  /**
   * {@return the type it computes in and gives}
   *
   * @param in the operand's type before conversion
   */
  public DType type(DType in) {
    return type.apply(in);
  }

  /** {@return the value of no elements; NaN when that is an error} */
  public double empty() {
    return empty;
  }

  /** {@return how two partial results join in float64} */
  public DoubleBinaryOperator join() {
    return join;
  }

  /** {@return how two partial results join in 64-bit integers, or null when it is floating} */
  public @Nullable LongBinaryOperator joinIntegers() {
    return joinIntegers;
  }

  /** {@return whether the joined value is divided by the number of elements} */
  public boolean average() {
    return average;
  }

  /** {@return the name of the vector operator that joins, or null} */
  public @Nullable String vector() {
    return vector;
  }

  /** {@return the formula in words} */
  public String formula() {
    return formula;
  }
}
