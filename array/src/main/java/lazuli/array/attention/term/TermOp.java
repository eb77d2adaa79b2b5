package lazuli.array.attention.term;

/**
 * The operations of terms. One row is all there is to an operation: its meaning in float64, its
 * bounds over intervals and how it is written. {@code c} is the third operand.
 */
public enum TermOp {
  /** a + b. */
  ADD(2, "%s + %s", (a, b, c) -> a + b, Bounds::add),
  /** a - b. */
  SUB(2, "%s - %s", (a, b, c) -> a - b, Bounds::sub),
  /** a times b. */
  MUL(2, "%s * %s", (a, b, c) -> a * b, Bounds::mul),
  /** a over b. */
  DIV(2, "%s / %s", (a, b, c) -> a / b, Bounds::div),
  /** a over b, rounded down. */
  FLOOR_DIV(2, "floorDiv(%s, %s)", (a, b, c) -> Math.floor(a / b), Bounds::floorDiv),
  /** What is left of a after whole multiples of b; has the sign of b. */
  FLOOR_MOD(2, "mod(%s, %s)", (a, b, c) -> a - b * Math.floor(a / b), Bounds::floorMod),
  /** The smaller one. */
  MIN(2, "min(%s, %s)", (a, b, c) -> Math.min(a, b), Bounds::min),
  /** The larger one. */
  MAX(2, "max(%s, %s)", (a, b, c) -> Math.max(a, b), Bounds::max),
  /** Minus a. */
  NEG(1, "-%s", (a, b, c) -> -a, Bounds::neg),
  /** a without its sign. */
  ABS(1, "abs(%s)", (a, b, c) -> Math.abs(a), Bounds::abs),
  /** e to the a. */
  EXP(1, "exp(%s)", (a, b, c) -> Math.exp(a), Bounds.rising(Math::exp)),
  /** The natural logarithm. */
  LOG(1, "log(%s)", (a, b, c) -> Math.log(a), Bounds.rising(Math::log)),
  /** The square root. */
  SQRT(1, "sqrt(%s)", (a, b, c) -> Math.sqrt(a), Bounds.rising(Math::sqrt)),
  /** The hyperbolic tangent. */
  TANH(1, "tanh(%s)", (a, b, c) -> Math.tanh(a), Bounds.rising(Math::tanh)),
  /** a < b. */
  LT(2, "%s < %s", (a, b, c) -> a < b ? 1 : 0, Bounds::lt),
  /** a <= b. */
  LE(2, "%s <= %s", (a, b, c) -> a <= b ? 1 : 0, Bounds::le),
  /** a = b. */
  EQ(2, "%s == %s", (a, b, c) -> a == b ? 1 : 0, Bounds::eq),
  /** Both hold. */
  AND(2, "%s and %s", (a, b, c) -> a * b, Bounds::min),
  /** One holds, or both. */
  OR(2, "%s or %s", (a, b, c) -> Math.max(a, b), Bounds::max),
  /** It does not hold. */
  NOT(1, "not %s", (a, b, c) -> 1 - a, Bounds::not),
  /** b where a holds, else c. */
  WHERE(3, "where(%s, %s, %s)", (a, b, c) -> a != 0 ? b : c, Bounds::where);

  /** The meaning in float64. */
  interface Meaning {
    double of(double a, double b, double c);
  }

  /** Bounds of the result where the operands lie in intervals; registers a, b, c to register to. */
  interface Bound {
    void of(double[] lo, double[] hi, int to, int a, int b, int c);
  }

  private final int arity;
  private final String text;
  private final Meaning meaning;
  private final Bound bound;

  TermOp(int arity, String text, Meaning meaning, Bound bound) {
    this.arity = arity;
    this.text = text;
    this.meaning = meaning;
    this.bound = bound;
  }

  /** {@return how many operands it has} */
  public int arity() {
    return arity;
  }

  /** {@return how it is written, with a place for each operand} */
  String text() {
    return text;
  }

  /**
   * {@return its result}
   *
   * @param a the first operand
   * @param b the second, if there is one
   * @param c the third, if there is one
   */
  public double apply(double a, double b, double c) {
    return meaning.of(a, b, c);
  }

  void bound(double[] lo, double[] hi, int to, int a, int b, int c) {
    bound.of(lo, hi, to, a, b, c);
    if (Double.isNaN(lo[to]) || Double.isNaN(hi[to])) {
      // An infinity minus itself and the like: nothing is known.
      lo[to] = Double.NEGATIVE_INFINITY;
      hi[to] = Double.POSITIVE_INFINITY;
    }
  }
}
