package lazuli.magics.check;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import lazuli.array.type.DType;
import lazuli.array.type.Tolerance;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.report.Cell;
import org.jspecify.annotations.Nullable;

/** Grades an exercise: {@code check("scores", scores, expected)}. */
public final class Check {
  private final String name;
  private final Grid actual;
  private final Grid expected;
  private final double asked;

  private Check(String name, Grid actual, Grid expected, double asked) {
    this.name = name;
    this.actual = actual;
    this.expected = expected;
    this.asked = asked;
  }

  /**
   * Compares a value with the expected one: one line on standard output when they agree. Numbers
   * agree within the tolerance of the coarser of both types, see {@link Tolerance}; integers,
   * truths and everything else must be equal. Lazy arrays are computed.
   *
   * @param name of the exercise, for the message
   * @param actual the answer: an array, a Java array, a number, a truth, or any other value
   * @param expected what it should be
   * @throws CheckFailed when they differ: where, by how much, and a hint
   */
  public static void check(String name, @Nullable Object actual, @Nullable Object expected) {
    check(name, actual, expected, -1);
  }

  /**
   * Compares numbers within a tolerance of one's own: accepted when |actual - expected| is at most
   * tolerance * (1 + |expected|).
   *
   * @param name of the exercise, for the message
   * @param actual the answer
   * @param expected what it should be
   * @param tolerance at least 0
   * @throws CheckFailed when they differ: where, by how much, and a hint
   */
  public static void check(
      String name, @Nullable Object actual, @Nullable Object expected, double tolerance) {
    if (Double.isNaN(tolerance) || tolerance < 0 && tolerance != -1) {
      throw new UsageException(
          "check(\"" + name + "\"): the tolerance must be 0 or more; got " + tolerance);
    }
    Grid right = Grid.of(expected);
    Grid answer = Grid.of(actual);
    if (right == null || answer == null) {
      other(name, actual, expected);
      return;
    }
    System.out.println(
        "ok    " + name + ": " + new Check(name, answer, right, tolerance).compare());
  }

  private static void other(String name, @Nullable Object actual, @Nullable Object expected) {
    if (actual == null && expected != null) {
      throw new CheckFailed(name + ": there is no answer yet: null, expected " + what(expected));
    }
    if (!Objects.deepEquals(actual, expected)) {
      throw new CheckFailed(name + ": " + what(actual) + ", expected " + what(expected));
    }
    System.out.println("ok    " + name);
  }

  private static String what(@Nullable Object value) {
    Grid grid = Grid.of(value);
    if (grid != null && (grid.rank() > 0 || !(value instanceof Number))) {
      return value instanceof Boolean ? value.toString() : grid.text();
    }
    return value == null
        ? "null"
        : value instanceof Number
            ? value.toString()
            : value.getClass().getSimpleName() + " '" + value + "'";
  }

  /** {@return what agrees, for the line of a solved exercise} */
  private String compare() {
    if (!Arrays.equals(actual.dims(), expected.dims())) {
      throw new CheckFailed(
          name
              + ": the shape is "
              + actual.text()
              + ", expected "
              + expected.text()
              + hints(Hints.ofShapes(actual, expected, this::close)));
    }
    int differing = 0;
    int worst = -1;
    int first = -1;
    double most = 0;
    double relative = 0;
    for (int i = 0; i < expected.values().length; i++) {
      double e = expected.values()[i];
      double off = off(actual.values()[i], e);
      if (!close(actual.values()[i], e)) {
        differing++;
        first = first < 0 ? i : first;
        if (worst < 0 || off > off(actual.values()[worst], expected.values()[worst])) {
          worst = i;
        }
      }
      most = Math.max(most, off);
      relative = e == 0 ? relative : Math.max(relative, off / Math.abs(e));
    }
    if (differing > 0) {
      throw new CheckFailed(difference(differing, first, worst, relative));
    }
    return actual.text()
        + (exact()
            ? ", equal"
            : ", off by at most " + Cell.digits(most) + " (allowed " + allowed() + ")");
  }

  private String difference(int differing, int first, int worst, double relative) {
    double a = actual.values()[worst];
    double e = expected.values()[worst];
    int count = expected.values().length;
    StringBuilder text = new StringBuilder(name);
    text.append(": ").append(differing).append(" of ").append(count);
    text.append(count == 1 ? " value differs" : " values differ");
    text.append("; the worst").append(expected.rank() == 0 ? "" : " at " + expected.index(worst));
    text.append(" is ").append(number(a)).append(", expected ").append(number(e));
    text.append(String.format(Locale.ROOT, ": off by %s", Cell.digits(off(a, e))));
    if (relative > 0 && !Double.isInfinite(relative)) {
      text.append(", relative error up to ").append(Cell.digits(relative));
    }
    if (first != worst) {
      text.append("\n  the first is at ").append(expected.index(first)).append(": ");
      text.append(number(actual.values()[first])).append(", expected ");
      text.append(number(expected.values()[first]));
    }
    text.append("\n  allowed: ").append(exact() ? "equal values only" : allowed());
    if (!exact()) {
      text.append(" * (1 + |expected|), ")
          .append(asked >= 0 ? "as asked" : "the tolerance of " + coarser());
    }
    return text + hints(Hints.ofValues(actual, expected, this::close));
  }

  private static String hints(List<String> hints) {
    StringBuilder text = new StringBuilder();
    for (String hint : hints) {
      text.append("\n  hint: ").append(hint);
    }
    return text.toString();
  }

  /** {@return a number with up to six digits} */
  static String number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros();
    double size = Math.abs(value);
    return size == 0 || size >= 1e-4 && size < 1e9 ? rounded.toPlainString() : rounded.toString();
  }

  private boolean exact() {
    return asked == 0 || asked < 0 && Tolerance.of(coarser()) == 0;
  }

  private String allowed() {
    return String.format(Locale.ROOT, "%.0e", asked >= 0 ? asked : Tolerance.of(coarser()));
  }

  private DType coarser() {
    return Tolerance.of(actual.dtype()) > Tolerance.of(expected.dtype())
        ? actual.dtype()
        : expected.dtype();
  }

  private static double off(double a, double e) {
    if (a == e || Double.isNaN(a) && Double.isNaN(e)) {
      return 0;
    }
    double off = Math.abs(a - e);
    return Double.isNaN(off) ? Double.POSITIVE_INFINITY : off;
  }

  private boolean close(double a, double e) {
    double off = off(a, e);
    if (off == 0) {
      return true;
    }
    double bound = asked >= 0 ? asked * (1 + Math.abs(e)) : Tolerance.bound(coarser(), e);
    return !exact() && off <= bound;
  }
}
