package lazuli.array.cpu.attention;

import static lazuli.array.Lazuli.array;
import static lazuli.array.Lazuli.causal;
import static lazuli.array.Lazuli.causalTopLeft;
import static lazuli.array.Lazuli.kernel;
import static lazuli.array.Lazuli.mask;
import static lazuli.array.Lazuli.sdpa;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.attention.AttentionOption;
import lazuli.array.cpu.attention.AttentionCase.MaskKind;
import lazuli.array.cpu.attention.AttentionCase.Sizes;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every path of sdpa through the public surface: the same meaning, and flash the most exact. */
class PathGridTest {
  static Stream<Arguments> dtypesAndMasks() {
    return Stream.of(DType.F32, DType.F16, DType.BF16)
        .flatMap(dtype -> Stream.of(MaskKind.values()).map(kind -> Arguments.of(dtype, kind)));
  }

  @ParameterizedTest
  @MethodSource("dtypesAndMasks")
  void everyKernelAgreesAndFusedOnesAreNoLessExactThanNaive(DType dtype, MaskKind kind) {
    List<String> wrong = new ArrayList<>();
    double naiveSquares = 0;
    double flashSquares = 0;
    double splitSquares = 0;
    double naiveOfSplit = 0;
    for (Sizes sizes : AttentionGrid.shapes()) {
      long seed = 131L * sizes.hashCode() + 17 * kind.ordinal() + dtype.ordinal();
      AttentionCase c = AttentionCase.random(sizes, dtype, kind, seed);
      double[] expected = c.expected();
      double naive = run(wrong, c, "naive", seed, expected);
      double flash = run(wrong, c, "flash", seed, expected);
      run(wrong, c, "reference", seed, expected);
      naiveSquares += naive * naive;
      flashSquares += flash * flash;
      if (sizes.queries() <= SplitPlan.MOST_QUERIES) {
        double split = run(wrong, c, "split", seed, expected);
        splitSquares += split * split;
        naiveOfSplit += naive * naive;
      }
      // In f32 both are within rounding of each other, and a single small case may go either way.
      if (dtype.isHalf() && flash > naive) {
        wrong.add(c + " seed " + seed + ": RMS error flash " + flash + ", naive " + naive);
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(flashSquares <= naiveSquares, "flash " + flashSquares + " naive " + naiveSquares);
    assertTrue(splitSquares <= naiveOfSplit, "split " + splitSquares + " naive " + naiveOfSplit);
  }

  private static double run(
      List<String> wrong, AttentionCase c, String kernel, long seed, double[] expected) {
    Array result =
        sdpa(
            operand(c.q(), c.sizes().q(), c.dtype()),
            operand(c.k(), c.sizes().k(), c.dtype()),
            operand(c.v(), c.sizes().v(), c.dtype()),
            options(c, kernel));
    double[] actual = result.toDoubleArray();
    String where = kernel + " " + c + " seed " + seed + ": ";
    Dispatch dispatch = result.dispatch();
    if (dispatch == null || !dispatch.kernel().equals(kernel)) {
      wrong.add(where + "dispatch " + dispatch);
    }
    String worst = Tolerance.worst(c.dtype(), expected, actual);
    // The unfused form rounds its scores to a half type: MLX's bounds are for fused kernels.
    if (!worst.isEmpty() && !(kernel.equals("naive") && c.dtype().isHalf())) {
      wrong.add(where + worst);
    }
    return Tolerance.rms(expected, actual);
  }

  private static AttentionOption[] options(AttentionCase c, String kernel) {
    List<AttentionOption> options = new ArrayList<>();
    options.add(kernel(kernel));
    switch (c.kind()) {
      case CAUSAL, CAUSAL_AND_ADDITIVE -> options.add(causal());
      case CAUSAL_TOP_LEFT -> options.add(causalTopLeft());
      default -> {}
    }
    if (c.mask() != null) {
      options.add(mask(operand(c.mask(), c.maskShape(), c.maskType())));
    }
    return options.toArray(new AttentionOption[0]);
  }

  private static Array operand(double[] values, int[] dims, DType dtype) {
    long[] sizes = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      sizes[i] = dims[i];
    }
    return array(values, dtype).reshape(sizes);
  }
}
