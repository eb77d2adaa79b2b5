package lazuli.array.cpu.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import lazuli.array.cpu.attention.AttentionCase.MaskKind;
import lazuli.array.cpu.attention.AttentionCase.Sizes;
import lazuli.array.cpu.attention.KernelRun.Layout;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** MLX's long shapes: many tiles, many splits. */
@Tag("slow")
class LongGridTest {
  static Stream<Sizes> shapes() {
    return List.of(
        new Sizes(1, 32, 8, 1, 2000, 64, 64),
        new Sizes(1, 32, 32, 1, 4096, 128, 128),
        new Sizes(1, 8, 2, 1, 8192, 64, 64),
        new Sizes(1, 8, 2, 4, 8201, 64, 64),
        new Sizes(1, 1, 1, 1, 66048, 64, 64),
        new Sizes(1, 4, 2, 1024, 1024, 64, 64),
        new Sizes(1, 2, 1, 300, 4097, 80, 80))
        .stream();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void kernelsAgreeWithFloat64(Sizes sizes) {
    for (DType dtype : new DType[] {DType.F32, DType.F16, DType.BF16}) {
      for (MaskKind kind : MaskKind.values()) {
        AttentionCase c = AttentionCase.random(sizes, dtype, kind, 11 + kind.ordinal());
        double[] expected = c.expected();
        String flash = Tolerance.worst(dtype, expected, KernelRun.flash(c, Layout.DENSE));
        assertEquals("", flash, () -> "flash " + c);
        if (sizes.queries() <= SplitPlan.MOST_QUERIES) {
          String split = Tolerance.worst(dtype, expected, KernelRun.split(c, Layout.DENSE));
          assertEquals("", split, () -> "split " + c);
        }
      }
    }
  }
}
