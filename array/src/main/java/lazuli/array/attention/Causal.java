package lazuli.array.attention;

/** Which keys a query may see by position. */
public enum Causal {
  /** Every key. */
  NONE("none", ""),
  /** The last query sees the last key; with more queries than keys the first ones see none. */
  LOWER_RIGHT("causal", "causal()"),
  /** The first query sees the first key only; with fewer queries the last keys are never seen. */
  TOP_LEFT("causal top-left", "causalTopLeft()");

  private final String label;
  private final String call;

  Causal(String label, String call) {
    this.label = label;
    this.call = call;
  }

  /** {@return the words that tables print} */
  public String label() {
    return label;
  }

  /** {@return how a user asks for it; empty when there is nothing to write} */
  public String call() {
    return call;
  }

  /**
   * {@return how many keys, from the first on, a query sees: 0 to {@code keys}}
   *
   * @param query the query's position, from 0
   * @param queries Tq
   * @param keys Tk
   */
  public long visible(long query, long queries, long keys) {
    return switch (this) {
      case NONE -> keys;
      case LOWER_RIGHT -> Math.clamp(query + 1 + keys - queries, 0, keys);
      case TOP_LEFT -> Math.min(query + 1, keys);
    };
  }

  /**
   * {@return how many query-key pairs are seen in all}
   *
   * @param queries Tq
   * @param keys Tk
   */
  public double pairs(long queries, long keys) {
    if (this == NONE) {
      return (double) queries * keys;
    }
    double pairs = 0;
    for (long t = 0; t < queries; t++) {
      pairs += visible(t, queries, keys);
    }
    return pairs;
  }
}
