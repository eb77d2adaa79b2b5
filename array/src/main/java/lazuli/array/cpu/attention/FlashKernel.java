package lazuli.array.cpu.attention;

import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Workers;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;

/**
 * Attention by tiles with an online softmax (Dao et al., FlashAttention, 2022): scores are never
 * written out. Blocks of 64 queries, tiles of up to 256 keys; blocks that share keys are taken
 * together, so that a tile of keys and values is converted and packed once for all of them.
 */
record FlashKernel(Geometry geometry, List<Dispatch.Cast> casts, Work work, String rounding)
    implements Kernel {
  @Override
  public String name() {
    return "flash";
  }

  @Override
  public String details() {
    return FlashTask.QUERIES + "x" + FlashTask.tileKeys(geometry) + " tiles" + rounding;
  }

  @Override
  public void launch(List<View> inputs, View output) {
    if (output.shape().size() == 0) {
      return;
    }
    FlashPlan plan = FlashPlan.of(geometry, inputs, output, Workers.threads());
    long nanos = (long) (work.executed() / 50);
    Workers.run(plan.tasks(), nanos, task -> FlashTask.run(plan, task));
  }
}
