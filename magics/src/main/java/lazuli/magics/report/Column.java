package lazuli.magics.report;

/**
 * One column of a report.
 *
 * @param name its name
 * @param unit the unit of every number in it, or empty
 * @param alignment of its cells
 */
public record Column(String name, String unit, Alignment alignment) {
  /** Where cells stand. */
  public enum Alignment {
    /** At the left: words. */
    LEFT,
    /** At the right: numbers. */
    RIGHT
  }

  /**
   * {@return a column of words}
   *
   * @param name its name
   */
  public static Column words(String name) {
    return new Column(name, "", Alignment.LEFT);
  }

  /**
   * {@return a column of numbers}
   *
   * @param name its name
   * @param unit of every number in it, or empty
   */
  public static Column numbers(String name, String unit) {
    return new Column(name, unit, Alignment.RIGHT);
  }

  /** {@return name and unit, as the table's head shows it} */
  public String header() {
    return unit.isEmpty() ? name : name.isEmpty() ? unit : name + " " + unit;
  }
}
