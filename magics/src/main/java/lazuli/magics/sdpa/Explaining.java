package lazuli.magics.sdpa;

import java.util.List;
import lazuli.magics.measure.Roofs;
import lazuli.magics.report.Report;
import lazuli.magics.report.Result;

/** {@code %sdpa explain}: the decision about one attention, without running it. */
final class Explaining implements Action {
  @Override
  public String name() {
    return "explain";
  }

  @Override
  public Result run(Use use) {
    List<Variant> variants = Variants.of(use);
    if (use.options().grid.dryRun) {
      return DryRun.of(variants, use);
    }
    Variant variant = variants.getFirst();
    Report report = Explain.of(variant, use.limits(), use.seed());
    return use.options().timing.roofline
        ? Roofs.over(
            report,
            use.limits(),
            List.of(
                new Roofs.Placed(
                    variant.dispatch().kernel(),
                    variant.dispatch().work(),
                    variant.dtype(),
                    Double.NaN)))
        : report;
  }
}
