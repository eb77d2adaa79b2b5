package lazuli.array.op;

import java.util.List;

/**
 * Random numbers that depend on the key and the element's index only.
 *
 * @param distribution what they look like
 * @param seed the 64-bit key; a plan's may be a {@link Parameter}, so that another key needs no
 *     other plan
 * @param aval the result, of a floating type
 */
public record Random(Distribution distribution, Number seed, Aval aval) implements Primitive {
  /**
   * Makes the operation.
   *
   * @param distribution what the numbers look like
   * @param key the 64-bit key
   * @param aval the result, of a floating type
   */
  public Random(Distribution distribution, long key, Aval aval) {
    this(distribution, (Number) key, aval);
  }

  /** {@return the 64-bit key} */
  public long key() {
    return seed.longValue();
  }

  @Override
  public String label() {
    return distribution.label();
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return aval;
  }
}
