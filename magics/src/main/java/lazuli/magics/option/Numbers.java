package lazuli.magics.option;

import lazuli.kernel.ext.UsageException;
import lazuli.magics.stats.Budget;

/** Numbers in options, checked before any work. */
public final class Numbers {
  private Numbers() {}

  /**
   * {@return the value}
   *
   * @param option its name
   * @param value seconds
   */
  public static double positive(String option, double value) {
    if (!(value > 0) || value > 3600) {
      throw new UsageException(
          option + " needs seconds above 0 and up to 3600; got '" + text(value) + "'");
    }
    return value;
  }

  /**
   * {@return the value}
   *
   * @param option its name
   * @param value a count
   */
  public static int atLeastOne(String option, int value) {
    if (value < 1) {
      throw new UsageException(option + " needs a whole number of at least 1; got '" + value + "'");
    }
    return value;
  }

  /**
   * {@return the calls to discard}
   *
   * @param value {@code auto} or a number
   */
  public static int warmup(String value) {
    if (value.equals("auto")) {
      return Budget.AUTO;
    }
    if (value.matches("\\d{1,9}")) {
      return Integer.parseInt(value);
    }
    throw new UsageException("--warmup needs 'auto' or a number of calls; got '" + value + "'");
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
