package lazuli.magics.sdpa;

import java.util.List;
import lazuli.magics.report.Report;

/** {@code %sdpa explain}: the decision about one attention, without running it. */
final class Explaining implements Action {
  @Override
  public String name() {
    return "explain";
  }

  @Override
  public Report run(Use use) {
    List<Variant> variants = Variants.of(use);
    return use.options().grid.dryRun
        ? DryRun.of(variants, use)
        : Explain.of(variants.getFirst(), use.limits(), use.seed());
  }
}
