package lazuli.array.attention;

import lazuli.array.op.Node;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/**
 * The options of one {@code sdpa}, checked against each other.
 *
 * @param scale the scale, or null for 1 / sqrt(D)
 * @param causal which keys a query sees by position
 * @param mask the mask, or null
 * @param kernel the forced kernel, or null
 */
public record AttentionOptions(
    @Nullable Double scale, Causal causal, @Nullable Node mask, @Nullable String kernel) {
  private static final AttentionOptions NONE = new AttentionOptions(null, Causal.NONE, null, null);

  /**
   * {@return the options together}
   *
   * @param op the operation, for errors
   * @param options each at most once, in any order
   * @throws ArrayException if one is given twice, two contradict each other, or a scale is not
   *     finite
   */
  public static AttentionOptions of(String op, AttentionOption... options) {
    AttentionOptions all = NONE;
    for (AttentionOption option : options) {
      all = all.with(op, option);
    }
    return all;
  }

  private AttentionOptions with(String op, @Nullable AttentionOption option) {
    return switch (option) {
      case null ->
          throw new ArrayException(
              op + " was given null as an option",
              "scale(x), causal(), causalTopLeft(), mask(m), kernel(name)",
              "leave the option out");
      case AttentionOption.Scale(double value) -> {
        once(op, "scale", scale, value);
        if (!Double.isFinite(value)) {
          throw new ArrayException(
              op + " was given scale " + value,
              "a finite number",
              "leave scale out for 1 / sqrt(D)");
        }
        yield new AttentionOptions(value, causal, mask, kernel);
      }
      case AttentionOption.Position(Causal alignment) -> {
        aligned(op, alignment);
        yield new AttentionOptions(scale, alignment, mask, kernel);
      }
      case AttentionOption.Mask(Node values) -> {
        if (mask != null) {
          throw new ArrayException(
              op + " was given two masks: " + mask.aval() + " and " + values.aval(),
              "one mask",
              "combine them first: add additive masks, logicalAnd bool masks");
        }
        yield new AttentionOptions(scale, causal, values, kernel);
      }
      case AttentionOption.ForcedKernel(String name) -> {
        once(op, "kernel", kernel, name);
        yield new AttentionOptions(scale, causal, mask, name);
      }
    };
  }

  private static void once(String op, String name, @Nullable Object before, Object now) {
    if (before != null) {
      throw new ArrayException(
          op + " was given " + name + " twice: " + before + " and " + now,
          "each option once",
          "remove one of them");
    }
  }

  private void aligned(String op, Causal alignment) {
    if (causal == Causal.NONE) {
      return;
    }
    if (causal == alignment) {
      throw new ArrayException(
          op + " was given " + alignment.call() + " twice",
          "each option once",
          "remove one of them");
    }
    throw new ArrayException(
        op + " was given both causal() and causalTopLeft()",
        "one alignment",
        "keep causal() when the last query sees the last key, causalTopLeft() when the first query"
            + " sees the first key only");
  }
}
