package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What makes an experiment say less than it seems to: found before anyone believes it. */
final class Guards {
  private Guards() {}

  /**
   * {@return warnings about a grid}
   *
   * @param points all of it
   * @param done those that are finished
   * @param kernels which kernel ran each finished point; empty for those that did not run
   * @param launches how many were bound by launching
   */
  static List<String> of(
      List<Point> points, Collection<Point> done, Map<Point, String> kernels, int launches) {
    List<String> warnings = new ArrayList<>();
    Map<List<Object>, Point> seen = new LinkedHashMap<>();
    for (Point point : done) {
      String kernel = kernels.getOrDefault(point, "");
      List<Object> what =
          List.of(point.dims(), point.types(), point.mask(), point.cache(), point.tile(), kernel);
      Point before = kernel.isEmpty() ? null : seen.putIfAbsent(what, point);
      if (before != null) {
        warnings.add(
            "guard: '"
                + point.name()
                + "' and '"
                + before.name()
                + "' ran the same kernel ("
                + kernel
                + ") on the same operands: any difference is noise");
      }
    }
    if (launches > 0) {
      warnings.add(
          "guard: "
              + launches
              + (launches == 1 ? " row is" : " rows are")
              + " launch-bound: they compare the cost of a call, not of attention");
    }
    if (points.stream()
        .anyMatch(
            p -> p.mask().contains("causal") && !p.decode() && p.dims().tq() != p.dims().tk())) {
      warnings.add(
          "guard: causal with Tq other than Tk is aligned to the last key here; PyTorch's is_causal"
              + " aligns to the first, so that one query would see one key");
    }
    return warnings;
  }
}
