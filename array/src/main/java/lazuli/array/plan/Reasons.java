package lazuli.array.plan;

import java.util.Locale;
import java.util.function.Supplier;
import lazuli.array.profile.Refusal.Reason;
import org.jspecify.annotations.Nullable;

/** Why the plan passed over a kernel that could have run. */
sealed interface Reasons extends Reason {
  /**
   * Another kernel is estimated to be faster.
   *
   * @param nanos this kernel's estimate
   * @param chosen the chosen kernel's
   */
  record Slower(double nanos, double chosen) implements Reasons {
    @Override
    public String code() {
      return "SLOWER";
    }

    @Override
    public String text() {
      return "estimated at " + time(nanos) + ", the chosen kernel at " + time(chosen);
    }

    private static String time(double nanos) {
      String[] units = {"ns", "us", "ms", "s"};
      double value = nanos;
      int unit = 0;
      while (value >= 999.5 && unit < units.length - 1) {
        value /= 1000;
        unit++;
      }
      return String.format(Locale.ROOT, value < 99.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }

    @Override
    public double slower() {
      return nanos / chosen;
    }
  }

  /**
   * The definition written out, while a kernel does it in one step.
   *
   * <p>Who reads the reason pays for the plan that it takes to know it: most choices are never
   * looked at.
   */
  final class Unfused implements Reasons {
    private final Supplier<Steps> plan;
    private volatile @Nullable Steps known;

    Unfused(Supplier<Steps> plan) {
      this.plan = plan;
    }

    private Steps steps() {
      Steps now = known;
      if (now == null) {
        now = plan.get();
        known = now;
      }
      return now;
    }

    @Override
    public String code() {
      return "UNFUSED";
    }

    @Override
    public String text() {
      Steps of = steps();
      return "takes " + of.count() + " steps and writes " + of.bytes() + " bytes of intermediates";
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Unfused u && steps().equals(u.steps());
    }

    @Override
    public int hashCode() {
      return steps().hashCode();
    }
  }

  /**
   * What a definition costs.
   *
   * @param count how many steps it takes
   * @param bytes what they write besides the result
   */
  record Steps(int count, long bytes) {}

  /** The float64 interpreter is for checking. */
  record OnRequest() implements Reasons {
    @Override
    public String code() {
      return "ON_REQUEST";
    }

    @Override
    public String text() {
      return "the float64 interpreter checks results and runs only when forced by name";
    }
  }

  /**
   * The user forced another kernel.
   *
   * @param kernel the forced one
   */
  record Forced(String kernel) implements Reasons {
    @Override
    public String code() {
      return "FORCED_OTHER";
    }

    @Override
    public String text() {
      return "the user forced " + kernel;
    }
  }
}
