package lazuli.array.op;

import static lazuli.array.op.Build.add;
import static lazuli.array.op.Build.div;
import static lazuli.array.op.Build.log;
import static lazuli.array.op.Build.mul;
import static lazuli.array.op.Build.neg;
import static lazuli.array.op.Build.scalar;
import static lazuli.array.op.Build.sub;
import static lazuli.array.op.Build.where;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Pointwise operations of two operands, which broadcast and are promoted. One row is all there is
 * to an operation.
 *
 * <p>Columns: name; name in MLX and NumPy; types; meaning in float64; meaning in 64-bit integers
 * (null when integers are lifted); the constant of {@code jdk.incubator.vector.VectorOperators}
 * that computes it (null for none); gradients; where tests sample both operands; formula.
 */
public enum Binary implements Pointwise {
  ADD(
      "add",
      "add",
      Rule.ARITHMETIC,
      (a, b) -> a + b,
      (a, b) -> a + b,
      "ADD",
      (a, b, y, d) -> List.of(d, d),
      -9,
      9,
      "a + b"),
  SUB(
      "sub",
      "subtract",
      Rule.ARITHMETIC,
      (a, b) -> a - b,
      (a, b) -> a - b,
      "SUB",
      (a, b, y, d) -> List.of(d, neg(d)),
      -9,
      9,
      "a - b"),
  MUL(
      "mul",
      "multiply",
      Rule.ARITHMETIC,
      (a, b) -> a * b,
      (a, b) -> a * b,
      "MUL",
      (a, b, y, d) -> List.of(mul(d, b), mul(d, a)),
      -9,
      9,
      "a * b"),
  DIV(
      "div",
      "divide",
      Rule.FLOAT,
      (a, b) -> a / b,
      null,
      "DIV",
      (a, b, y, d) -> List.of(div(d, b), neg(mul(d, div(y, b)))),
      0.5,
      9,
      "a / b"),
  POW(
      "pow",
      "power",
      Rule.ARITHMETIC,
      Math::pow,
      Binary::power,
      "POW",
      (a, b, y, d) ->
          List.of(mul(d, mul(b, Build.pow(a, sub(b, scalar(b, 1))))), mul(d, mul(y, log(a)))),
      0.2,
      3,
      "a to the b; integers wrap, and a negative exponent gives 0 unless a is 1 or -1"),
  MAXIMUM(
      "maximum",
      "maximum",
      Rule.ARITHMETIC,
      Math::max,
      Math::max,
      "MAX",
      (a, b, y, d) -> select(Build.ge(a, b), d),
      -9,
      9,
      "the larger; NaN if either is"),
  MINIMUM(
      "minimum",
      "minimum",
      Rule.ARITHMETIC,
      Math::min,
      Math::min,
      "MIN",
      (a, b, y, d) -> select(Build.le(a, b), d),
      -9,
      9,
      "the smaller; NaN if either is"),
  FLOOR_DIVIDE(
      "floorDivide",
      "floor_divide",
      Rule.ARITHMETIC,
      (a, b) -> Math.floor(a / b),
      (a, b) -> b == 0 ? 0 : Math.floorDiv(a, b),
      null,
      (a, b, y, d) -> List.of(mul(d, scalar(d, 0)), mul(d, scalar(d, 0))),
      0.5,
      9,
      "a / b rounded down; integers by 0 give 0"),
  REMAINDER(
      "remainder",
      "remainder",
      Rule.ARITHMETIC,
      Binary::modulo,
      (a, b) -> b == 0 ? 0 : Math.floorMod(a, b),
      null,
      (a, b, y, d) -> List.of(d, neg(mul(d, Build.binary(FLOOR_DIVIDE, a, b)))),
      0.5,
      9,
      "a - b * floor(a / b), of the sign of b; integers by 0 give 0"),
  LOGADDEXP(
      "logaddexp",
      "logaddexp",
      Rule.FLOAT,
      Binary::logAddExp,
      null,
      null,
      (a, b, y, d) -> List.of(mul(d, Build.exp(sub(a, y))), mul(d, Build.exp(sub(b, y)))),
      -9,
      9,
      "log(exp(a) + exp(b)) without overflow"),
  ARCTAN2(
      "arctan2",
      "arctan2",
      Rule.FLOAT,
      Math::atan2,
      null,
      "ATAN2",
      (a, b, y, d) -> angle(a, b, d),
      0.5,
      4,
      "angle in radians of the point (b, a)"),
  BITWISE_AND(
      "bitwiseAnd",
      "bitwise_and",
      Rule.INTEGER,
      (a, b) -> (long) a & (long) b,
      (a, b) -> a & b,
      "AND",
      null,
      0,
      99,
      "bits that are set in both"),
  BITWISE_OR(
      "bitwiseOr",
      "bitwise_or",
      Rule.INTEGER,
      (a, b) -> (long) a | (long) b,
      (a, b) -> a | b,
      "OR",
      null,
      0,
      99,
      "bits that are set in one"),
  BITWISE_XOR(
      "bitwiseXor",
      "bitwise_xor",
      Rule.INTEGER,
      (a, b) -> (long) a ^ (long) b,
      (a, b) -> a ^ b,
      "XOR",
      null,
      0,
      99,
      "bits that differ"),
  LEFT_SHIFT(
      "leftShift",
      "left_shift",
      Rule.INTEGER,
      (a, b) -> Math.rint(a) * Math.pow(2, Math.rint(b)),
      Binary::left,
      null,
      null,
      0,
      5,
      "a * 2 to the b; bits that leave the type are lost"),
  RIGHT_SHIFT(
      "rightShift",
      "right_shift",
      Rule.INTEGER,
      (a, b) -> Math.floor(a / Math.pow(2, b)),
      (a, b) -> a >> (b < 0 || b > 63 ? 63 : b),
      null,
      null,
      0,
      5,
      "a / 2 to the b rounded down"),
  GT(
      "gt",
      "greater",
      Rule.COMPARE,
      (a, b) -> a > b ? 1 : 0,
      (a, b) -> a > b ? 1 : 0,
      "GT",
      null,
      -3,
      3,
      "a > b"),
  GE(
      "ge",
      "greater_equal",
      Rule.COMPARE,
      (a, b) -> a >= b ? 1 : 0,
      (a, b) -> a >= b ? 1 : 0,
      "GE",
      null,
      -3,
      3,
      "a >= b"),
  LT(
      "lt",
      "less",
      Rule.COMPARE,
      (a, b) -> a < b ? 1 : 0,
      (a, b) -> a < b ? 1 : 0,
      "LT",
      null,
      -3,
      3,
      "a < b"),
  LE(
      "le",
      "less_equal",
      Rule.COMPARE,
      (a, b) -> a <= b ? 1 : 0,
      (a, b) -> a <= b ? 1 : 0,
      "LE",
      null,
      -3,
      3,
      "a <= b"),
  EQ(
      "eq",
      "equal",
      Rule.COMPARE,
      (a, b) -> a == b ? 1 : 0,
      (a, b) -> a == b ? 1 : 0,
      "EQ",
      null,
      -3,
      3,
      "a = b"),
  NE(
      "ne",
      "not_equal",
      Rule.COMPARE,
      (a, b) -> a != b ? 1 : 0,
      (a, b) -> a != b ? 1 : 0,
      "NE",
      null,
      -3,
      3,
      "a is not b"),
  LOGICAL_AND(
      "logicalAnd",
      "logical_and",
      Rule.LOGICAL,
      (a, b) -> a != 0 && b != 0 ? 1 : 0,
      (a, b) -> a & b,
      "AND",
      null,
      0,
      1,
      "1 where both are not 0"),
  LOGICAL_OR(
      "logicalOr",
      "logical_or",
      Rule.LOGICAL,
      (a, b) -> a != 0 || b != 0 ? 1 : 0,
      (a, b) -> a | b,
      "OR",
      null,
      0,
      1,
      "1 where one is not 0");

