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
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * Pointwise operations of one operand. One row is all there is to an operation: backends, tests,
 * gradients and the table of operations read it. {@code Array} and {@code Lazuli} hold one-line
 * mirrors.
 *
 * <p>Columns: name; name in MLX and NumPy; types; meaning in float64; meaning in 64-bit integers
 * (null when integers are lifted); the constant of {@code jdk.incubator.vector.VectorOperators}
 * that computes it (null for none); the same in other rows, for backends without an own form (null
 * for none); gradient; where tests sample it; formula.
 */
public enum Unary implements Pointwise {
  NEG(
      "neg",
      "negative",
      Rule.NUMERIC,
      x -> -x,
      x -> -x,
      "NEG",
      null,
      (x, y, d) -> neg(d),
      -9,
      9,
      "-x"),
  ABS(
      "abs",
      "abs",
      Rule.ARITHMETIC,
      Math::abs,
      Math::abs,
      "ABS",
      null,
      (x, y, d) -> mul(d, sign(x)),
      -9,
      9,
      "|x|"),
  SQUARE(
      "square",
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
  EXP(
      "exp",
      "exp",
      Rule.FLOAT,
      Math::exp,
      null,
      "EXP",
      null,
      (x, y, d) -> mul(d, y),
      -5,
      5,
      "e to the x"),
  LOG(
      "log",
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
      "rsqrt / -",
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
      "erf / -",
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
      "sigmoid / -",
      Rule.FLOAT,
      x -> 1 / (1 + Math.exp(-x)),
      null,
      null,
      x -> div(scalar(x, 1), add(scalar(x, 1), exp(neg(x)))),
      (x, y, d) -> mul(d, mul(y, sub(scalar(y, 1), y))),
      -5,
      5,
      "1 / (1 + exp(-x))"),
  EXPM1(
      "expm1",
      "expm1",
      Rule.FLOAT,
      Math::expm1,
      null,
      "EXPM1",
      null,
      (x, y, d) -> mul(d, add(y, scalar(y, 1))),
      -3,
      3,
      "exp(x) - 1, exact near 0"),
  LOG1P(
      "log1p",
      "log1p",
      Rule.FLOAT,
      Math::log1p,
      null,
      "LOG1P",
      null,
      (x, y, d) -> div(d, add(x, scalar(x, 1))),
      -0.9,
      9,
      "log(1 + x), exact near 0"),
  LOG2(
      "log2",
      "log2",
      Rule.FLOAT,
      x -> Math.log(x) / Math.log(2),
      null,
      null,
      null,
      (x, y, d) -> div(d, mul(x, scalar(x, Math.log(2)))),
      0.1,
      9,
      "logarithm of x to the base 2"),
  LOG10(
      "log10",
      "log10",
      Rule.FLOAT,
      Math::log10,
      null,
      "LOG10",
      null,
      (x, y, d) -> div(d, mul(x, scalar(x, Math.log(10)))),
      0.1,
      9,
      "logarithm of x to the base 10"),
  TAN(
      "tan",
      "tan",
      Rule.FLOAT,
      Math::tan,
      null,
      null,
      null,
      (x, y, d) -> mul(d, add(scalar(y, 1), mul(y, y))),
      -1.2,
      1.2,
      "tangent of x in radians"),
  ASIN(
      "arcsin",
      "arcsin",
      Rule.FLOAT,
      Math::asin,
      null,
      "ASIN",
      null,
      (x, y, d) -> div(d, sqrt(sub(scalar(x, 1), mul(x, x)))),
      -0.9,
      0.9,
      "angle in radians whose sine is x"),
  ACOS(
      "arccos",
      "arccos",
      Rule.FLOAT,
      Math::acos,
      null,
      "ACOS",
      null,
      (x, y, d) -> neg(div(d, sqrt(sub(scalar(x, 1), mul(x, x))))),
      -0.9,
      0.9,
      "angle in radians whose cosine is x"),
  ATAN(
      "arctan",
      "arctan",
      Rule.FLOAT,
      Math::atan,
      null,
      "ATAN",
      null,
      (x, y, d) -> div(d, add(scalar(x, 1), mul(x, x))),
      -4,
      4,
      "angle in radians whose tangent is x"),
  SINH(
      "sinh",
      "sinh",
      Rule.FLOAT,
      Math::sinh,
      null,
      "SINH",
      null,
      (x, y, d) -> mul(d, cosh(x)),
      -3,
      3,
      "hyperbolic sine of x"),
  COSH(
      "cosh",
      "cosh",
      Rule.FLOAT,
      Math::cosh,
      null,
      "COSH",
      null,
      (x, y, d) -> mul(d, Build.unary(SINH, x)),
      -3,
      3,
      "hyperbolic cosine of x"),
  ASINH(
      "arcsinh",
      "arcsinh",
      Rule.FLOAT,
      InverseFunctions::asinh,
      null,
      null,
      null,
      (x, y, d) -> div(d, sqrt(add(mul(x, x), scalar(x, 1)))),
      -4,
      4,
      "inverse hyperbolic sine of x"),
  ACOSH(
      "arccosh",
      "arccosh",
      Rule.FLOAT,
      InverseFunctions::acosh,
      null,
      null,
      null,
      (x, y, d) -> div(d, sqrt(sub(mul(x, x), scalar(x, 1)))),
      1.2,
      9,
      "inverse hyperbolic cosine of x"),
  ATANH(
      "arctanh",
      "arctanh",
      Rule.FLOAT,
      InverseFunctions::atanh,
      null,
      null,
      null,
      (x, y, d) -> div(d, sub(scalar(x, 1), mul(x, x))),
      -0.9,
      0.9,
      "inverse hyperbolic tangent of x"),
  ERFINV(
      "erfinv",
      "erfinv / -",
      Rule.FLOAT,
      InverseFunctions::erfinv,
      null,
      null,
      null,
      (x, y, d) -> mul(d, mul(exp(mul(y, y)), scalar(y, Math.sqrt(Math.PI) / 2))),
      -0.9,
      0.9,
      "the number whose error function is x"),
  DEGREES(
      "degrees",
      "degrees",
      Rule.FLOAT,
      x -> x * (180 / Math.PI),
      null,
      null,
      null,
      (x, y, d) -> mul(d, scalar(d, 180 / Math.PI)),
      -9,
      9,
      "x radians in degrees"),
  RADIANS(
      "radians",
      "radians",
      Rule.FLOAT,
      x -> x * (Math.PI / 180),
      null,
      null,
      null,
      (x, y, d) -> mul(d, scalar(d, Math.PI / 180)),
      -200,
      200,
      "x degrees in radians"),
  SIGN(
      "sign",
      "sign",
      Rule.ARITHMETIC,
      Math::signum,
      Long::signum,
      null,
      null,
      (x, y, d) -> mul(d, scalar(d, 0)),
      -9,
      9,
      "-1, 0 or 1; NaN stays"),
  FLOOR(
      "floor",
      "floor",
      Rule.ARITHMETIC,
      Math::floor,
      x -> x,
      null,
      null,
      (x, y, d) -> mul(d, scalar(d, 0)),
      -9,
      9,
      "the next whole number at or below x"),
  CEIL(
      "ceil",
      "ceil",
      Rule.ARITHMETIC,
      Math::ceil,
      x -> x,
      null,
      null,
      (x, y, d) -> mul(d, scalar(d, 0)),
      -9,
      9,
      "the next whole number at or above x"),
  TRUNC(
      "trunc",
      "- / trunc",
      Rule.ARITHMETIC,
      x -> x < 0 ? Math.ceil(x) : Math.floor(x),
      x -> x,
      null,
      null,
      (x, y, d) -> mul(d, scalar(d, 0)),
      -9,
      9,
      "x without its fraction"),
  ROUND(
      "round",
      "round",
      Rule.ARITHMETIC,
      Math::rint,
      x -> x,
      null,
      null,
      (x, y, d) -> mul(d, scalar(d, 0)),
      -9,
      9,
      "the nearest whole number, halves to even"),
  IS_NAN(
      "isNan",
      "isnan",
      Rule.COMPARE,
      x -> Double.isNaN(x) ? 1 : 0,
      x -> 0,
      null,
      null,
      null,
      -9,
      9,
      "whether x is NaN"),
  IS_INF(
      "isInf",
      "isinf",
      Rule.COMPARE,
      x -> Double.isInfinite(x) ? 1 : 0,
      x -> 0,
      null,
      null,
      null,
      -9,
      9,
      "whether x is infinite"),
  IS_FINITE(
      "isFinite",
      "isfinite",
      Rule.COMPARE,
      x -> Double.isFinite(x) ? 1 : 0,
      x -> 1,
      null,
      null,
      null,
      -9,
      9,
      "whether x is neither infinite nor NaN"),
  IS_POS_INF(
      "isPosInf",
      "isposinf",
      Rule.COMPARE,
      x -> x == Double.POSITIVE_INFINITY ? 1 : 0,
      x -> 0,
      null,
      null,
      null,
      -9,
      9,
      "whether x is positive infinity"),
  IS_NEG_INF(
      "isNegInf",
      "isneginf",
      Rule.COMPARE,
      x -> x == Double.NEGATIVE_INFINITY ? 1 : 0,
      x -> 0,
      null,
      null,
      null,
      -9,
      9,
      "whether x is negative infinity"),
  BITWISE_NOT(
      "bitwiseNot",
      "bitwise_invert",
      Rule.INTEGER,
      x -> -1 - x,
      x -> ~x,
      null,
      null,
      null,
      -9,
      9,
      "every bit of x inverted; of bool the opposite"),
  LOGICAL_NOT(
      "logicalNot",
      "logical_not",
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
  private final String names;
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
      String names,
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
    this.names = names;
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

  /** {@return its name in MLX, and after " / " in NumPy where that differs; "-" for none} */
  public String names() {
    return names;
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

  /**
   * {@return the meaning in 64-bit integers of a type, or null when integers are lifted to f32} The
   * upper half of u64 is negative as a long, which matters to some rows.
   *
   * @param type the operand's type
   */
  public @Nullable LongUnaryOperator integer(DType type) {
    return switch (this) {
      case ABS -> type == DType.U64 ? x -> x : integer;
      case SIGN -> type == DType.U64 ? x -> x == 0 ? 0 : 1 : integer;
      default -> integer;
    };
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
    return infer(inputs.getFirst());
  }

  /** {@return what is known of the result} */
  Aval infer(Aval in) {
    return in.withDType(rule.result(in.dtype()));
  }

  @Override
  public @Nullable Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    return gradient == null ? null : gradient.of(inputs.getFirst(), output, d);
  }

  private static Node sign(Node x) {
    return Build.unary(SIGN, x);
  }

  private static Node cosh(Node x) {
    return Build.unary(COSH, x);
  }
}
