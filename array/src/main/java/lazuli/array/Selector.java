package lazuli.array;

import lazuli.array.op.Part;
import lazuli.array.type.ArrayException;

/**
 * A typed part of an index; made by {@link Lazuli}: {@code at(i)}, {@code range(i, j)}, {@code
 * all()}, {@code ELLIPSIS}, {@code NEWAXIS}.
 */
public final class Selector implements Index {
  private final Part part;

  Selector(Part part) {
    this.part = part;
  }

  Part part() {
    return part;
  }

  /**
   * {@return every so manyth element of a range}
   *
   * @param step the distance, negative to go backwards
   * @throws ArrayException if it is 0, or if this is no range
   */
  public Selector step(long step) {
    if (part instanceof Part.Range range && step != 0) {
      return new Selector(new Part.Range(range.start(), range.stop(), step));
    }
    throw new ArrayException(
        "step " + step + " was given for " + part,
        "a range or all(), and a step that is not 0",
        "write all().step(2), or range(0, 10).step(-1)");
  }

  @Override
  public String toString() {
    return part.toString();
  }
}
