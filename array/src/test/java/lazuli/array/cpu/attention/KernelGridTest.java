package lazuli.array.cpu.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lazuli.array.cpu.attention.AttentionCase.MaskKind;
import lazuli.array.cpu.attention.AttentionCase.Sizes;
import lazuli.array.cpu.attention.KernelRun.Layout;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The CPU kernels against float64 loops, on every shape, dtype, mask and memory layout. */
class KernelGridTest {
  private static final DType[] TYPES = {DType.F32, DType.F16, DType.BF16};

  @Test
  void theGridHasAtLeastTwoHundredShapes() {
    List<Sizes> shapes = AttentionGrid.shapes();
    assertTrue(shapes.size() >= 200, "shapes: " + shapes.size());
    assertEquals(shapes.size(), shapes.stream().distinct().count(), "a shape repeats");
  }

  static Stream<Sizes> shapes() {
    return AttentionGrid.shapes().stream();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void kernelsAgreeWithFloat64(Sizes sizes) {
    List<String> wrong = new ArrayList<>();
    for (DType dtype : TYPES) {
      for (MaskKind kind : MaskKind.values()) {
        long seed = 31L * sizes.hashCode() + 7 * kind.ordinal() + dtype.ordinal();
        AttentionCase c = AttentionCase.random(sizes, dtype, kind, seed);
        Layout layout = Layout.values()[(int) Math.floorMod(seed, Layout.values().length)];
        double[] expected = c.expected();
        check(wrong, "flash", c, layout, seed, expected, KernelRun.flash(c, layout));
        if (sizes.queries() <= SplitPlan.MOST_QUERIES) {
          check(wrong, "split", c, layout, seed, expected, KernelRun.split(c, layout));
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  private static void check(
      List<String> wrong,
      String kernel,
      AttentionCase c,
      Layout layout,
      long seed,
      double[] expected,
      double[] actual) {
    String worst = Tolerance.worst(c.dtype(), expected, actual);
    if (!worst.isEmpty()) {
      wrong.add(kernel + " " + c + " " + layout + " seed " + seed + ": " + worst);
    }
  }
}
