package lazuli.array.attention;

import lazuli.array.attention.term.Term;
import lazuli.array.attention.term.Variable;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/**
 * A change of scores before the softmax, as an expression over a score and its indices: computed
 * tile by tile, never written out. A score that becomes -infinity is hidden.
 *
 * @param changed the new score
 * @param label how tables and errors name it
 */
public record Score(Term changed, String label) implements AttentionOption {
  private static final Value S = new Value(new Term.Use(Variable.SCORE));

  /**
   * {@return the change that a function makes, which runs once, now}
   *
   * @param function the new score
   * @throws ArrayException if it returns null
   */
  public static Score of(ScoreFunction function) {
    Value value = function.of(S, Symbol.BATCH, Symbol.HEAD, Symbol.QUERY, Symbol.KEY);
    if (value == null) {
      throw new ArrayException(
          "a score function returned null",
          "a number computed from its symbols, such as s.sub(q.sub(k).mul(0.5))",
          "return the new score");
    }
    return new Score(value.term(), value.toString());
  }

  /** {@return scores that approach, and never pass, a limit in size: limit tanh(s / limit)} */
  static Score softCap(double limit) {
    if (!(limit > 0) || Double.isInfinite(limit)) {
      throw new ArrayException(
          "softCap was given " + limit,
          "a finite number above 0",
          "leave softCap out when scores need no limit");
    }
    return new Score(S.div(limit).tanh().mul(limit).term(), "softCap(" + limit + ")");
  }

  /** {@return scores minus the distance of query and key times the head's slope} */
  static Score alibi(Value slope) {
    Value distance = Symbol.QUERY.aligned().sub(Symbol.KEY).abs().value();
    return new Score(S.sub(distance.mul(slope)).term(), "alibi");
  }

  /**
   * {@return this change, and then another one}
   *
   * @param next what is done with the changed score
   */
  public Score then(@Nullable Score next) {
    if (next == null) {
      throw new ArrayException(
          "then of the score change " + label + " was given null",
          "another score change, such as softCap(50)",
          "leave then out");
    }
    return new Score(next.changed.replaced(Variable.SCORE, changed), label + " then " + next.label);
  }

  @Override
  public String toString() {
    return label;
  }
}
