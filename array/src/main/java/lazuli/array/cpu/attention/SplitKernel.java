package lazuli.array.cpu.attention;

import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Workers;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;

/**
 * Attention of few queries: keys and values are read once for all query rows of a group, in splits
 * of the key axis that are joined by log-sum-exp (Flash-Decoding, Dao et al., 2023).
 */
record SplitKernel(
    Geometry geometry,
    Rules rules,
    List<Dispatch.Cast> casts,
    Work work,
    String rounding,
    long nanos,
    Tiling tiling)
    implements Kernel {
  @Override
  public String name() {
    return "split";
  }

  @Override
  public String details() {
    int per = keysPerSplit();
    int splits = Math.max(1, FlashPlan.ceil(geometry.keys(), per));
    String text = splits == 1 ? "1 split" : splits + " splits of " + per + " keys";
    return text + tiling.source() + rounding;
  }

  private int keysPerSplit() {
    return tiling.keys(SplitPlan.keysPerSplit(geometry));
  }

  @Override
  public void launch(List<View> inputs, View output) {
    if (output.shape().size() == 0) {
      return;
    }
    if (geometry.keys() == 0) {
      // Nothing to split: tiles write what a query without keys gives.
      FlashPlan plan = FlashPlan.of(geometry, rules, inputs, output, 1);
      Workers.run(plan.tasks(), nanos, task -> FlashTask.run(plan, task));
      return;
    }
    SplitPlan plan = SplitPlan.of(geometry, rules, inputs, output, keysPerSplit());
    Workers.run(plan.tasks(), nanos, task -> SplitTask.run(plan, task));
    if (plan.splits() > 1) {
      int heads = geometry.batch() * geometry.keyHeads();
      long merge = (long) heads * plan.splits() * geometry.rows() * SplitPlan.width(geometry) / 8;
      Workers.run(heads, merge, head -> SplitTask.merge(plan, head));
    }
  }
}
