package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Which attentions no other beats in time, memory and error at once, and which of them to take.
 * Only those compete that solve the same problem: sizes and mask alike.
 */
final class Pareto {
  private Pareto() {}

  /**
   * What was measured of one attention.
   *
   * @param ran whether it ran
   * @param nanos the median time
   * @param bytes memory
   * @param error the largest error against float64; NaN when unknown
   * @param ratio its RMS error over that of unfused attention; NaN when unknown
   */
  record Candidate(boolean ran, double nanos, double bytes, double error, double ratio) {
    private double known() {
      return Double.isNaN(error) ? 0 : error;
    }

    private boolean beats(Candidate other) {
      boolean never = nanos <= other.nanos && bytes <= other.bytes && known() <= other.known();
      boolean once = nanos < other.nanos || bytes < other.bytes || known() < other.known();
      return never && once;
    }

    private boolean keeps(Limit limit) {
      double value =
          switch (limit.what()) {
            case "time" -> nanos;
            case "mem" -> bytes;
            case "ratio" -> ratio;
            default -> error;
          };
      // What is unknown keeps nothing.
      return value <= limit.most();
    }
  }

  /**
   * The one to take.
   *
   * @param at its place; -1 when there is none
   * @param words how far it is from the best in each
   */
  record Choice(int at, String words) {}

  private static boolean sameProblem(Point a, Point b) {
    return a.dims().equals(b.dims()) && a.mask().equals(b.mask());
  }

  /** {@return the places of those that no other beats} */
  static List<Integer> of(List<Point> points, List<Candidate> all) {
    List<Integer> best = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      boolean beaten = !all.get(i).ran();
      for (int j = 0; j < all.size() && !beaten; j++) {
        beaten =
            all.get(j).ran()
                && sameProblem(points.get(i), points.get(j))
                && all.get(j).beats(all.get(i));
      }
      if (!beaten) {
        best.add(i);
      }
    }
    return best;
  }

  /**
   * {@return the one to take} Of those that keep the budget: the largest problem, then the fastest.
   * Without a budget: the largest problem, then the one whose worst distance from the best in time,
   * memory and error is least, where twice the time, twice the memory and ten times the error count
   * alike.
   */
  static Choice choose(
      List<Point> points, List<Candidate> all, List<Integer> best, List<Limit> budget) {
    List<Integer> fit =
        best.stream()
            .filter(i -> budget.stream().allMatch(limit -> all.get(i).keeps(limit)))
            .toList();
    double largest = fit.stream().mapToDouble(i -> size(points.get(i))).max().orElse(0);
    List<Integer> rest = fit.stream().filter(i -> size(points.get(i)) == largest).toList();
    if (rest.isEmpty()) {
      return new Choice(-1, "");
    }
    double time = least(all, rest, Candidate::nanos);
    double memory = least(all, rest, Candidate::bytes);
    double error = least(all, rest, c -> c.known() > 0 ? c.known() : Double.POSITIVE_INFINITY);
    int chosen = -1;
    double nearest = Double.POSITIVE_INFINITY;
    for (int i : rest) {
      Candidate c = all.get(i);
      double far = c.nanos();
      if (budget.isEmpty()) {
        double worse = c.known() > 0 ? Math.log10(c.known() / error) : 0;
        far = Math.max(log2(c.nanos() / time), log2(c.bytes() / memory));
        far = Math.max(far, worse);
      }
      if (far < nearest) {
        nearest = far;
        chosen = i;
      }
    }
    Candidate c = all.get(chosen);
    return new Choice(
        chosen,
        String.format(
            Locale.ROOT,
            ": %.2f times the least time, %.2f times the least memory%s",
            c.nanos() / time,
            c.bytes() / memory,
            c.known() > 0
                ? String.format(Locale.ROOT, ", %.3g times the least error", c.known() / error)
                : ""));
  }

  private static double log2(double ratio) {
    return ratio > 0 ? Math.log(ratio) / Math.log(2) : 0;
  }

  private static double size(Point point) {
    Dims d = point.dims();
    return (double) d.b() * d.hq() * d.tq() * d.tk() * (d.d() + d.dv());
  }

  private static double least(
      List<Candidate> all, List<Integer> places, ToDoubleFunction<Candidate> what) {
    return places.stream().mapToDouble(i -> what.applyAsDouble(all.get(i))).min().orElse(1);
  }
}
