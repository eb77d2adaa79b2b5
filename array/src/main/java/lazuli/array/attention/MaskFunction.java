package lazuli.array.attention;

/** Says which keys a query sees, as a condition on symbolic indices. */
@FunctionalInterface
public interface MaskFunction {
  /**
   * {@return the condition under which query q of head h in batch b sees key k}
   *
   * @param b the batch
   * @param h the query head
   * @param q the query, from 0; {@link Symbol#aligned} counts it among the keys
   * @param k the key, from 0
   */
  Condition of(Symbol b, Symbol h, Symbol q, Symbol k);
}
