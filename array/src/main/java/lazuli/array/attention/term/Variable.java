package lazuli.array.attention.term;

/** What a term may depend on. */
public enum Variable {
  /** The batch. */
  BATCH("b", Kind.INDEX),
  /** The query head. */
  HEAD("h", Kind.INDEX),
  /** The query, from 0. */
  QUERY("q", Kind.INDEX),
  /** The key, from 0. */
  KEY("k", Kind.INDEX),
  /** The number of queries, Tq. */
  QUERIES("Tq", Kind.INDEX),
  /** The number of keys, Tk; of this batch's keys when lengths are given. */
  KEYS("Tk", Kind.INDEX),
  /** The score, scaled. */
  SCORE("s", Kind.NUMBER);

  private final String text;
  private final Kind kind;

  Variable(String text, Kind kind) {
    this.text = text;
    this.kind = kind;
  }

  /** {@return the letter that texts use} */
  public String text() {
    return text;
  }

  /** {@return what it is} */
  public Kind kind() {
    return kind;
  }
}
