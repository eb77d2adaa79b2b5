package lazuli.array.op;

import java.util.List;

/**
 * Random numbers that depend on the key and the element's index only.
 *
 * @param distribution what they look like
 * @param key the 64-bit key
 * @param aval the result, of a floating type
 */
public record Random(Distribution distribution, long key, Aval aval) implements Primitive {
  @Override
  public String label() {
    return distribution.label();
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return aval;
  }
}
