package lazuli.magics.measure;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.magics.picture.Illustrated;
import lazuli.magics.picture.RooflineChart;
import lazuli.magics.report.Report;
import lazuli.magics.report.Result;

/** Measured work under the roofs of this machine. */
public final class Roofs {
  /** What is said where no roof is known. */
  public static final String UNKNOWN =
      "no roofline: limits are unknown here; %device --peaks measures the processor's";

  private Roofs() {}

  /**
   * Something to place.
   *
   * @param name what it is
   * @param work of one run
   * @param dtype what it was computed in
   * @param nanos its time; NaN when nothing was measured
   */
  public record Placed(String name, Work work, DType dtype, double nanos) {}

  /**
   * {@return the report with its roofline, or with a line that says why there is none}
   *
   * @param report the table
   * @param limits of the machine
   * @param placed what to place, in the order of the table
   */
  public static Result over(Report report, Limits limits, List<Placed> placed) {
    Peaks peaks = limits.peaks();
    return peaks == null ? report.withNote(UNKNOWN) : new Illustrated(report, chart(peaks, placed));
  }

  /**
   * {@return the roofline}
   *
   * @param peaks of the machine
   * @param placed what to place
   */
  public static RooflineChart chart(Peaks peaks, List<Placed> placed) {
    List<RooflineChart.Ceiling> ceilings = new ArrayList<>();
    ceiling(ceilings, placed, "f64", peaks.f64(), t -> t == DType.F64);
    ceiling(ceilings, placed, "f32", peaks.f32(), t -> t != DType.F64 && !t.isHalf());
    ceiling(ceilings, placed, "bf16, f16", peaks.half(), DType::isHalf);
    List<RooflineChart.Point> points = new ArrayList<>();
    for (Placed p : placed) {
      boolean known = p.nanos() > 0;
      Work work = p.work();
      Peaks.OfLimit of = peaks.ofLimit(work, p.dtype(), known ? p.nanos() : 0);
      points.add(
          new RooflineChart.Point(
              p.name(),
              work.bytes() == 0 ? Double.NaN : work.flops() / work.bytes(),
              known ? work.flops() / p.nanos() * 1e9 : Double.NaN,
              of.limitNanos() == 0 ? 0 : work.flops() / of.limitNanos() * 1e9,
              known ? Limits.share(of).text() : word(of.bound()),
              of.bound() == Peaks.Bound.LAUNCH));
    }
    return new RooflineChart(
        "roofline",
        ceilings,
        List.of(
            new RooflineChart.Slope("cache", peaks.cache()),
            new RooflineChart.Slope("memory", peaks.bandwidth())),
        points);
  }

  private static String word(Peaks.Bound bound) {
    return switch (bound) {
      case COMPUTE -> "compute";
      case MEMORY -> "memory";
      case LAUNCH -> "launching";
    };
  }

  private static void ceiling(
      List<RooflineChart.Ceiling> ceilings,
      List<Placed> placed,
      String name,
      double rate,
      java.util.function.Predicate<DType> used) {
    if (placed.stream().map(Placed::dtype).anyMatch(used)) {
      ceilings.add(new RooflineChart.Ceiling(name, rate));
    }
  }
}
