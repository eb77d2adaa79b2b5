package lazuli.array.attention.term;

/** What a term stands for. All are computed as float64; whole numbers are exact up to 2^53. */
public enum Kind {
  /** A whole number, such as a position. */
  INDEX,
  /** 1 where it holds, else 0. */
  CONDITION,
  /** A number, such as a score. */
  NUMBER
}
