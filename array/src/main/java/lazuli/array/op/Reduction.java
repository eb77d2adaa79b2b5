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
 * number of elements; the constant of {@code VectorOperators} that joins (null for none); gradient
 * (null for none); formula.
 */
public enum Reduction {
  SUM(
      "sum",
      Promotion::accumulated,
      0,
      Double::sum,
      Long::sum,
      false,
      "ADD",
      (x, y, d, axes) -> d,
      "sum of x"),
  MEAN(
      "mean",
      Promotion::lifted,
      0,
      Double::sum,
      null,
      true,
      "ADD",
      (x, y, d, axes) -> Build.div(d, Build.scalar(d, (double) axes.count(x.aval().shape()))),
      "sum of x / number of x"),
  PROD(
      "prod",
      Promotion::accumulated,
      1,
      (a, b) -> a * b,
      (a, b) -> a * b,
      false,
      "MUL",
      Reduction::productGradient,
      "product of x"),
  MAX(
      "max",
      t -> t,
      Double.NaN,
      Math::max,
      Math::max,
      false,
      "MAX",
      Reduction::extremeGradient,
      "the largest x; NaN if any is"),
  MIN(
      "min",
      t -> t,
      Double.NaN,
      Math::min,
      Math::min,
      false,
      "MIN",
      Reduction::extremeGradient,
      "the smallest x; NaN if any is"),
  ANY(
      "any",
      t -> DType.BOOL,
      0,
      Math::max,
      (a, b) -> a | b,
      false,
      "OR",
      null,
      "1 if some x is not 0"),
  ALL("all", t -> DType.BOOL, 1, Math::min, (a, b) -> a & b, false, "AND", null, "1 if no x is 0");

  /**
   * The operand's gradient from the operand x, the result y and the result's gradient d, whose
   * reduced dimensions have size 1.
   */
  @FunctionalInterface
  public interface Gradient {
    /** {@return the gradient of x, perhaps still to be broadcast} */
    Node of(Node x, Node y, Node d, Axes axes);
  }

  private final String label;
  private final UnaryOperator<DType> type;
  private final double empty;
  private final DoubleBinaryOperator join;
  private final @Nullable LongBinaryOperator joinIntegers;
  private final boolean average;
  private final @Nullable String vector;
  private final @Nullable Gradient gradient;
  private final String formula;

  Reduction(
      String label,
      UnaryOperator<DType> type,
      double empty,
      DoubleBinaryOperator join,
      @Nullable LongBinaryOperator joinIntegers,
      boolean average,
      @Nullable String vector,
      @Nullable Gradient gradient,
      String formula) {
    this.label = label;
    this.type = type;
    this.empty = empty;
    this.join = join;
    this.joinIntegers = joinIntegers;
    this.average = average;
    this.vector = vector;
    this.gradient = gradient;
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

  /** {@return the gradient, or null when it has none} */
  public @Nullable Gradient gradient() {
    return gradient;
  }

  /** {@return the formula in words} */
  public String formula() {
    return formula;
  }

  /** Equal extremes share the gradient. */
  private static Node extremeGradient(Node x, Node y, Node d, Axes axes) {
    Node hit = Build.cast(Build.binary(Binary.EQ, x, y), d.aval().dtype());
    Node hits = Build.reduce(SUM, hit, true, axes.toArray());
    return Build.mul(hit, Build.div(d, hits));
  }

  /** The product of the others, also where one or several are 0. */
  private static Node productGradient(Node x, Node y, Node d, Axes axes) {
    Node one = Build.scalar(x, 1.0);
    Node zero = Build.scalar(x, 0.0);
    Node isZero = Build.binary(Binary.EQ, x, zero);
    Node others = Build.where(isZero, one, x);
    Node product = Build.reduce(PROD, others, true, axes.toArray());
    Node zeros = Build.reduce(SUM, Build.cast(isZero, x.aval().dtype()), true, axes.toArray());
    Node single = Build.where(Build.binary(Binary.EQ, zeros, one), one, zero);
    Node none = Build.where(Build.binary(Binary.EQ, zeros, zero), one, zero);
    return Build.mul(Build.mul(d, product), Build.where(isZero, single, Build.div(none, others)));
  }
}
