package lazuli.array.backend;

import lazuli.array.profile.Refusal;

/** A backend's answer for one kernel: it offers it, or refuses with the reason. */
public sealed interface Candidate {
  /** {@return the kernel's name} */
  String name();

  /**
   * The kernel can run.
   *
   * @param kernel ready to launch
   * @param why why it is a good choice here, one sentence without a full stop
   * @param cost the backend's estimate in nanoseconds; the smallest wins
   */
  record Offer(Kernel kernel, String why, double cost) implements Candidate {
    @Override
    public String name() {
      return kernel.name();
    }
  }

  /**
   * The kernel cannot run.
   *
   * @param refusal the kernel and the reason
   */
  record Refused(Refusal refusal) implements Candidate {
    @Override
    public String name() {
      return refusal.kernel();
    }
  }
}
