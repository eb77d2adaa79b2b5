package lazuli.array;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;

/**
 * Floating numbers as aligned text, by NumPy's rules: the fewest digits that name each number in
 * its type, at most {@code precision} behind the point; exponents when the largest passes the
 * digits of its type (1e8 at most), the smallest under 1e-4, or their ratio over 1000.
 */
final class Decimals {
  private final DType dtype;
  private final int precision;

  private Decimals(DType dtype, int precision) {
    this.dtype = dtype;
    this.precision = precision;
  }

  static String[] text(double[] values, DType dtype, PrintOptions options) {
    return new Decimals(dtype, options.precision()).text(values, options.suppress());
  }

  private String[] text(double[] values, boolean suppress) {
    double largest = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (double value : values) {
      double size = Math.abs(value);
      if (Double.isFinite(size) && size > 0) {
        largest = Math.max(largest, size);
        smallest = Math.min(smallest, size);
      }
    }
    boolean some = largest > 0;
    double most = dtype == DType.F64 ? 1e8 : dtype == DType.F32 ? 1e6 : 1e3;
    boolean exponents =
        some && (largest >= most || !suppress && (smallest < 0.0001 || largest / smallest > 1000));
    String[] parts = new String[values.length];
    int left = 0;
    int right = 0;
    int exponent = 0;
    for (int i = 0; i < parts.length; i++) {
      if (Double.isFinite(values[i])) {
        parts[i] = exponents ? scientific(values[i]) : positional(values[i]);
        int point = parts[i].indexOf('.');
        int e = parts[i].indexOf('e');
        left = Math.max(left, point);
        right = Math.max(right, (e < 0 ? parts[i].length() : e) - point - 1);
        exponent = Math.max(exponent, e < 0 ? 0 : parts[i].length() - e);
      }
    }
    for (int i = 0; i < parts.length && exponents; i++) {
      // More digits than name a number are its own, not zeros.
      if (Double.isFinite(values[i]) && values[i] != 0) {
        BigDecimal exact = new BigDecimal(values[i]);
        String longer = scientific(exact.round(new MathContext(right + 1, RoundingMode.HALF_EVEN)));
        parts[i] = longer.length() > parts[i].length() ? longer : parts[i];
      }
    }
    int width = left + 1 + right + exponent;
    for (int i = 0; i < parts.length; i++) {
      parts[i] =
          Double.isFinite(values[i])
              ? aligned(parts[i], left, right, exponent)
              : special(values[i]);
      width = Math.max(width, parts[i].length());
    }
    for (int i = 0; i < parts.length; i++) {
      parts[i] = " ".repeat(width - parts[i].length()) + parts[i];
    }
    return parts;
  }

  private static String special(double value) {
    return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  }

  private static String aligned(String text, int left, int right, int exponent) {
    int point = text.indexOf('.');
    int e = text.indexOf('e');
    String padded = " ".repeat(left - point) + text;
    if (e >= 0) {
      int digits = e - point - 1;
      int at = e + left - point;
      // The sign follows the e, then zeros up to the longest exponent.
      return padded.substring(0, at)
          + "0".repeat(right - digits)
          + padded.substring(at, at + 2)
          + "0".repeat(exponent - (text.length() - e))
          + padded.substring(at + 2);
    }
    return padded + " ".repeat(right - (text.length() - point - 1));
  }

  /** The shortest decimal that names the value in its type. */
  private BigDecimal shortest(double value) {
    if (dtype != DType.F64 && dtype != DType.F32) {
      return fewest(value, 7);
    }
    String text = dtype == DType.F64 ? Double.toString(value) : Float.toString((float) value);
    BigDecimal d = new BigDecimal(text);
    // Java writes two digits where one would do.
    return d.precision() == 2 ? fewest(value, 1, d) : d;
  }

  private BigDecimal fewest(double value, int most) {
    return fewest(value, most, new BigDecimal(value));
  }

  private BigDecimal fewest(double value, int most, BigDecimal otherwise) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits <= most; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (Rounding.to(dtype, rounded.doubleValue()) == value) {
        return rounded;
      }
    }
    return otherwise;
  }

  private String positional(double value) {
    BigDecimal d = shortest(value);
    if (d.scale() > precision) {
      d = new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN);
    }
    String text = d.signum() == 0 ? "0" : d.stripTrailingZeros().toPlainString();
    if (Double.doubleToRawLongBits(value) < 0 && !text.startsWith("-")) {
      text = "-" + text;
    }
    return text.indexOf('.') < 0 ? text + "." : text;
  }

  private String scientific(double value) {
    if (value == 0) {
      return (Double.doubleToRawLongBits(value) < 0 ? "-0.e+00" : "0.e+00");
    }
    BigDecimal d = shortest(value);
    if (d.precision() > precision + 1) {
      d = new BigDecimal(value).round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
    }
    return scientific(d);
  }

  private static String scientific(BigDecimal value) {
    BigDecimal d = value.stripTrailingZeros();
    String digits = d.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - d.scale();
    return (d.signum() < 0 ? "-" : "")
        + digits.charAt(0)
        + "."
        + digits.substring(1)
        + "e"
        + (exponent < 0 ? "-" : "+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
