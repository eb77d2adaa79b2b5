package lazuli.array.attention;

import lazuli.array.attention.term.Kind;
import lazuli.array.attention.term.Term;
import lazuli.array.attention.term.TermOp;
import lazuli.array.attention.term.Variable;

/** A symbolic whole number: an index of a score, or something computed from indices. */
public final class Symbol extends Symbolic {
  static final Symbol BATCH = use(Variable.BATCH);
  static final Symbol HEAD = use(Variable.HEAD);
  static final Symbol QUERY = use(Variable.QUERY);
  static final Symbol KEY = use(Variable.KEY);

  Symbol(Term term) {
    super(term);
  }

  private static Symbol use(Variable variable) {
    return new Symbol(new Term.Use(variable));
  }

  private Symbol with(TermOp op, Term other) {
    return new Symbol(Term.of(op, Kind.INDEX, term(), other));
  }

  private static Condition test(TermOp op, Term a, Term b) {
    return new Condition(Term.of(op, Kind.CONDITION, a, b));
  }

  /** {@return the number of queries, Tq} */
  public static Symbol queries() {
    return use(Variable.QUERIES);
  }

  /** {@return the number of keys, Tk; of this batch when lengths are given} */
  public static Symbol keys() {
    return use(Variable.KEYS);
  }

  /**
   * {@return this query's place among the keys when the last query stands beside the last key: this
   * + Tk - Tq} So the same function serves a whole sequence and one more token with a cache.
   */
  public Symbol aligned() {
    return add(keys().sub(queries()));
  }

  /**
   * {@return this + other}
   *
   * @param other the other operand
   */
  public Symbol add(Symbol other) {
    return with(TermOp.ADD, other.term());
  }

  /**
   * {@return this + other}
   *
   * @param other the other operand
   */
  public Symbol add(long other) {
    return with(TermOp.ADD, Term.index(other));
  }

  /**
   * {@return this - other}
   *
   * @param other the other operand
   */
  public Symbol sub(Symbol other) {
    return with(TermOp.SUB, other.term());
  }

  /**
   * {@return this - other}
   *
   * @param other the other operand
   */
  public Symbol sub(long other) {
    return with(TermOp.SUB, Term.index(other));
  }

  /**
   * {@return this times other}
   *
   * @param other the other operand
   */
  public Symbol mul(Symbol other) {
    return with(TermOp.MUL, other.term());
  }

  /**
   * {@return this times other}
   *
   * @param other the other operand
   */
  public Symbol mul(long other) {
    return with(TermOp.MUL, Term.index(other));
  }

  /**
   * {@return this over other, rounded down}
   *
   * @param other the other operand
   */
  public Symbol floorDiv(long other) {
    return with(TermOp.FLOOR_DIV, Term.index(divisor("floorDiv", other)));
  }

  /**
   * {@return what is left of this after whole multiples of other: 0 to other - 1}
   *
   * @param other the other operand
   */
  public Symbol mod(long other) {
    return with(TermOp.FLOOR_MOD, Term.index(divisor("mod", other)));
  }

  private long divisor(String op, long other) {
    if (other < 1) {
      throw new lazuli.array.type.ArrayException(
          op + " of the symbol " + this + " was given " + other,
          "1 or more",
          "divide by a positive number");
    }
    return other;
  }

  /**
   * {@return the smaller one}
   *
   * @param other the other operand
   */
  public Symbol min(Symbol other) {
    return with(TermOp.MIN, other.term());
  }

  /**
   * {@return the smaller one}
   *
   * @param other the other operand
   */
  public Symbol min(long other) {
    return with(TermOp.MIN, Term.index(other));
  }

  /**
   * {@return the larger one}
   *
   * @param other the other operand
   */
  public Symbol max(Symbol other) {
    return with(TermOp.MAX, other.term());
  }

  /**
   * {@return the larger one}
   *
   * @param other the other operand
   */
  public Symbol max(long other) {
    return with(TermOp.MAX, Term.index(other));
  }

  /** {@return this without its sign} */
  public Symbol abs() {
    return new Symbol(Term.of(TermOp.ABS, Kind.INDEX, term()));
  }

  /** {@return minus this} */
  public Symbol neg() {
    return new Symbol(Term.of(TermOp.NEG, Kind.INDEX, term()));
  }

  /**
   * {@return whether this is below other}
   *
   * @param other the other operand
   */
  public Condition lt(Symbol other) {
    return test(TermOp.LT, term(), other.term());
  }

  /**
   * {@return whether this is below other}
   *
   * @param other the other operand
   */
  public Condition lt(long other) {
    return test(TermOp.LT, term(), Term.index(other));
  }

  /**
   * {@return whether this is at most other}
   *
   * @param other the other operand
   */
  public Condition le(Symbol other) {
    return test(TermOp.LE, term(), other.term());
  }

  /**
   * {@return whether this is at most other}
   *
   * @param other the other operand
   */
  public Condition le(long other) {
    return test(TermOp.LE, term(), Term.index(other));
  }

  /**
   * {@return whether this is above other}
   *
   * @param other the other operand
   */
  public Condition gt(Symbol other) {
    return other.lt(this);
  }

  /**
   * {@return whether this is above other}
   *
   * @param other the other operand
   */
  public Condition gt(long other) {
    return test(TermOp.LT, Term.index(other), term());
  }

  /**
   * {@return whether this is at least other}
   *
   * @param other the other operand
   */
  public Condition ge(Symbol other) {
    return other.le(this);
  }

  /**
   * {@return whether this is at least other}
   *
   * @param other the other operand
   */
  public Condition ge(long other) {
    return test(TermOp.LE, Term.index(other), term());
  }

  /**
   * {@return whether both are equal}
   *
   * @param other the other operand
   */
  public Condition eq(Symbol other) {
    return test(TermOp.EQ, term(), other.term());
  }

  /**
   * {@return whether both are equal}
   *
   * @param other the other operand
   */
  public Condition eq(long other) {
    return test(TermOp.EQ, term(), Term.index(other));
  }

  /**
   * {@return whether they differ}
   *
   * @param other the other operand
   */
  public Condition ne(Symbol other) {
    return eq(other).not();
  }

  /**
   * {@return whether they differ}
   *
   * @param other the other operand
   */
  public Condition ne(long other) {
    return eq(other).not();
  }

  /** {@return this as a number that scores can be computed with} */
  public Value value() {
    return new Value(term());
  }

  /**
   * {@return this times a number}
   *
   * @param other the other operand
   */
  public Value mul(double other) {
    return value().mul(other);
  }

  /**
   * {@return this times a number}
   *
   * @param other the other operand
   */
  public Value mul(Value other) {
    return value().mul(other);
  }

  /**
   * {@return this over a number}
   *
   * @param other the other operand
   */
  public Value div(double other) {
    return value().div(other);
  }
}
