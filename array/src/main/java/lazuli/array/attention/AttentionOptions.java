package lazuli.array.attention;

import java.util.List;
import lazuli.array.op.Node;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/** The options of one {@code sdpa}, checked against each other. */
final class AttentionOptions {
  private static final String ALL =
      "scale(x), causal(), causalTopLeft(), window(n) and other masks, mask(m), score changes,"
          + " sinks(z), keyStarts(s), keyLengths(n), kernel(name), tile(q, k), require(FUSED)";

  private final String op;
  private @Nullable Double scale;
  private @Nullable Mask visible;
  private @Nullable Score score;
  private @Nullable Node mask;
  private @Nullable Node sinks;
  private @Nullable Node starts;
  private @Nullable Node lengths;
  private AttentionOption.@Nullable Codes codes;
  private @Nullable Node pages;
  private @Nullable String kernel;
  private @Nullable Tile tile;
  private @Nullable Requirement requirement;

  private AttentionOptions(String op) {
    this.op = op;
  }

  /**
   * {@return the options together}
   *
   * @param op the operation, for errors
   * @param options each at most once, in any order
   * @throws ArrayException if one is given twice, two contradict each other, or a scale is not
   *     finite
   */
  static AttentionOptions of(String op, AttentionOption... options) {
    AttentionOptions all = new AttentionOptions(op);
    for (AttentionOption option : options) {
      all.add(option);
    }
    if (all.requirement == Requirement.FUSED && "naive".equals(all.kernel)) {
      throw new ArrayException(
          op + " was given both kernel(\"naive\") and require(FUSED)",
          "a fused kernel, or naive, which is not",
          "remove one of them");
    }
    Tile tile = all.tile;
    if (tile != null && all.kernel != null && List.of("naive", "reference").contains(all.kernel)) {
      throw new ArrayException(
          op + " was given both kernel(\"" + all.kernel + "\") and tile(" + tile + ")",
          "a tile with the kernels flash and split, which have tiles",
          "remove one of them");
    }
    return all;
  }

  private void add(@Nullable AttentionOption option) {
    switch (option) {
      case null ->
          throw new ArrayException(
              op + " was given null as an option", ALL, "leave the option out");
      case AttentionOption.Scale(double value) -> {
        once("scale", scale, value);
        if (!Double.isFinite(value)) {
          throw new ArrayException(
              op + " was given scale " + value,
              "a finite number",
              "leave scale out for 1 / sqrt(D)");
        }
        scale = value;
      }
      case AttentionOption.Position(Causal alignment) -> add(Mask.causal(alignment));
      case Mask m -> visible(m);
      case Score s -> {
        if (score != null) {
          throw new ArrayException(
              op + " was given two score changes: " + score + " and " + s,
              "one score change",
              "put them in order: first.then(second)");
        }
        score = s;
      }
      case AttentionOption.MaskArray(Node values) -> {
        if (mask != null) {
          throw new ArrayException(
              op + " was given two masks: " + mask.aval() + " and " + values.aval(),
              "one mask",
              "combine them first: add additive masks, logicalAnd bool masks");
        }
        mask = values;
      }
      case AttentionOption.Sinks(Node logits) -> {
        once("sinks", sinks == null ? null : sinks.aval(), logits.aval());
        sinks = logits;
      }
      case AttentionOption.KeyStarts(Node values) -> {
        once("keyStarts", starts == null ? null : starts.aval(), values.aval());
        starts = values;
      }
      case AttentionOption.KeyLengths(Node values) -> {
        once("keyLengths", lengths == null ? null : lengths.aval(), values.aval());
        lengths = values;
      }
      case AttentionOption.Pages(Node table) -> {
        once("pages", pages == null ? null : pages.aval(), table.aval());
        pages = table;
      }
      case AttentionOption.Codes given -> {
        once("codes", codes, given);
        codes = given;
      }
      case AttentionOption.ForcedKernel(String name) -> {
        once("kernel", kernel, name);
        kernel = name;
      }
      case AttentionOption.Tiles(Tile size) -> {
        once("tile", tile, size);
        tile = size;
      }
      case AttentionOption.Require(Requirement what) -> {
        once("require", requirement, what);
        requirement = what;
      }
    }
  }

  private void once(String name, @Nullable Object before, Object now) {
    if (before != null) {
      throw new ArrayException(
          op + " was given " + name + " twice: " + before + " and " + now,
          "each option once",
          "remove one of them");
    }
  }

  private void visible(Mask now) {
    Mask before = visible;
    if (before == null) {
      visible = now;
      return;
    }
    if (before.equals(now)) {
      throw new ArrayException(
          op + " was given " + now + " twice", "each option once", "remove one of them");
    }
    if (isCausal(before) && isCausal(now)) {
      throw new ArrayException(
          op + " was given both causal() and causalTopLeft()",
          "one alignment",
          "keep causal() when the last query sees the last key, causalTopLeft() when the first"
              + " query sees the first key only");
    }
    throw new ArrayException(
        op + " was given two masks: " + before + " and " + now,
        "one mask expression",
        "say what both mean together: "
            + before
            + ".and("
            + now
            + ") or "
            + before
            + ".or("
            + now
            + ")");
  }

  private static boolean isCausal(Mask mask) {
    return mask.equals(Mask.causal(Causal.LOWER_RIGHT))
        || mask.equals(Mask.causal(Causal.TOP_LEFT));
  }

  @Nullable Double scale() {
    return scale;
  }

  @Nullable Mask visible() {
    return visible;
  }

  @Nullable Score score() {
    return score;
  }

  @Nullable Node mask() {
    return mask;
  }

  @Nullable Node sinks() {
    return sinks;
  }

  @Nullable Node starts() {
    return starts;
  }

  @Nullable Node lengths() {
    return lengths;
  }

  @Nullable Node pages() {
    return pages;
  }

  AttentionOption.@Nullable Codes codes() {
    return codes;
  }

  KvFormat format() {
    return codes == null ? KvFormat.PLAIN : codes.format();
  }

  @Nullable String kernel() {
    return kernel;
  }

  @Nullable Tile tile() {
    return tile;
  }

  boolean fused() {
    return requirement == Requirement.FUSED;
  }
}
