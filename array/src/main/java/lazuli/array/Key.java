package lazuli.array;

import lazuli.array.op.Philox;

/**
 * Where random numbers come from. Immutable: the same key always gives the same numbers, on every
 * device; split it to get independent ones.
 *
 * <p>Philox4x32-10 of Salmon, Moraes, Dror and Shaw, SC 2011.
 *
 * @param bits the 64-bit key
 */
public record Key(long bits) {
  /**
   * {@return keys that are independent of each other and of this one}
   *
   * @param count how many
   */
  public Key[] split(int count) {
    Key[] keys = new Key[count];
    for (int i = 0; i < count; i++) {
      keys[i] = new Key(Philox.split(bits, i));
    }
    return keys;
  }

  /** {@return two independent keys} */
  public Key[] split() {
    return split(2);
  }
}
