package lazuli.array.attention;

import lazuli.array.attention.term.Term;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/**
 * What a mask or score function computes with: it stands for a number that differs from score to
 * score and has no value while the function runs, once. Java's {@code if}, {@code ==}, {@code &&}
 * and {@code ?:} cannot look at it; {@link Condition#where} and the comparisons here can.
 */
public abstract sealed class Symbolic permits Symbol, Condition, Value {
  private final Term term;

  Symbolic(Term term) {
    this.term = term;
  }

  /** {@return what it stands for} */
  public Term term() {
    return term;
  }

  private ArrayException noValue(String call) {
    return new ArrayException(
        call
            + " was called on the symbol "
            + this
            + ", which has no value: the function runs once,"
            + " for all positions together",
        "eq, ne, lt, le, gt, ge for comparisons; and, or, not between them; condition.where(a, b)"
            + " for a choice",
        "write a.eq(b) for a == b, and condition.where(x, y) for if (condition) x else y");
  }

  /**
   * Always fails: a symbol has no value that Java could compare.
   *
   * @throws ArrayException that names the symbolic comparisons
   */
  @Override
  public boolean equals(@Nullable Object other) {
    throw noValue("equals");
  }

  /**
   * Always fails: a symbol has no value that could be looked up.
   *
   * @throws ArrayException that names the symbolic comparisons
   */
  @Override
  public int hashCode() {
    throw noValue("hashCode");
  }

  /** {@return the expression, such as {@code q - k}} */
  @Override
  public String toString() {
    return term.toString();
  }
}
