package lazuli.array.op;

import static lazuli.array.op.Build.add;
import static lazuli.array.op.Build.cos;
import static lazuli.array.op.Build.div;
import static lazuli.array.op.Build.exp;
import static lazuli.array.op.Build.mul;
import static lazuli.array.op.Build.neg;
import static lazuli.array.op.Build.scalar;
import static lazuli.array.op.Build.sin;
import static lazuli.array.op.Build.sqrt;
import static lazuli.array.op.Build.sub;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Pointwise operations of one operand. One row is all there is to an operation: backends, tests,
 * gradients and the table of operations read it. {@code Array} and {@code Lazuli} hold one-line
 * mirrors.
 *
 * <p>Columns: name; types; meaning in float64; meaning in 64-bit integers (null when integers are
 * lifted); the constant of {@code jdk.incubator.vector.VectorOperators} that computes it (null for
 * none); the same in other rows, for backends without an own form (null for none); gradient; where
 * tests sample it; formula.
 */
public enum Unary implements Pointwise {
  NEG("neg", Rule.NUMERIC, x -> -x, x -> -x, "NEG", null, (x, y, d) -> neg(d), -9, 9, "-x"),
  ABS(
      "abs",
      Rule.ARITHMETIC,
      Math::abs,
      Math::abs,
      "ABS",
      null,
      (x, y, d) -> Build.where(Build.lt(x, scalar(x, 0)), neg(d), d),
      -9,
      9,
      "|x|"),
  SQUARE(
      "square",
      Rule.ARITHMETIC,
      x -> x * x,
      x -> x * x,
      null,
      x -> mul(x, x),
      (x, y, d) -> mul(d, mul(x, scalar(x, 2))),
      -9,
      9,
      "x * x"),
  EXP("exp", Rule.FLOAT, Math::exp, null, "EXP", null, (x, y, d) -> mul(d, y), -5, 5, "e to the x"),
  LOG(
      "log",
      Rule.FLOAT,
      Math::log,
      null,
      "LOG",
      null,
      (x, y, d) -> div(d, x),
      0.1,
      9,
      "natural logarithm of x"),
  SQRT(
      "sqrt",
      Rule.FLOAT,
      Math::sqrt,
      null,
      "SQRT",
      null,
      (x, y, d) -> div(d, mul(y, scalar(y, 2))),
      0.1,
      9,
      "square root of x"),
  RSQRT(
      "rsqrt",
      Rule.FLOAT,
      x -> 1 / Math.sqrt(x),
      null,
      null,
      x -> div(scalar(x, 1), sqrt(x)),
      (x, y, d) -> mul(d, mul(div(y, x), scalar(y, -0.5))),
      0.1,
      9,
      "1 / sqrt(x)"),
  RECIPROCAL(
      "reciprocal",
      Rule.FLOAT,
      x -> 1 / x,
      null,
      null,
      x -> div(scalar(x, 1), x),
      (x, y, d) -> neg(mul(d, mul(y, y))),
      0.2,
      9,
      "1 / x"),
  TANH(
      "tanh",
      Rule.FLOAT,
      Math::tanh,
      null,
      "TANH",
      null,
      (x, y, d) -> mul(d, sub(scalar(y, 1), mul(y, y))),
      -4,
      4,
      "hyperbolic tangent of x"),
  SIN(
      "sin",
      Rule.FLOAT,
      Math::sin,
      null,
      "SIN",
      null,
      (x, y, d) -> mul(d, cos(x)),
      -4,
      4,
      "sine of x in radians"),
  COS(
      "cos",
      Rule.FLOAT,
      Math::cos,
      null,
      "COS",
      null,
      (x, y, d) -> neg(mul(d, sin(x))),
      -4,
      4,
      "cosine of x in radians"),
  ERF(
      "erf",
      Rule.FLOAT,
      ErrorFunction::erf,
      null,
      null,
      null,
      (x, y, d) -> mul(d, mul(exp(neg(mul(x, x))), scalar(x, 2 / Math.sqrt(Math.PI)))),
      -3,
      3,
      "2/sqrt(pi) times the integral of exp(-t*t) for t from 0 to x"),
  SIGMOID(
      "sigmoid",
      Rule.FLOAT,
      x -> 1 / (1 + Math.exp(-x)),
      null,
      null,
      x -> div(scalar(x, 1), add(scalar(x, 1), exp(neg(x)))),
      (x, y, d) -> mul(d, mul(y, sub(scalar(y, 1), y))),
      -5,
      5,
      "1 / (1 + exp(-x))"),
  LOGICAL_NOT(
      "logicalNot",
      Rule.LOGICAL,
      x -> x != 0 ? 0 : 1,
      x -> x ^ 1,
      null,
      null,
      null,
      0,
      1,
      "1 where x is 0, else 0");

  /** The operand's gradient from the operand x, the result y and the result's gradient d. */
  @FunctionalInterface
  public interface Gradient {
    /** {@return the gradient of x} */
    Node of(Node x, Node y, Node d);
  }

  private final String label;
  private final Rule rule;
  private final DoubleUnaryOperator scalar;
  private final @Nullable LongUnaryOperator integer;
  private final @Nullable String vector;
  private final @Nullable UnaryOperator<Node> parts;
  private final @Nullable Gradient gradient;
  private final double low;
  private final double high;
  private final String formula;

  Unary(
      String label,
      Rule rule,
      DoubleUnaryOperator scalar,
      @Nullable LongUnaryOperator integer,
      @Nullable String vector,
      @Nullable UnaryOperator<Node> parts,
      @Nullable Gradient gradient,
      double low,
      double high,
      String formula) {
    this.label = label;
    this.rule = rule;
    this.scalar = scalar;
    this.integer = integer;
    this.vector = vector;
    this.parts = parts;
    this.gradient = gradient;
    this.low = low;
    this.high = high;
    this.formula = formula;
  }

  /**
   * {@return rows without a method and a function of their own} They are reached by {@code
   * Array.map}, so that a new row needs no other file.
   */
  public static Set<Unary> unnamed() {
    return EnumSet.noneOf(Unary.class);
  }

  @Override
  public String label() {
    return label;
  }

  /** {@return which types it takes and gives} */
  public Rule rule() {
    return rule;
  }

  /**
   * {@return the value in float64}
   *
   * @param x the operand
   */
  public double apply(double x) {
    return scalar.applyAsDouble(x);
  }

  /** {@return the meaning in float64} */
  public DoubleUnaryOperator function() {
    return scalar;
  }

  /** {@return the meaning in 64-bit integers, or null when integers are lifted to f32} */
  public @Nullable LongUnaryOperator integer() {
    return integer;
  }

  /** {@return the name of the vector operator that computes it, or null} */
  public @Nullable String vector() {
    return vector;
  }

  /** {@return the same value built from other rows, or null} */
  public @Nullable UnaryOperator<Node> parts() {
    return parts;
  }

  /** {@return the gradient, or null when it has none} */
  public @Nullable Gradient gradient() {
    return gradient;
  }

  /** {@return the lower end of the interval in which tests sample it} */
  public double low() {
    return low;
  }

  /** {@return the upper end of the interval in which tests sample it} */
  public double high() {
    return high;
  }

  /** {@return the formula in words} */
  public String formula() {
    return formula;
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    Aval in = inputs.getFirst();
    return in.withDType(rule.result(in.dtype()));
  }

  @Override
  public @Nullable Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    return gradient == null ? null : gradient.of(inputs.getFirst(), output, d);
  }
}
