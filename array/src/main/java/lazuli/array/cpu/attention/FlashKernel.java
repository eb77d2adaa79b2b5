package lazuli.array.cpu.attention;

import java.util.List;
import lazuli.array.attention.Tile;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Workers;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.Bf16Product;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;
import org.jspecify.annotations.Nullable;

/**
 * Attention by tiles with an online softmax (Dao et al., FlashAttention, 2022): scores are never
 * written out. Blocks of 64 queries, tiles of up to 256 keys; blocks that share keys are taken
 * together, so that a tile of keys and values is converted and packed once for all of them. On bf16
 * operands both products may go through machine code.
 */
record FlashKernel(
    Geometry geometry,
    Rules rules,
    List<Dispatch.Cast> casts,
    Work work,
    String rounding,
    @Nullable Bf16Code code,
    Tiling tiling)
    implements Kernel {
  @Override
  public String name() {
    return "flash";
  }

  @Override
  public String details() {
    Tile tile = tiling.tile();
    return (tile == null ? FlashTask.QUERIES : tile.queries())
        + "x"
        + tiling.keys(FlashTask.tileKeys(geometry))
        + " tiles"
        + tiling.source()
        + products()
        + rounding;
  }

  private String products() {
    if (code == null) {
      return "";
    }
    int band = FlashPlan.bandKeys(geometry, rules, tiling);
    String bands = band == 0 ? "" : ", bands of at most " + band + " keys at once";
    return bands + ", bf16 products by " + code.name();
  }

  @Override
  public void launch(List<View> inputs, View output) {
    if (output.shape().size() == 0) {
      return;
    }
    FlashPlan plan = FlashPlan.of(geometry, rules, inputs, output, Workers.threads(), tiling);
    long nanos = (long) (work.executed() / 50);
    // Machine code works on whole panels of keys; a traced run may ask for smaller tiles.
    if (code == null || plan.tileKeys() % Bf16Product.COLUMNS != 0) {
      Workers.run(plan.tasks(), nanos, task -> FlashTask.run(plan, task));
    } else {
      Workers.run(plan.tasks(), nanos, task -> Bf16Task.run(plan, code, task));
    }
  }
}
