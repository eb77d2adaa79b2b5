package lazuli.array.attention;

import lazuli.array.attention.term.Kind;
import lazuli.array.attention.term.Term;
import lazuli.array.attention.term.TermOp;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a query sees, as an expression over the indices of a score. Nothing is written out:
 * whole tiles are found to be seen, hidden or mixed by interval arithmetic on the expression, and
 * only mixed ones are looked at number by number. It knows no lengths: the same mask serves all.
 *
 * @param visible the condition under which a key is seen
 * @param label how tables and errors name it
 */
public record Mask(Term visible, String label) implements AttentionOption {
  private static final Symbol Q = Symbol.QUERY;
  private static final Symbol K = Symbol.KEY;

  /**
   * {@return the mask of a function, which runs once, now}
   *
   * @param function the condition
   * @throws ArrayException if it returns null
   */
  public static Mask of(MaskFunction function) {
    Condition condition = function.of(Symbol.BATCH, Symbol.HEAD, Symbol.QUERY, Symbol.KEY);
    if (condition == null) {
      throw new ArrayException(
          "a mask function returned null",
          "a condition on its symbols, such as q.sub(k).lt(256)",
          "return the condition under which q sees k");
    }
    return new Mask(condition.term(), condition.toString());
  }

  private static Mask named(Condition condition, String label) {
    return new Mask(condition.term(), label);
  }

  private static long least(String name, String what, long value, long least) {
    if (value < least) {
      throw new ArrayException(
          name + " was given " + what + " " + value,
          least + " or more",
          "count positions: " + name + "(" + Math.max(least, 4) + ") for instance");
    }
    return value;
  }

  /** {@return the mask of a causal alignment} */
  static Mask causal(Causal alignment) {
    return switch (alignment) {
      case NONE -> named(new Condition(new Term.Constant(Kind.CONDITION, 1)), "none");
      case LOWER_RIGHT -> named(K.le(Q.aligned()), alignment.call());
      case TOP_LEFT -> named(K.le(Q), alignment.call());
    };
  }

  /** {@return the last {@code size} positions up to the query's own, and all after it} */
  static Mask window(long size) {
    least("window", "a size of", size, 1);
    return named(Q.aligned().sub(K).lt(size), "window(" + size + ")");
  }

  /** {@return at most {@code left} positions before and {@code right} after the query's own} */
  static Mask window(long left, long right) {
    least("window", "left", left, 0);
    least("window", "right", right, 0);
    Symbol distance = Q.aligned().sub(K);
    return named(distance.le(left).and(distance.ge(-right)), "window(" + left + ", " + right + ")");
  }

  /** {@return the first {@code size} keys} */
  static Mask prefix(long size) {
    least("prefix", "a size of", size, 0);
    return named(K.lt(size), "prefix(" + size + ")");
  }

  /** {@return every {@code step}-th position, counted from the query's own in both directions} */
  static Mask dilated(long step) {
    least("dilated", "a step of", step, 1);
    return named(Q.aligned().sub(K).mod(step).eq(0), "dilated(" + step + ")");
  }

  /** {@return the first {@code size} positions see all and are seen by all} */
  static Mask global(long size) {
    least("global", "a size of", size, 0);
    return named(K.lt(size).or(Q.aligned().lt(size)), "global(" + size + ")");
  }

  /** {@return keys in a square around the query's place in a picture, moved inside its borders} */
  static Mask neighbourhood(long height, long width, long kernel) {
    least("neighbourhood", "a height of", height, 1);
    least("neighbourhood", "a width of", width, 1);
    least("neighbourhood", "a kernel of", kernel, 1);
    if (kernel % 2 == 0 || kernel > Math.min(height, width)) {
      throw new ArrayException(
          "neighbourhood was given a kernel of " + kernel + " for " + height + " x " + width,
          "an odd kernel no larger than the picture",
          "use " + Math.max(1, (Math.min(kernel, Math.min(height, width)) - 1) / 2 * 2 + 1));
    }
    Condition rows = near(Q.floorDiv(width), K.floorDiv(width), height, kernel);
    Condition columns = near(Q.mod(width), K.mod(width), width, kernel);
    return named(rows.and(columns), "neighbourhood(" + height + ", " + width + ", " + kernel + ")");
  }

  private static Condition near(Symbol q, Symbol k, long size, long kernel) {
    long half = kernel / 2;
    return q.max(half).min(size - 1 - half).sub(k).abs().le(half);
  }

  /** {@return queries and keys of one document} */
  static Mask documents(Value ofQuery, Value ofKey) {
    return new Mask(Term.of(TermOp.EQ, Kind.CONDITION, ofQuery.term(), ofKey.term()), "documents");
  }

  /**
   * {@return the keys that both let through}
   *
   * @param other another mask
   */
  public Mask and(Mask other) {
    return join(TermOp.AND, other, "and");
  }

  /**
   * {@return the keys that one of both lets through}
   *
   * @param other another mask
   */
  public Mask or(Mask other) {
    return join(TermOp.OR, other, "or");
  }

  private Mask join(TermOp op, @Nullable Mask other, String name) {
    if (other == null) {
      throw new ArrayException(
          name + " of the mask " + label + " was given null",
          "another mask, such as window(256)",
          "leave " + name + " out");
    }
    return new Mask(
        Term.of(op, Kind.CONDITION, visible, other.visible),
        label
            + " "
            + name
            + " "
            + (other.label.contains(" ") ? "(" + other.label + ")" : other.label));
  }

  /** {@return the keys that this hides} */
  public Mask not() {
    return new Mask(
        Term.of(TermOp.NOT, Kind.CONDITION, visible),
        "not " + (label.contains(" ") ? "(" + label + ")" : label));
  }

  @Override
  public String toString() {
    return label;
  }
}
