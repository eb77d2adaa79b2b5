package lazuli.array.cpu.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.cpu.attention.AttentionCase.MaskKind;
import lazuli.array.cpu.attention.AttentionCase.Sizes;
import lazuli.array.cpu.attention.KernelRun.Layout;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.MachineCode;
import lazuli.array.type.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flash attention on bf16 by machine code, each code that this machine runs, against float64. */
class Bf16TaskTest {
  private static Bf16Code code(String name) {
    MachineCode.Choice choice = MachineCode.choose(name);
    assumeTrue(choice.code() != null, choice.text());
    return choice.code();
  }

  @ParameterizedTest
  @ValueSource(strings = {"amx", "avx512_bf16"})
  void everyShapeMaskAndLayoutAgreesWithFloat64(String name) {
    Bf16Code product = code(name);
    List<String> wrong = new ArrayList<>();
    double squares = 0;
    double vectors = 0;
    for (Sizes sizes : AttentionGrid.shapes()) {
      for (MaskKind kind : MaskKind.values()) {
        long seed = 37L * sizes.hashCode() + 7 * kind.ordinal();
        AttentionCase c = AttentionCase.random(sizes, DType.BF16, kind, seed);
        Layout layout = Layout.values()[(int) Math.floorMod(seed, Layout.values().length)];
        double[] expected = c.expected();
        double[] actual = KernelRun.flash(c, layout, product);
        String worst = Tolerance.worst(DType.BF16, expected, actual);
        if (!worst.isEmpty()) {
          wrong.add(c + " " + layout + " seed " + seed + ": " + worst);
        }
        squares += Math.pow(Tolerance.rms(expected, actual), 2);
        vectors += Math.pow(Tolerance.rms(expected, KernelRun.flash(c, layout)), 2);
      }
    }
    assertEquals(List.of(), wrong);
    // Rounded weights cost a little: about as much as the rounding of the result.
    assertTrue(squares <= 2 * vectors, "squares of RMS errors " + squares + ", vectors " + vectors);
  }

  @ParameterizedTest
  @ValueSource(strings = {"amx", "avx512_bf16"})
  void threadsDoNotChangeABit(String name) {
    Bf16Code product = code(name);
    Sizes sizes = new Sizes(2, 4, 2, 150, 333, 64, 64);
    AttentionCase c = AttentionCase.random(sizes, DType.BF16, MaskKind.CAUSAL, 5);
    int threads = lazuli.array.cpu.Workers.threads();
    try {
      lazuli.array.cpu.Workers.threads(1);
      double[] one = KernelRun.flash(c, Layout.DENSE, product);
      lazuli.array.cpu.Workers.threads(5);
      assertArrayEquals(one, KernelRun.flash(c, Layout.DENSE, product));
    } finally {
      lazuli.array.cpu.Workers.threads(threads);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"amx", "avx512_bf16"})
  void whatIsMaskedNeverLeaks(String name) {
    Bf16Code product = code(name);
    Sizes sizes = new Sizes(1, 2, 2, 70, 300, 64, 48);
    AttentionCase clean = AttentionCase.random(sizes, DType.BF16, MaskKind.CAUSAL_TOP_LEFT, 3);
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e30}) {
      AttentionCase c = AttentionCase.random(sizes, DType.BF16, MaskKind.CAUSAL_TOP_LEFT, 3);
      // With 70 queries from the top left no query sees key 70 or a later one.
      double stored = lazuli.array.type.Rounding.to(DType.BF16, bad);
      for (int head = 0; head < 2; head++) {
        for (int j = 70; j < 300; j++) {
          java.util.Arrays.fill(c.k(), (head * 300 + j) * 64, (head * 300 + j + 1) * 64, stored);
          java.util.Arrays.fill(c.v(), (head * 300 + j) * 48, (head * 300 + j + 1) * 48, stored);
        }
      }
      String worst =
          Tolerance.worst(DType.BF16, clean.expected(), KernelRun.flash(c, Layout.DENSE, product));
      assertEquals("", worst, "masked slots hold " + bad);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"amx", "avx512_bf16"})
  void aVisibleNanReachesItsRowsOnly(String name) {
    Bf16Code product = code(name);
    Sizes sizes = new Sizes(1, 1, 1, 40, 40, 32, 32);
    AttentionCase c = AttentionCase.random(sizes, DType.BF16, MaskKind.CAUSAL, 11);
    c.v()[20 * 32 + 3] = Double.NaN;
    double[] actual = KernelRun.flash(c, Layout.DENSE, product);
    for (int t = 0; t < 40; t++) {
      for (int d = 0; d < 32; d++) {
        assertEquals(t >= 20 && d == 3, Double.isNaN(actual[t * 32 + d]), "row " + t + " " + d);
      }
    }
  }
}
