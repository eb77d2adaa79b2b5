package lazuli.array.attention;

/** Changes scores, as a number computed from a score and its symbolic indices. */
@FunctionalInterface
public interface ScoreFunction {
  /**
   * {@return the new score}
   *
   * @param s the score, scaled
   * @param b the batch
   * @param h the query head
   * @param q the query, from 0; {@link Symbol#aligned} counts it among the keys
   * @param k the key, from 0
   */
  Value of(Value s, Symbol b, Symbol h, Symbol q, Symbol k);
}
