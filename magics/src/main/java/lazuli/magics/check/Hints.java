package lazuli.magics.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lazuli.array.type.DType;
import lazuli.array.type.Tolerance;

/** Guesses at what went wrong: each is said only when it explains the whole difference. */
final class Hints {
  private static final int MOST = 2;
  private static final int MOST_AXES = 5;

  /** When two numbers agree. */
  interface Closeness {
    boolean close(double actual, double expected);
  }

  private final Grid a;
  private final Grid e;
  private final Closeness near;

  private Hints(Grid actual, Grid expected, Closeness near) {
    a = actual;
    e = expected;
    this.near = near;
  }

  /** {@return guesses for an answer of another shape} */
  static List<String> ofShapes(Grid actual, Grid expected, Closeness near) {
    Hints hints = new Hints(actual, expected, near);
    return first(hints.transposed(), hints.reshaped(), hints.broadcast(), hints.swapped());
  }

  /** {@return guesses for an answer of the right shape} */
  static List<String> ofValues(Grid actual, Grid expected, Closeness near) {
    Hints hints = new Hints(actual, expected, near);
    return first(
        hints.notANumber(),
        hints.transposed(),
        hints.scaled(),
        hints.offset(),
        hints.shifted(),
        hints.normalised(),
        hints.unnormalised(),
        hints.emptyRows(),
        hints.lastRow(),
        hints.rounding());
  }

  private static List<String> first(String... hints) {
    return Arrays.stream(hints).filter(hint -> !hint.isEmpty()).limit(MOST).toList();
  }

  private boolean equal(double[] x, double[] y) {
    return x.length == y.length
        && IntStream.range(0, x.length).allMatch(i -> near.close(x[i], y[i]));
  }

  private String transposed() {
    if (a.rank() < 2 || a.rank() != e.rank() || a.rank() > MOST_AXES) {
      return "";
    }
    for (int[] order : orders(a.rank())) {
      Grid other = a.permuted(order);
      if (Arrays.equals(other.dims(), e.dims()) && equal(other.values(), e.values())) {
        return "transposed? transpose("
            + Arrays.stream(order).mapToObj(Integer::toString).collect(Collectors.joining(", "))
            + ") of the answer is what is expected";
      }
    }
    return "";
  }

  /** Every order of the axes but the given one. */
  private static List<int[]> orders(int rank) {
    List<int[]> all = new ArrayList<>();
    extend(new int[0], rank, all);
    all.removeFirst();
    return all;
  }

  private static void extend(int[] begun, int rank, List<int[]> all) {
    if (begun.length == rank) {
      all.add(begun);
      return;
    }
    for (int axis = 0; axis < rank; axis++) {
      int next = axis;
      if (Arrays.stream(begun).noneMatch(used -> used == next)) {
        int[] more = Arrays.copyOf(begun, begun.length + 1);
        more[begun.length] = axis;
        extend(more, rank, all);
      }
    }
  }

  private String swapped() {
    int[] x = a.dims().clone();
    int[] y = e.dims().clone();
    Arrays.sort(x);
    Arrays.sort(y);
    return Arrays.equals(x, y) ? "the same sizes in another order: are two axes swapped?" : "";
  }

  private String reshaped() {
    return equal(a.values(), e.values())
        ? "the same values in the same order: reshape("
            + Arrays.stream(e.dims()).mapToObj(Integer::toString).collect(Collectors.joining(", "))
            + ")"
        : "";
  }

  /** An answer that repeats the expected values along axes that it should not have. */
  private String broadcast() {
    int more = a.rank() - e.rank();
    if (more < 0 || e.values().length == 0) {
      return "";
    }
    for (int axis = 0; axis < e.rank(); axis++) {
      if (e.dims()[axis] != 1 && e.dims()[axis] != a.dims()[axis + more]) {
        return "";
      }
    }
    for (int i = 0; i < a.values().length; i++) {
      int from = 0;
      for (int axis = 0; axis < e.rank(); axis++) {
        from += (e.dims()[axis] == 1 ? 0 : a.place(i, axis + more)) * e.stride(axis);
      }
      if (!near.close(a.values()[i], e.values()[from])) {
        return "the shape was broadcast: two operands had shapes that fit each other only by"
            + " repeating; a reduction may need keepDims";
      }
    }
    return "the answer repeats the expected values: it was broadcast by mistake";
  }

  private String notANumber() {
    long bad = IntStream.range(0, a.values().length).filter(this::onlyAnswerIsNaN).count();
    return bad == 0
        ? ""
        : bad
            + (bad == 1 ? " value is" : " values are")
            + " NaN: 0 / 0, infinity - infinity, or exp of a number that overflows; softmax first"
            + " subtracts the largest score, and a row that sees no key needs a rule";
  }

  private boolean onlyAnswerIsNaN(int i) {
    return Double.isNaN(a.values()[i]) && !Double.isNaN(e.values()[i]);
  }

  private String scaled() {
    double factor = factor(0, 1, e.values().length);
    if (Double.isNaN(factor) || factor == 1) {
      return "";
    }
    if (factor == -1) {
      return "the sign is the opposite";
    }
    String text = "every value is " + Check.number(factor) + " times the expected one: ";
    double square = factor > 1 ? factor * factor : 1 / (factor * factor);
    boolean root = factor > 0 && Math.abs(square - Math.rint(square)) < 1e-3 * square;
    return text
        + (root && Math.rint(square) > 1
            ? String.format(
                Locale.ROOT,
                "is a scale of 1/sqrt(%.0f) missing or applied twice?",
                Math.rint(square))
            : "is a factor missing?");
  }

