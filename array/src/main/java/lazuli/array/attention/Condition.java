package lazuli.array.attention;

import lazuli.array.attention.term.Kind;
import lazuli.array.attention.term.Term;
import lazuli.array.attention.term.TermOp;

/** A symbolic truth: it holds for some scores and not for others. */
public final class Condition extends Symbolic {
  Condition(Term term) {
    super(term);
  }

  /**
   * {@return that both hold}
   *
   * @param other the other operand
   */
  public Condition and(Condition other) {
    return new Condition(Term.of(TermOp.AND, Kind.CONDITION, term(), other.term()));
  }

  /**
   * {@return that one of both holds, or both}
   *
   * @param other the other operand
   */
  public Condition or(Condition other) {
    return new Condition(Term.of(TermOp.OR, Kind.CONDITION, term(), other.term()));
  }

  /** {@return that this does not hold} */
  public Condition not() {
    return new Condition(Term.of(TermOp.NOT, Kind.CONDITION, term()));
  }

  /**
   * {@return a where this holds, else b}
   *
   * @param a where this holds
   * @param b elsewhere
   */
  public Symbol where(Symbol a, Symbol b) {
    return new Symbol(Term.of(TermOp.WHERE, Kind.INDEX, term(), a.term(), b.term()));
  }

  /**
   * {@return a where this holds, else b}
   *
   * @param a where this holds
   * @param b elsewhere
   */
  public Value where(Value a, Value b) {
    return new Value(Term.of(TermOp.WHERE, Kind.NUMBER, term(), a.term(), b.term()));
  }

  /**
   * {@return a where this holds, else b}
   *
   * @param a where this holds
   * @param b elsewhere
   */
  public Value where(Value a, double b) {
    return where(a, new Value(Term.number(b)));
  }

  /**
   * {@return a where this holds, else b}
   *
   * @param a where this holds
   * @param b elsewhere
   */
  public Value where(double a, double b) {
    return where(new Value(Term.number(a)), b);
  }
}
