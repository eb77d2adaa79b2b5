package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.attention.AttentionOption;
import lazuli.array.attention.Tile;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Explanation;
import lazuli.array.profile.Refusal;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * One way to compute one attention, planned but not run.
 *
 * @param name what sets it apart
 * @param setting its operands
 * @param kernel the forced kernel, or empty
 * @param tile the forced tile, or null
 * @param steps what evaluating it will do; empty when it is refused
 * @param refusal why it cannot run; empty when it can
 */
record Variant(
    String name,
    Setting setting,
    String kernel,
    @Nullable Tile tile,
    List<Explanation.Row> steps,
    String refusal) {
  private static final List<String> TILED = List.of("flash", "split");

  static Variant of(String name, Setting setting, String kernel) {
    return of(name, setting, kernel, null);
  }

  static Variant of(String name, Setting setting, String kernel, @Nullable Tile tile) {
    try {
      Explanation plan = Lazuli.explain(setting.attend(kernel, options(tile)));
      Variant variant = new Variant(name, setting, kernel, tile, plan.steps(), "");
      return tile == null || TILED.contains(variant.dispatch().kernel())
          ? variant
          : new Variant(name, setting, kernel, tile, List.of(), variant.untiled(tile));
    } catch (ArrayException refused) {
      return new Variant(name, setting, kernel, tile, List.of(), oneLine(refused));
    }
  }

  /** Why no kernel with tiles runs, so that a time would be that of something else. */
  private String untiled(Tile asked) {
    List<String> reasons = new ArrayList<>();
    for (Refusal refusal : dispatch().refusals()) {
      if (TILED.contains(refusal.kernel())) {
        reasons.add(refusal.kernel() + ": " + refusal.reason().text());
      }
    }
    return "no kernel takes tile " + asked + " here: " + String.join("; ", reasons);
  }

  private static AttentionOption[] options(@Nullable Tile tile) {
    return tile == null
        ? new AttentionOption[0]
        : new AttentionOption[] {new AttentionOption.Tiles(tile)};
  }

  static String oneLine(ArrayException refused) {
    return refused.given() + "; accepted: " + refused.accepted() + "; " + refused.fix();
  }

  /** {@return the decision of the plan} */
  Dispatch dispatch() {
    for (Explanation.Row step : steps.reversed()) {
      if (step.dispatch().op().equals("sdpa")) {
        return step.dispatch();
      }
    }
    throw new IllegalStateException("no step computes sdpa in " + steps);
  }

  /** {@return the type of the result} */
  DType dtype() {
    return steps.isEmpty() ? DType.F32 : steps.getLast().dtype();
  }

  /** {@return every conversion: those inside the kernel and those written out} */
  List<String> casts() {
    List<String> casts = new ArrayList<>();
    for (Explanation.Row step : steps) {
      if (step.origin().startsWith("promotion")) {
        casts.add(step.origin());
      }
    }
    if (!steps.isEmpty()) {
      for (Dispatch.Cast cast : dispatch().casts()) {
        casts.add(
            cast.operand() + " " + cast.from() + "->" + cast.to() + " (" + cast.where() + ")");
      }
    }
    return casts;
  }

  /** {@return the attention, built anew and not computed} */
  Array build() {
    return setting.attend(kernel, options(tile));
  }
}
