package lazuli.magics.measure;

import lazuli.magics.report.Cell;

/** Units of time for tables. */
public enum Unit {
  /** Nanoseconds. */
  NANOS("ns", 1),
  /** Microseconds. */
  MICROS("us", 1e3),
  /** Milliseconds. */
  MILLIS("ms", 1e6),
  /** Seconds. */
  SECONDS("s", 1e9);

  private final String label;
  private final double nanos;

  Unit(String label, double nanos) {
    this.label = label;
    this.nanos = nanos;
  }

  /** {@return the unit's sign} */
  public String label() {
    return label;
  }

  /**
   * {@return a time in this unit}
   *
   * @param time in nanoseconds
   */
  public double of(double time) {
    return time / nanos;
  }

  /**
   * {@return the largest unit in which a time is at least 1; nanoseconds when there is none}
   *
   * @param time in nanoseconds
   */
  public static Unit fitting(double time) {
    Unit best = NANOS;
    for (Unit unit : values()) {
      if (time >= unit.nanos) {
        best = unit;
      }
    }
    return best;
  }

  /**
   * {@return a time with three digits and its unit, such as {@code 1.24 ms}}
   *
   * @param time in nanoseconds
   */
  public static String text(double time) {
    Unit unit = fitting(time);
    return Cell.digits(unit.of(time)) + " " + unit.label();
  }
}
