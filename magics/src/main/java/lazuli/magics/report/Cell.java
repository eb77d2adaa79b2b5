package lazuli.magics.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** One cell of a report: words, or a number in the column's unit. */
public sealed interface Cell {
  /** Nothing to say. */
  Cell NONE = new Words("-");

  /** {@return what a table shows} */
  String text();

  /**
   * Words.
   *
   * @param text the words
   */
  record Words(String text) implements Cell {}

  /**
   * A number.
   *
   * @param value in the column's unit, unrounded
   * @param text as shown
   * @param share of the bar behind it, 0 for none, 1 for the full width
   */
  record Number(double value, String text, double share) implements Cell {}

  /**
   * {@return a cell of words}
   *
   * @param text the words; empty becomes a dash
   */
  static Cell of(String text) {
    return text.isEmpty() ? NONE : new Words(text);
  }

  /**
   * {@return a number shown with three significant digits; a dash for NaN}
   *
   * @param value in the column's unit
   */
  static Cell of(double value) {
    return Double.isNaN(value) ? NONE : new Number(value, digits(value), 0);
  }

  /**
   * {@return a count}
   *
   * @param value the count
   */
  static Cell count(long value) {
    return new Number(value, Long.toString(value), 0);
  }

  /**
   * {@return a number with its own text and a bar}
   *
   * @param value in the column's unit
   * @param text as shown
   * @param share of the bar, from 0 to 1
   */
  static Cell of(double value, String text, double share) {
    return Double.isNaN(value) ? NONE : new Number(value, text, Math.clamp(share, 0, 1));
  }

  /**
   * {@return three significant digits; whole numbers of up to six digits in full}
   *
   * @param value any
   */
  static String digits(double value) {
    if (value == 0) {
      return "0";
    }
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "-" : value > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(value);
    if (size >= 999.5 && size < 999_999.5) {
      return Long.toString(Math.round(value));
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(3, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    return exponent >= -4 && exponent < 3
        ? rounded.setScale(2 - exponent).toPlainString()
        : rounded.scaleByPowerOfTen(-exponent).setScale(2).toPlainString() + "e" + exponent;
  }
}
