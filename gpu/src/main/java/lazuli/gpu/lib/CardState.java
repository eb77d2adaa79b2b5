package lazuli.gpu.lib;

import java.util.List;
import java.util.Locale;

/** Tells how fast a card runs at the moment, and what holds it back. */
public interface CardState {
  /**
   * One look at a card.
   *
   * @param clock of the multiprocessors, in MHz
   * @param memory clock of the memory, in MHz
   * @param watts power drawn
   * @param celsius temperature
   * @param limits what keeps the clock down; empty for nothing
   */
  record Reading(int clock, int memory, double watts, int celsius, List<String> limits) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d MHz, memory %d MHz, %.0f W, %d C, %s",
          clock,
          memory,
          watts,
          celsius,
          limits.isEmpty() ? "nothing holds it back" : "held back by " + String.join(", ", limits));
    }
  }

  /** {@return a line about the card's state, or why it is not known} */
  String text();
}