  /** Both operands' gradients from the operands, the result y and the result's gradient d. */
  @FunctionalInterface
  public interface Gradient {
    /** {@return the gradients of a and b, in the broadcast shape} */
    List<Node> of(Node a, Node b, Node y, Node d);
  }

  private final String label;
  private final String names;
  private final Rule rule;
  private final DoubleBinaryOperator scalar;
  private final @Nullable LongBinaryOperator integer;
  private final @Nullable String vector;
  private final @Nullable Gradient gradient;
  private final double low;
  private final double high;
  private final String formula;

  Binary(
      String label,
      String names,
      Rule rule,
      DoubleBinaryOperator scalar,
      @Nullable LongBinaryOperator integer,
      @Nullable String vector,
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
    this.gradient = gradient;
    this.low = low;
    this.high = high;
    this.formula = formula;
  }

  /**
   * {@return rows without a method and a function of their own} They are reached by {@code
   * Array.with}, so that a new row needs no other file.
   */
  public static Set<Binary> unnamed() {
    return EnumSet.noneOf(Binary.class);
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
   * @param a the first operand
   * @param b the second operand
   */
  public double apply(double a, double b) {
    return scalar.applyAsDouble(a, b);
  }

  /** {@return the meaning in float64} */
  public DoubleBinaryOperator function() {
    return scalar;
  }

  /** {@return the meaning in 64-bit integers, or null when integers are lifted to f32} */
  public @Nullable LongBinaryOperator integer() {
    return integer;
  }

  /** {@return the name of the vector operator that computes it, or null} */
  public @Nullable String vector() {
    return vector;
  }

  /** {@return the gradients, or null when it has none} */
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
    return infer(inputs.getFirst(), inputs.getLast());
  }

