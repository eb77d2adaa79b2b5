package lazuli.install.bench;

import java.util.ArrayList;
import java.util.List;

/** Figures of one thing, measured again and again. */
final class Samples {
  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  boolean empty() {
    return values.isEmpty();
  }

  /** {@return the value that a share of all is not above; NaN without samples} */
  double quantile(double share) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    double at = share * (sorted.size() - 1);
    int below = (int) Math.floor(at);
    int above = (int) Math.ceil(at);
    return sorted.get(below) + (at - below) * (sorted.get(above) - sorted.get(below));
  }

  double median() {
    return quantile(0.5);
  }

  /** {@return the median of the last so many over that of the first so many} */
  double growth(int count) {
    return of(values.subList(values.size() - count, values.size())).median()
        / of(values.subList(0, count)).median();
  }

  private static Samples of(List<Double> some) {
    var samples = new Samples();
    some.forEach(samples::add);
    return samples;
  }
}
