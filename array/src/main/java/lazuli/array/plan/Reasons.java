package lazuli.array.plan;

import java.util.Locale;
import lazuli.array.profile.Refusal.Reason;

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
      return String.format(
          Locale.ROOT,
          "estimated at %.3g us, the chosen kernel at %.3g us",
          nanos / 1e3,
          chosen / 1e3);
    }
  }

  /**
   * The definition written out, while a kernel does it in one step.
   *
   * @param steps how many steps it takes
   * @param bytes what they write besides the result
   */
  record Unfused(int steps, long bytes) implements Reasons {
    @Override
    public String code() {
      return "UNFUSED";
    }

    @Override
    public String text() {
      return "takes " + steps + " steps and writes " + bytes + " bytes of intermediates";
    }
  }

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
