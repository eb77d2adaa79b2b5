package lazuli.array.attention;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.op.Aval;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Which operands an attention has besides q, k and v, in this order.
 *
 * @param mask a mask array
 * @param sinks one logit for each head that takes weight and gives no value
 * @param starts the first key of each batch
 * @param lengths the end of each batch's keys
 * @param paged a list of pages for each batch
 * @param format how keys and values lie in memory; all but plain have scales
 * @param tables arrays that the mask or the score change looks at
 */
public record Extras(
    boolean mask,
    boolean sinks,
    boolean starts,
    boolean lengths,
    boolean paged,
    KvFormat format,
    int tables) {
  /** None. */
  public static final Extras NONE =
      new Extras(false, false, false, false, false, KvFormat.PLAIN, 0);

  /** {@return the names of all operands} */
  public List<String> names() {
    List<String> names = new ArrayList<>(List.of("q", "k", "v"));
    if (mask) {
      names.add("mask");
    }
    if (sinks) {
      names.add("sinks");
    }
    if (starts) {
      names.add("keyStarts");
    }
    if (lengths) {
      names.add("keyLengths");
    }
    if (paged) {
      names.add("pages");
    }
    if (scaled()) {
      names.add("keyScales");
      names.add("valueScales");
    }
    for (int i = 0; i < tables; i++) {
      names.add("table" + i);
    }
    return names;
  }

  /** {@return the place of the mask, or -1} */
  public int maskAt() {
    return mask ? 3 : -1;
  }

  /** {@return the place of the sinks, or -1} */
  public int sinksAt() {
    return sinks ? 3 + count(mask) : -1;
  }

  /** {@return the place of the first keys, or -1} */
  public int startsAt() {
    return starts ? 3 + count(mask) + count(sinks) : -1;
  }

  /** {@return the place of the ends, or -1} */
  public int lengthsAt() {
    return lengths ? 3 + count(mask) + count(sinks) + count(starts) : -1;
  }

  /** {@return whether keys and values are codes with scales} */
  public boolean scaled() {
    return format != KvFormat.PLAIN;
  }

  /** {@return the place of the pages} */
  public int pagesAt() {
    return 3 + count(mask) + count(sinks) + count(starts) + count(lengths);
  }

  /** {@return the place of the keys' scales, which those of the values follow} */
  public int scalesAt() {
    return pagesAt() + count(paged);
  }

  /**
   * {@return keys or values as they are meant, [B, Hkv, Tk, D]}
   *
   * @param memory as they lie in memory
   * @param pages the lists of pages; not looked at when there are none
   */
  Aval meant(Aval memory, @Nullable Aval pages) {
    Aval numbers = format.numbers(memory);
    if (pages == null || numbers.shape().rank() != 4) {
      return numbers;
    }
    long[] dims = numbers.shape().dims();
    dims[0] = pages.shape().dim(0);
    dims[2] *= pages.shape().dim(1);
    return numbers.withShape(Shape.of(dims));
  }

  /** {@return what the keys (1) or values (2) among the operands mean} */
  Aval meant(List<Aval> inputs, int operand) {
    return meant(inputs.get(operand), paged ? inputs.get(pagesAt()) : null);
  }

  /** {@return the place of the first table} */
  public int tablesAt() {
    return scalesAt() + 2 * count(scaled());
  }

  private static int count(boolean there) {
    return there ? 1 : 0;
  }
}
