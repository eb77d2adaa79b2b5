package lazuli.magics.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.profile.EvaluationPoints;
import lazuli.array.profile.EvaluationPoints.Point;
import lazuli.magics.report.Report;

/** Where the profiled code computed values although no line asked for it. */
final class Implicit {
  /** Places that are named; more are counted. */
  private static final int MOST = 5;

  private final Map<Point, Long> before = new HashMap<>();

  /** Notes the points so far. */
  Implicit() {
    for (Point point : EvaluationPoints.points()) {
      before.put(place(point), point.count());
    }
  }

  private static Point place(Point point) {
    return new Point(point.cause(), point.place(), 0);
  }

  /** {@return the report, with a note of the points since this was made, if there were any} */
  Report noted(Report report) {
    List<String> places = new ArrayList<>();
    long all = 0;
    for (Point point : EvaluationPoints.points()) {
      long count = point.count() - before.getOrDefault(place(point), 0L);
      if (count > 0) {
        all += count;
        places.add(
            point.cause().label()
                + (point.place().isEmpty() ? "" : " at " + point.place())
                + (count == 1 ? "" : ", " + count + " times"));
      }
    }
    if (places.isEmpty()) {
      return report;
    }
    int more = places.size() - MOST;
    return report.withNote(
        "computed without eval: "
            + String.join("; ", places.subList(0, Math.min(MOST, places.size())))
            + (more > 0 ? "; at " + more + " more places" : "")
            + (all > 1 ? " (each ends a graph that could have been fused)" : ""));
  }
}
