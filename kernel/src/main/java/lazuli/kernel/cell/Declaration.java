package lazuli.kernel.cell;

/**
 * Something that cells declared.
 *
 * @param kind what it is
 * @param text its source: an import or type as typed, the head of a method, a variable's type and
 *     name
 */
public record Declaration(Kind kind, String text) {
  /** What can be declared. */
  public enum Kind {
    /** An import. */
    IMPORT,
    /** A class, interface, record or enum. */
    TYPE,
    /** A method. */
    METHOD,
    /** A variable. */
    VARIABLE
  }
}