  /** {@return what is known of the result} */
  Aval infer(Aval a, Aval b) {
    Shape shape = Shape.broadcast(label, a.shape(), b.shape());
    return a.withShape(shape).withDType(rule.result(a.dtype()));
  }

  /**
   * {@return the meaning in 64-bit integers of a type, or null when integers are lifted to f32} The
   * upper half of u64 is negative as a long, which matters to some rows.
   *
   * @param type the operands' type
   */
  public @Nullable LongBinaryOperator integer(DType type) {
    if (type != DType.U64) {
      return integer;
    }
    return switch (this) {
      case MAXIMUM -> (a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b;
      case MINIMUM -> (a, b) -> Long.compareUnsigned(a, b) <= 0 ? a : b;
      case GT -> (a, b) -> Long.compareUnsigned(a, b) > 0 ? 1 : 0;
      case GE -> (a, b) -> Long.compareUnsigned(a, b) >= 0 ? 1 : 0;
      case LT -> (a, b) -> Long.compareUnsigned(a, b) < 0 ? 1 : 0;
      case LE -> (a, b) -> Long.compareUnsigned(a, b) <= 0 ? 1 : 0;
      case FLOOR_DIVIDE -> (a, b) -> b == 0 ? 0 : Long.divideUnsigned(a, b);
      case REMAINDER -> (a, b) -> b == 0 ? 0 : Long.remainderUnsigned(a, b);
      case RIGHT_SHIFT -> (a, b) -> b < 0 || b > 63 ? 0 : a >>> b;
      case POW -> Binary::raised;
      default -> integer;
    };
  }

  private static double modulo(double a, double b) {
    double rest = a % b;
    return rest != 0 && rest < 0 != b < 0 ? rest + b : rest;
  }

  private static double logAddExp(double a, double b) {
    double high = Math.max(a, b);
    return a == b ? a + Math.log(2) : high + Math.log1p(Math.exp(-Math.abs(a - b)));
  }

  private static long left(long a, long b) {
    return b < 0 || b > 63 ? 0 : a << b;
  }

  private static List<Node> angle(Node a, Node b, Node d) {
    Node scaled = div(d, add(mul(a, a), mul(b, b)));
    return List.of(mul(b, scaled), neg(mul(a, scaled)));
  }

  private static List<Node> select(Node first, Node d) {
    Node zero = Build.scalar(d, 0);
    return List.of(where(first, d, zero), where(first, zero, d));
  }

  private static long power(long base, long exponent) {
    if (exponent < 0) {
      return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
    }
    return raised(base, exponent);
  }

  /** The power with an exponent that is not negative. */
  private static long raised(long base, long exponent) {
    long result = 1;
    for (long b = base, e = exponent; e != 0; e >>>= 1, b *= b) {
      if ((e & 1) != 0) {
        result *= b;
      }
    }
    return result;
  }

  @Override
  public @Nullable Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    return gradient == null
        ? null
        : gradient.of(inputs.get(0), inputs.get(1), output, d).get(operand);
  }
}