  /** {@return the one factor between answer and expectation of some elements; NaN if none} */
  private double factor(int from, int step, int count) {
    double factor = Double.NaN;
    for (int k = 0, i = from; k < count; k++, i += step) {
      double x = a.values()[i];
      double y = e.values()[i];
      if (y != 0 && (Double.isNaN(factor) || Math.abs(y) > 0.5)) {
        factor = Double.isNaN(factor) ? x / y : factor;
      }
    }
    if (Double.isNaN(factor) || factor == 0 || Double.isInfinite(factor)) {
      return Double.NaN;
    }
    double exact = Math.rint(factor * 1e4) / 1e4;
    double tried = Math.abs(exact - factor) < 1e-4 * Math.abs(factor) ? exact : factor;
    for (int k = 0, i = from; k < count; k++, i += step) {
      if (!near.close(a.values()[i] / tried, e.values()[i])) {
        return Double.NaN;
      }
    }
    return tried;
  }

  private String offset() {
    double by = a.values()[0] - e.values()[0];
    if (by == 0 || e.values().length < 2 || !Double.isFinite(by)) {
      return "";
    }
    for (int i = 0; i < e.values().length; i++) {
      if (!near.close(a.values()[i] - by, e.values()[i])) {
        return "";
      }
    }
    return "every value is too "
        + (by > 0 ? "large" : "small")
        + " by "
        + Check.number(Math.abs(by));
  }

  private String shifted() {
    for (int axis = 0; axis < e.rank(); axis++) {
      for (int by : new int[] {1, -1}) {
        if (isShifted(axis, by)) {
          return "off by one? along axis "
              + axis
              + " the answer has the values of the "
              + (by == 1 ? "next" : "previous")
              + " place";
        }
      }
    }
    return "";
  }

  private boolean isShifted(int axis, int by) {
    if (e.dims()[axis] < 3) {
      return false;
    }
    for (int i = 0; i < e.values().length; i++) {
      int place = e.place(i, axis) + by;
      if (place >= 0
          && place < e.dims()[axis]
          && !near.close(a.values()[i], e.values()[i + by * e.stride(axis)])) {
        return false;
      }
    }
    return true;
  }

  private String normalised() {
    for (int given = 0; given < e.rank(); given++) {
      for (int asked = 0; asked < e.rank(); asked++) {
        if (given != asked
            && a.sumsToOne(given)
            && e.sumsToOne(asked)
            && !e.sumsToOne(given)
            && !a.sumsToOne(asked)) {
          return "the answer sums to 1 along axis "
              + given
              + ", expected along axis "
              + asked
              + ": softmax over the other axis?";
        }
      }
    }
    return "";
  }

  private String unnormalised() {
    int last = e.rank() - 1;
    if (last < 1 || e.dims()[last] < 2 || !scaled().isEmpty()) {
      return "";
    }
    int columns = e.dims()[last];
    for (int row = 0; row < e.values().length; row += columns) {
      if (Double.isNaN(factor(row, 1, columns))) {
        return "";
      }
    }
    return "each row is the expected one times a number of its own: is the division by the row's"
        + " sum missing, or made twice?";
  }

  private String emptyRows() {
    int last = e.rank() - 1;
    if (last < 1) {
      return "";
    }
    int columns = e.dims()[last];
    int zero = 0;
    for (int row = 0; row < e.values().length; row += columns) {
      boolean empty = true;
      boolean same = true;
      for (int i = row; i < row + columns; i++) {
        empty &= e.values()[i] == 0;
        same &= near.close(a.values()[i], e.values()[i]);
      }
      if (!same && !empty) {
        return "";
      }
      zero += same ? 0 : 1;
    }
    return zero == 0
        ? ""
        : "only rows that should be exactly 0 differ ("
            + zero
            + "): a row that sees no key is 0, not an average";
  }

  /** Without a causal mask, or aligned to the other end, every row but the last is wrong. */
  private String lastRow() {
    int axis = e.rank() - 2;
    if (axis < 0 || e.dims()[axis] < 3) {
      return "";
    }
    boolean last = true;
    int[] wrong = new int[e.dims()[axis]];
    for (int i = 0; i < e.values().length; i++) {
      boolean same = near.close(a.values()[i], e.values()[i]);
      last &= same || e.place(i, axis) < e.dims()[axis] - 1;
      wrong[e.place(i, axis)] += same ? 0 : 1;
    }
    long rows = Arrays.stream(wrong).filter(count -> count > 0).count();
    return last && rows >= e.dims()[axis] - 2
        ? "only the last row along axis "
            + axis
            + " agrees: is the causal mask missing, or aligned to the first key instead of the last?"
        : "";
  }

  private String rounding() {
    if (!e.dtype().isFloat()) {
      return "";
    }
    for (DType half : List.of(DType.F16, DType.BF16)) {
      double bound = Tolerance.of(half);
      boolean all =
          IntStream.range(0, e.values().length)
              .allMatch(
                  i ->
                      Math.abs(a.values()[i] - e.values()[i])
                          <= bound * (1 + Math.abs(e.values()[i])));
      if (all) {
        return "the difference is as small as the rounding of "
            + half
            + ": was something stored or computed in "
            + half
            + "?";
      }
    }
    return "";
  }
}
