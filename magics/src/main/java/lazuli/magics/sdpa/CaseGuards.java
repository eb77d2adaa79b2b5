package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import lazuli.array.profile.Refusal;
import lazuli.magics.measure.Quantity;

/**
 * What went wrong in a published case study of attention, found by looking: a cache that grew while
 * it was timed, quantisation that changed nothing, score changes that ran unfused, rows that were
 * the same measurement, sizes that time the launch, and a causal mask aligned to the wrong end.
 */
final class CaseGuards {
  private CaseGuards() {}

  /** {@return a line for each thing found; empty when there is none} */
  static List<String> of(List<Evidence> all) {
    List<String> found = new ArrayList<>();
    for (Evidence e : all) {
      add(found, growing(e));
      add(found, nothing(e));
      add(found, unfused(e));
    }
    found.addAll(duplicates(all));
    add(found, launches(all));
    add(found, alignment(all));
    return found;
  }

  private static void add(List<String> found, String text) {
    if (!text.isEmpty()) {
      found.add("guard: " + text);
    }
  }

  /** A call that changes its own input has no one time. */
  static String growing(Evidence e) {
    return e.before() == e.after()
        ? ""
        : "growing state: '"
            + e.line().name()
            + "' held "
            + e.before()
            + " keys before its timed calls and "
            + e.after()
            + " after them; its median belongs to no length";
  }

  /** A quantised copy that is no smaller was not quantised. */
  static String nothing(Evidence e) {
    double plain = e.line().plainBytes();
    return plain == 0 || e.line().bytes() < plain
        ? ""
        : "nothing to quantise: '"
            + e.line().name()
            + "' keeps "
            + Quantity.bytes(e.line().bytes())
            + " where the plain cache keeps "
            + Quantity.bytes(plain)
            + "; any difference is noise";
  }

  /** An unfused kernel writes every score: the experiment is about something else. */
  static String unfused(Evidence e) {
    String kernel = e.dispatch().kernel();
    if (List.of("flash", "split", "paged", "cudnn").contains(kernel)) {
      return "";
    }
    List<String> reasons = new ArrayList<>();
    for (Refusal refusal : e.dispatch().refusals()) {
      if (List.of("flash", "split").contains(refusal.kernel())) {
        reasons.add(refusal.kernel() + ": " + refusal.reason().text());
      }
    }
    return "unfused: '"
        + e.line().name()
        + "' ran "
        + kernel
        + ", which is no fused kernel"
        + (reasons.isEmpty() ? "" : " (" + String.join("; ", reasons) + ")");
  }

  /** Two rows with the same samples are one measurement, written down twice. */
  static List<String> duplicates(List<Evidence> all) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < i; j++) {
        double[] a = all.get(j).timing().samples();
        double[] b = all.get(i).timing().samples();
        if (a.length > 1 && Arrays.equals(a, b)) {
          found.add(
              "guard: duplicated rows: '"
                  + all.get(j).line().name()
                  + "' and '"
                  + all.get(i).line().name()
                  + "' have the same samples: one measurement, shown twice");
        }
      }
    }
    return found;
  }

  private static String launches(List<Evidence> all) {
    List<String> names =
        all.stream().filter(e -> !e.launch().isEmpty()).map(e -> e.line().name()).toList();
    return names.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            "launch-bound: %s: %s the cost of a call, not of attention; larger sizes would tell",
            String.join(", ", names),
            names.size() == 1 ? "it times" : "they time");
  }

  private static String alignment(List<Evidence> all) {
    List<String> names =
        all.stream()
            .filter(e -> e.line().mask().contains("causal"))
            .filter(e -> e.line().dims().tq() != e.line().dims().tk())
            .map(e -> e.line().name())
            .toList();
    return names.isEmpty()
        ? ""
        : "alignment: "
            + String.join(", ", names)
            + ": with Tq other than Tk, causal() lets the last query see the last key; PyTorch's"
            + " is_causal aligns to the first key, so that one query would see one key";
  }
}
