package lazuli.magics.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.magics.measure.Roofs.Placed;
import lazuli.magics.picture.RooflineChart;
import org.junit.jupiter.api.Test;

/** Rooflines: what is said, and that a point's place in the picture is what is said. */
class RoofsTest {
  /** f32 100 GFLOP/s, f64 50, half types 200; memory 10 GB/s, cache 40; 10 us to start. */
  private static final Peaks PEAKS =
      new Peaks(Device.CPU, "Test", 2, 1e11, 5e10, 2e11, 1e10, 4e10, 10_000, Instant.EPOCH);

  private static RooflineChart chart(Placed... placed) {
    return Roofs.chart(PEAKS, List.of(placed));
  }

  @Test
  void aPointSaysWhatItReachedOfWhichRoof() {
    // 100 FLOP/byte is right of the ridge (10): compute; 1 FLOP/byte is left of it: memory.
    RooflineChart chart =
        chart(
            new Placed("dense", Work.of(1e9, 1e7), DType.F32, 20e6),
            new Placed("thin", Work.of(1e8, 1e8), DType.F32, 40e6),
            new Placed("short", Work.of(1e4, 1e3), DType.F32, 20e3),
            new Placed("ahead", Work.of(1e9, 1e7), DType.F32, Double.NaN),
            new Placed("copy", Work.of(0, 1e9), DType.F32, 1e9));
    assertEquals(
        """
        roofline   roofs: f32 100 GFLOP/s, cache 40.0 GB/s, memory 10.0 GB/s
          dense: 100 FLOP/byte, 50.0 of 100 GFLOP/s, 50.0 % compute
          thin: 1.00 FLOP/byte, 2.50 of 10.0 GFLOP/s, 25.0 % mem
          short: 10.0 FLOP/byte, 0.500 of 100 GFLOP/s, 0.500 % launch
          ahead: 100 FLOP/byte, at most 100 GFLOP/s, bound by compute
          copy: no FLOPs or no bytes, so it has no place here""",
        chart.text());
    assertTrue(
        chart.alt().startsWith("roofline: FLOP per byte across, GFLOP/s upward; roofs: f32"));
    assertTrue(chart.alt().contains("; thin: 1.00 FLOP/byte, 2.50 of 10.0 GFLOP/s"), chart.alt());
  }

  @Test
  void onlyRoofsOfTypesInUseAreDrawn() {
    RooflineChart half = chart(new Placed("a", Work.of(1e9, 1e7), DType.BF16, 1e7));
    assertTrue(half.text().contains("bf16, f16 200 GFLOP/s"), half.text());
    assertFalse(half.text().contains("f32"), half.text());
    RooflineChart wide = chart(new Placed("a", Work.of(1e9, 1e7), DType.F64, 1e8));
    assertTrue(wide.text().contains("roofs: f64 50.0 GFLOP/s"), wide.text());
  }

  @Test
  void whatIsFasterThanMemoryIsSaidToLieInACache() {
    RooflineChart chart = chart(new Placed("a", Work.of(1e8, 1e8), DType.F32, 4e6));
    assertTrue(
        chart.text().contains("25.0 of 10.0 GFLOP/s, >100 % (cache-resident)"), chart.text());
  }

  private static List<int[]> circles(String svg) {
    List<int[]> found = new ArrayList<>();
    Matcher m = Pattern.compile("<circle cx=\"(\\d+)\" cy=\"(\\d+)\"").matcher(svg);
    while (m.find()) {
      found.add(new int[] {Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2))});
    }
    return found;
  }

  @Test
  void placesFollowTheNumbers() {
    RooflineChart chart =
        chart(
            new Placed("half", Work.of(1e9, 1e7), DType.F32, 20e6),
            new Placed("on the roof", Work.of(1e9, 1e7), DType.F32, 10e6),
            new Placed("its tenth", Work.of(1e9, 1e7), DType.F32, 100e6),
            new Placed("left", Work.of(1e8, 1e7), DType.F32, 1e6));
    String svg = chart.drawing().svg(chart.alt());
    List<int[]> at = circles(svg);
    assertEquals(4, at.size());
    assertEquals(at.get(0)[0], at.get(1)[0]);
    // A decade is as long upward between two points as the axis says, within a pixel.
    int decade = at.get(2)[1] - at.get(1)[1];
    assertEquals(Math.round(Math.log10(2) * decade), at.get(0)[1] - at.get(1)[1], 1);
    assertTrue(at.get(3)[0] < at.get(0)[0]);
    // The roof is drawn through the point that lies on it.
    int roof = at.get(1)[1];
    assertTrue(svg.contains("y1=\"" + roof + "\" x2=\""), svg);
    assertEquals('P', chart.png()[1]);
  }

  @Test
  void manyPointsAreNamedUpToALimit() {
    List<Placed> placed = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      placed.add(new Placed("p" + i, Work.of(1e9, 1e7), DType.F32, 1e7 * (i + 1)));
    }
    String svg = Roofs.chart(PEAKS, placed).svg();
    assertTrue(svg.contains(">    and 20 more, in the table</text>"), svg);
  }

  @Test
  void nothingToPlaceIsAPictureToo() {
    RooflineChart none = chart();
    assertEquals("roofline   roofs: cache 40.0 GB/s, memory 10.0 GB/s", none.text());
    assertEquals('P', none.png()[1]);
    RooflineChart copy = chart(new Placed("copy", Work.of(0, 1e9), DType.F32, 1e9));
    assertEquals('P', copy.png()[1]);
  }

  @Test
  void numbersOfPointsOnOneAnotherStandSideBySide() {
    Placed same = new Placed("a", Work.of(1e9, 1e7), DType.F32, 20e6);
    String svg = chart(same, same, same).svg();
    List<Integer> places = new ArrayList<>();
    Matcher m = Pattern.compile("<text x=\"(\\d+)\"[^>]*>([23])</text>").matcher(svg);
    while (m.find()) {
      places.add(Integer.parseInt(m.group(1)));
    }
    // The axes have no 2 and no 3: these are the second and the third point.
    assertEquals(2, places.size(), svg);
    assertTrue(places.get(1) >= places.get(0) + 6, svg);
  }
}
