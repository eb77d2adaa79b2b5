package lazuli.install.bench;

import java.util.Locale;

/**
 * One line of the table.
 *
 * @param what was measured
 * @param ours our figure, with its unit
 * @param peer the peer's, or why there is none
 * @param compared what the goal is about: a ratio, or our figure
 * @param goal what is promised
 * @param met whether it holds
 */
record Row(String what, String ours, String peer, String compared, String goal, Met met) {
  /** Whether a goal holds. */
  enum Met {
    YES("met"),
    NO("MISSED"),
    UNKNOWN("no peer");

    private final String word;

    Met(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** A goal relative to the peer. */
  static Row ratio(String what, String unit, double ours, double peer, double most) {
    double ratio = ours / peer;
    return new Row(
        what,
        number(ours) + " " + unit,
        Double.isNaN(peer) ? "-" : number(peer) + " " + unit,
        Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", ratio),
        String.format(Locale.ROOT, "at most %.1f of the peer", most),
        Double.isNaN(ratio) ? Met.UNKNOWN : ratio <= most ? Met.YES : Met.NO);
  }

  /** A goal of our own; the peer's figure stands beside it. */
  static Row most(String what, String unit, double ours, double peer, double most) {
    double ratio = ours / peer;
    return new Row(
        what,
        number(ours) + " " + unit,
        Double.isNaN(peer) ? "-" : number(peer) + " " + unit,
        Double.isNaN(ratio) || Double.isInfinite(ratio)
            ? "-"
            : String.format(Locale.ROOT, "%.2f", ratio),
        "at most " + number(most) + " " + unit,
        ours <= most ? Met.YES : Met.NO);
  }

  static String number(double value) {
    if (value == 0) {
      return "0";
    }
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.0f", value);
  }

  /** {@return this row with another text for the peer} */
  Row peer(String text) {
    return new Row(what, ours, text, compared, goal, met);
  }
}
