package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.attention.AttentionOption;
import lazuli.array.attention.Mask;
import lazuli.array.attention.Score;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.option.Nearest;
import org.jspecify.annotations.Nullable;

/**
 * What hides keys and changes scores without being an array.
 *
 * @param visible the mask, or null
 * @param score the score change, or null
 * @param text as {@code --mask} writes it; empty for nothing
 */
record Form(@Nullable Mask visible, @Nullable Score score, String text) {
  /** Hides and changes nothing. */
  static final Form NONE = new Form(null, null, "");

  /** One part of a {@code --mask}: a name with its value, or a variable. */
  private record Part(@Nullable MaskName name, String value, String text) {}

  /** A form, and a mask array that was named beside it. */
  record Parsed(Form form, @Nullable Array array) {}

  /** {@return whether it is the causal mask and nothing else} */
  boolean causal() {
    return score == null && Lazuli.causal().equals(visible);
  }

  /** {@return it as options} */
  List<AttentionOption> options() {
    List<AttentionOption> options = new ArrayList<>();
    if (visible != null) {
      options.add(visible);
    }
    if (score != null) {
      options.add(score);
    }
    return options;
  }

  /**
   * {@return what a {@code --mask} means: masks must all let a key through, a prefix opens its keys
   * whatever they say, score changes follow one another}
   *
   * @param text such as {@code causal+window:256+softcap:50}
   * @param dims of the attention
   * @param variables of the session
   */
  static Parsed of(String text, Dims dims, Map<String, ?> variables) {
    Mask all = null;
    Mask prefix = null;
    Score score = null;
    Array array = null;
    for (Part part : parts(text)) {
      MaskName name = part.name();
      if (name == MaskName.NONE) {
        continue;
      }
      Object meant = name == null ? variable(part.value(), variables) : name.of(part.value(), dims);
      switch (meant) {
        case Mask mask when name == MaskName.PREFIX -> prefix = mask;
        case Mask mask -> all = all == null ? mask : all.and(mask);
        case Score change -> score = score == null ? change : score.then(change);
        case Array values -> {
          if (array != null) {
            throw new UsageException("--mask takes one array; got " + text);
          }
          array = values;
        }
        default -> throw new IllegalStateException(part.text());
      }
    }
    if (prefix != null) {
      all = all == null ? prefix : all.or(prefix);
    }
    boolean nothing = all == null && score == null;
    return new Parsed(nothing ? NONE : new Form(all, score, text), array);
  }

  /** Checks names and values as far as no sizes are needed. */
  static void check(String text) {
    for (Part part : parts(text)) {
      if (part.name() != null && part.name() != MaskName.NONE && part.name() != MaskName.DOC) {
        part.name().of(part.value(), new Dims(1, 1, 1, 1, 1, 1, 1));
      }
    }
  }

  /** {@return the values of a list: numbers behind a comma belong to the {@code doc} before} */
  static List<String> list(String text) {
    List<String> all = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      boolean number = !all.isEmpty() && !part.isEmpty() && Character.isDigit(part.charAt(0));
      if (number) {
        all.add(all.removeLast() + "," + part.strip());
      } else {
        all.add(part.strip());
      }
    }
    return all;
  }

  private static List<Part> parts(String text) {
    List<Part> parts = new ArrayList<>();
    String[] words = text.split("\\+", -1);
    for (String word : words) {
      if (word.startsWith("@") && word.length() > 1) {
        parts.add(new Part(null, word.substring(1), word));
        continue;
      }
      int colon = word.indexOf(':');
      String label = colon < 0 ? word : word.substring(0, colon);
      MaskName name = null;
      for (MaskName known : MaskName.values()) {
        name = known.label().equals(label) ? known : name;
      }
      if (name == null) {
        throw unknown(word, label);
      }
      name.check(word, colon >= 0);
      MaskName again = name;
      if (parts.stream().anyMatch(before -> before.name() == again)) {
        throw new UsageException("--mask names " + label + " twice: " + text);
      }
      if (name == MaskName.NONE && words.length > 1) {
        throw new UsageException("none joins nothing; got '" + text + "'");
      }
      parts.add(new Part(name, colon < 0 ? "" : word.substring(colon + 1), word));
    }
    return parts;
  }

  private static UsageException unknown(String word, String label) {
    return new UsageException(
        "unknown mask '"
            + word
            + "'; one of "
            + String.join(" ", MaskName.forms())
            + " @NAME, joined by '+'"
            + Nearest.hint(label, MaskName.labels()));
  }

  private static Object variable(String name, Map<String, ?> variables) {
    Object value = variables.get(name);
    return value instanceof Mask || value instanceof Score ? value : Setting.array(name, variables);
  }
}
