package lazuli.array.op;

import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.UnaryOperator;
import lazuli.array.type.DType;
import lazuli.array.type.Promotion;
import org.jspecify.annotations.Nullable;

/**
 * Scans: running results along a dimension. One row is all there is to one.
 *
 * <p>Columns: name; name in MLX and NumPy; the type it computes in and gives; value before the
 * first element in float64; how it joins an element in float64, and in 64-bit integers (null when
 * integers are lifted); gradient; where tests sample it; formula.
 */
public enum Scanning {
  CUMSUM(
      "cumsum",
      "cumsum",
      Promotion::accumulated,
      0,
      Double::sum,
      Long::sum,
      Scanning::sumGradient,
      -9,
      9,
      "running sum of x"),
  CUMPROD(
      "cumprod",
      "cumprod",
      Promotion::accumulated,
      1,
      (a, b) -> a * b,
      (a, b) -> a * b,
      Scanning::productGradient,
      0.7,
      1.3,
      "running product of x"),
  CUMMAX(
      "cummax",
      "cummax / maximum.accumulate",
      t -> t,
      Double.NEGATIVE_INFINITY,
      Math::max,
      Math::max,
      Scanning::extremeGradient,
      -9,
      9,
      "largest x so far; NaN after any"),
  CUMMIN(
      "cummin",
      "cummin / minimum.accumulate",
      t -> t,
      Double.POSITIVE_INFINITY,
      Math::min,
      Math::min,
      Scanning::extremeGradient,
      -9,
      9,
      "smallest x so far; NaN after any"),
  LOGCUMSUMEXP(
      "logcumsumexp",
      "logcumsumexp / logaddexp.accumulate",
      Promotion::lifted,
      Double.NEGATIVE_INFINITY,
      Binary.LOGADDEXP.function(),
      null,
      Scanning::logGradient,
      -5,
      5,
      "log of the running sum of exp(x), without overflow");

  /** The operand's gradient from the scan, the operand x, the result y and its gradient d. */
  @FunctionalInterface
  public interface Gradient {
    /** {@return the gradient of x} */
    Node of(Scan op, Node x, Node y, Node d);
  }

  private final String label;
  private final String names;
  private final UnaryOperator<DType> type;
  private final double start;
  private final DoubleBinaryOperator join;
  private final @Nullable LongBinaryOperator joinIntegers;
  private final Gradient gradient;
  private final double low;
  private final double high;
  private final String formula;

  Scanning(
      String label,
      String names,
      UnaryOperator<DType> type,
      double start,
      DoubleBinaryOperator join,
      @Nullable LongBinaryOperator joinIntegers,
      Gradient gradient,
      double low,
      double high,
      String formula) {
    this.label = label;
    this.names = names;
    this.type = type;
    this.start = start;
    this.join = join;
    this.joinIntegers = joinIntegers;
    this.gradient = gradient;
    this.low = low;
    this.high = high;
    this.formula = formula;
  }

  /** {@return the name in plans and errors} */
  public String label() {
    return label;
  }

  /** {@return its name in MLX, and after " / " in NumPy where that differs} */
  public String names() {
    return names;
  }

  /**
   * {@return the type it computes in and gives}
   *
   * @param in the operand's type before conversion
   */
  public DType type(DType in) {
    return type.apply(in);
  }

  /** {@return the value before the first element} */
  public double start() {
    return start;
  }

  /** {@return how the value so far and an element join in float64} */
  public DoubleBinaryOperator join() {
    return join;
  }

  /**
   * {@return how the value so far and an element join in 64-bit integers, or null when it is
   * floating}
   *
   * @param type the operands' type
   */
  public @Nullable LongBinaryOperator joinIntegers(DType type) {
    return switch (this) {
      case CUMMAX -> Binary.MAXIMUM.integer(type);
      case CUMMIN -> Binary.MINIMUM.integer(type);
      default -> joinIntegers;
    };
  }

  /** {@return the gradient} */
  public Gradient gradient() {
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

  private static Node sumGradient(Scan op, Node x, Node y, Node d) {
    return op.back(CUMSUM, d);
  }

  /** Without dividing by 0: the first 0 of a line is the only one with a gradient of its own. */
  private static Node productGradient(Scan op, Node x, Node y, Node d) {
    Node zero = Build.scalar(x, 0.0);
    Node one = Build.scalar(x, 1.0);
    Node isZero = Build.binary(Binary.EQ, x, zero);
    Node zeros = op.again(CUMSUM, Build.cast(isZero, DType.I32));
    Node first =
        Build.binary(
            Binary.LOGICAL_AND, isZero, Build.binary(Binary.EQ, zeros, Build.scalar(zeros, 1)));
    Node others = op.again(CUMPROD, Build.where(first, one, x));
    Node atFirst = op.back(CUMSUM, Build.mul(d, others));
    Node divisor = Build.where(isZero, one, x);
    Node elsewhere = Build.div(op.back(CUMSUM, Build.mul(d, y)), divisor);
    return Build.where(first, atFirst, Build.where(isZero, zero, elsewhere));
  }

  /** The gradient goes to the last element that reached the running extreme. */
  private static Node extremeGradient(Scan op, Node x, Node y, Node d) {
    long n = x.aval().shape().dim(op.axis());
    long[] dims = new long[x.aval().shape().rank()];
    java.util.Arrays.fill(dims, 1);
    dims[op.axis()] = n;
    Node places = Movements.reshape(Build.arange(DType.I32, 0, n, 1), dims);
    Node reached = Build.binary(Binary.EQ, x, y);
    Node none = Build.scalar(places, op.reverse() ? n - 1 : 0);
    Node place = op.again(op.reverse() ? CUMMIN : CUMMAX, Build.where(reached, places, none));
    Node zeros = Build.fill(d.aval().dtype(), x.aval().shape(), 0.0);
    return Node.of(new PutAlong(op.axis(), Update.ADD), zeros, place, d);
  }

  /** In logarithms, positive and negative gradients apart, so that nothing overflows. */
  private static Node logGradient(Scan op, Node x, Node y, Node d) {
    Node zero = Build.scalar(d, 0.0);
    Node up = logSum(op, x, y, Build.binary(Binary.MAXIMUM, d, zero));
    Node down = logSum(op, x, y, Build.binary(Binary.MAXIMUM, Build.neg(d), zero));
    return Build.sub(up, down);
  }

  private static Node logSum(Scan op, Node x, Node y, Node d) {
    Node sum = op.back(LOGCUMSUMEXP, Build.sub(Build.log(d), y));
    return Build.exp(Build.add(x, sum));
  }
}
