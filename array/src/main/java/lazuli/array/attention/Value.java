package lazuli.array.attention;

import lazuli.array.attention.term.Kind;
import lazuli.array.attention.term.Term;
import lazuli.array.attention.term.TermOp;

/** A symbolic number: a score, or something computed with it. */
public final class Value extends Symbolic {
  Value(Term term) {
    super(term);
  }

  private Value with(TermOp op, Term other) {
    return new Value(Term.of(op, Kind.NUMBER, term(), other));
  }

  private Value of(TermOp op) {
    return new Value(Term.of(op, Kind.NUMBER, term()));
  }

  private static Condition test(TermOp op, Term a, Term b) {
    return new Condition(Term.of(op, Kind.CONDITION, a, b));
  }

  /**
   * {@return this + other}
   *
   * @param other the other operand
   */
  public Value add(Value other) {
    return with(TermOp.ADD, other.term());
  }

  /**
   * {@return this + other}
   *
   * @param other the other operand
   */
  public Value add(Symbol other) {
    return with(TermOp.ADD, other.term());
  }

  /**
   * {@return this + other}
   *
   * @param other the other operand
   */
  public Value add(double other) {
    return with(TermOp.ADD, Term.number(other));
  }

  /**
   * {@return this - other}
   *
   * @param other the other operand
   */
  public Value sub(Value other) {
    return with(TermOp.SUB, other.term());
  }

  /**
   * {@return this - other}
   *
   * @param other the other operand
   */
  public Value sub(Symbol other) {
    return with(TermOp.SUB, other.term());
  }

  /**
   * {@return this - other}
   *
   * @param other the other operand
   */
  public Value sub(double other) {
    return with(TermOp.SUB, Term.number(other));
  }

  /**
   * {@return this times other}
   *
   * @param other the other operand
   */
  public Value mul(Value other) {
    return with(TermOp.MUL, other.term());
  }

  /**
   * {@return this times other}
   *
   * @param other the other operand
   */
  public Value mul(Symbol other) {
    return with(TermOp.MUL, other.term());
  }

  /**
   * {@return this times other}
   *
   * @param other the other operand
   */
  public Value mul(double other) {
    return with(TermOp.MUL, Term.number(other));
  }

  /**
   * {@return this over other}
   *
   * @param other the other operand
   */
  public Value div(Value other) {
    return with(TermOp.DIV, other.term());
  }

  /**
   * {@return this over other}
   *
   * @param other the other operand
   */
  public Value div(double other) {
    return with(TermOp.DIV, Term.number(other));
  }

  /**
   * {@return the smaller one}
   *
   * @param other the other operand
   */
  public Value min(Value other) {
    return with(TermOp.MIN, other.term());
  }

  /**
   * {@return the smaller one}
   *
   * @param other the other operand
   */
  public Value min(double other) {
    return with(TermOp.MIN, Term.number(other));
  }

  /**
   * {@return the larger one}
   *
   * @param other the other operand
   */
  public Value max(Value other) {
    return with(TermOp.MAX, other.term());
  }

  /**
   * {@return the larger one}
   *
   * @param other the other operand
   */
  public Value max(double other) {
    return with(TermOp.MAX, Term.number(other));
  }

  /** {@return minus this} */
  public Value neg() {
    return of(TermOp.NEG);
  }

  /** {@return this without its sign} */
  public Value abs() {
    return of(TermOp.ABS);
  }

  /** {@return e to the power of this} */
  public Value exp() {
    return of(TermOp.EXP);
  }

  /** {@return the natural logarithm} */
  public Value log() {
    return of(TermOp.LOG);
  }

  /** {@return the square root} */
  public Value sqrt() {
    return of(TermOp.SQRT);
  }

  /** {@return the hyperbolic tangent} */
  public Value tanh() {
    return of(TermOp.TANH);
  }

  /**
   * {@return whether this is below other}
   *
   * @param other the other operand
   */
  public Condition lt(Value other) {
    return test(TermOp.LT, term(), other.term());
  }

  /**
   * {@return whether this is below other}
   *
   * @param other the other operand
   */
  public Condition lt(double other) {
    return test(TermOp.LT, term(), Term.number(other));
  }

  /**
   * {@return whether this is above other}
   *
   * @param other the other operand
   */
  public Condition gt(Value other) {
    return other.lt(this);
  }

  /**
   * {@return whether this is above other}
   *
   * @param other the other operand
   */
  public Condition gt(double other) {
    return test(TermOp.LT, Term.number(other), term());
  }
}
