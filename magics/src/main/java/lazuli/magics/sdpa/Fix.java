package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import lazuli.array.Array;
import lazuli.array.profile.Peaks;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/** What would make an attention faster, weighed before it is advised. */
final class Fix {
  /** A gain below this is none: the model knows no better. */
  private static final double WORTH = 1.05;

  /** Larger operands are not converted to look at a plan. */
  private static final double MOST_BYTES = 1 << 28;

  private Fix() {}

  /** Other types, and what changing to them would give. */
  private record Change(String text, String kernel, double gain, boolean sameResult) {}

  /** {@return the advice, in one line} */
  static String of(Variant now, @Nullable Peaks peaks) {
    List<Change> changes = changes(now, peaks);
    Change best = null;
    Change own = null;
    for (Change change : changes) {
      best = best == null || change.gain() > best.gain() ? change : best;
      own = change.sameResult() ? change : own;
    }
    boolean naive = now.dispatch().kernel().equals("naive") && now.kernel().isEmpty();
    String unfused = naive ? "; a reason above names what keeps the fused kernels away" : "";
    if (best != null && Model.interpreted(now) && !best.kernel().isEmpty()) {
      return best.text()
          + " -> "
          + best.kernel()
          + (best.sameResult() ? "" : ", the result has that type then")
          + "; the interpreter fits no model, %sdpa compare measures";
    }
    if (best == null || Double.isNaN(best.gain())) {
      String mixed = own == null ? "" : own.text() + " ahead of repeated calls saves conversions";
      return mixed.isEmpty() && unfused.isEmpty()
          ? "nothing to fix"
          : mixed.isEmpty() ? unfused.substring(2) : mixed + unfused;
    }
    if (best.gain() < WORTH) {
      return "nothing to fix: "
          + best.text()
          + " ahead of the call would give est. "
          + Model.text(best.gain())
          + " (model)"
          + unfused;
    }
    return best.text()
        + " -> "
        + best.kernel()
        + ", est. "
        + Model.text(best.gain())
        + " (model)"
        + (best.sameResult() ? "" : "; the result has that type then")
        + unfused;
  }

  private static List<Change> changes(Variant now, @Nullable Peaks peaks) {
    Setting s = now.setting();
    DType result = now.dtype();
    List<Array> operands = List.of(s.q(), s.k(), s.v());
    Set<DType> types = new LinkedHashSet<>();
    operands.forEach(array -> types.add(array.dtype()));
    if (types.size() == 1) {
      types.clear();
    } else {
      types.add(result);
    }
    if (result == DType.F64) {
      types.add(DType.F32);
    }
    List<Change> changes = new ArrayList<>();
    for (DType type : types) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < operands.size(); i++) {
        if (operands.get(i).dtype() != type) {
          texts.add("qkv".charAt(i) + ".astype(" + type.name() + ")");
        }
      }
      // Codes of a cache have a type of their own.
      if (s.cache() == null) {
        changes.add(change(now, type, String.join(", ", texts), peaks));
      }
    }
    return changes;
  }

  private static Change change(Variant now, DType type, String text, @Nullable Peaks peaks) {
    boolean same = type == now.dtype();
    if (peaks == null || now.setting().bytes() > MOST_BYTES) {
      return new Change(text, "", Double.NaN, same);
    }
    Setting changed = now.setting().as(new Types(type, type, type, null)).evaluated();
    Variant then = Variant.of("", changed, now.kernel(), now.tile());
    return then.refusal().isEmpty()
        ? new Change(text, then.dispatch().kernel(), Model.ratio(now, then, peaks), same)
        : new Change(text, "", Double.NaN, same);
  }
}
