package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.attention.ExpressionCase.Sizes;
import lazuli.array.profile.Explanation;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients by tiles against those of core operations in float64. */
class AttentionGradientTest {
  private static final List<Sizes> SIZES =
      List.of(
          new Sizes(2, 4, 2, 5, 70, 16, 16),
          new Sizes(1, 4, 4, 1, 150, 8, 24),
          new Sizes(1, 4, 2, 70, 130, 17, 9),
          new Sizes(1, 4, 1, 140, 140, 16, 16),
          new Sizes(1, 4, 2, 90, 33, 16, 16));

  static Stream<ExpressionCase> cases() {
    List<ExpressionCase> all = new ArrayList<>(ExpressionCase.all());
    all.add(
        new ExpressionCase(
            "plain",
            null,
            (b, h, q, k, tq, tk) -> true,
            null,
            (s, b, h, q, k, tq, tk) -> s,
            false));
    return all.stream();
  }

  private static Array[] gradients(
      String kernel, DType dtype, Array[] in, AttentionOption... options) {
    List<AttentionOption> all = new ArrayList<>(List.of(options));
    all.add(kernel(kernel));
    AttentionOption[] chosen = all.toArray(new AttentionOption[0]);
    Array weight = in[3].astype(dtype);
    List<Array> parameters = List.of(in[0].astype(dtype), in[1].astype(dtype), in[2].astype(dtype));
    Function<List<Array>, Array> loss =
        xs -> sdpa(xs.get(0), xs.get(1), xs.get(2), chosen).mul(weight).sum();
    List<Array> found = grad(loss).apply(parameters);
    return found.toArray(new Array[0]);
  }

  private static Array of(UnaryOperator<Array> loss, Array x) {
    return grad(loss).apply(x);
  }

  private static Array[] operands(Sizes s, long seed) {
    return new Array[] {
      normal(key(seed), s.batch(), s.heads(), s.queries(), s.dim()).eval(),
      normal(key(seed + 1), s.batch(), s.keyHeads(), s.keys(), s.dim()).eval(),
      normal(key(seed + 2), s.batch(), s.keyHeads(), s.keys(), s.valueDim()).eval(),
      normal(key(seed + 3), s.batch(), s.heads(), s.queries(), s.valueDim()).eval()
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tilesGiveTheGradientsOfTheDefinition(ExpressionCase c) {
    List<String> wrong = new ArrayList<>();
    for (Sizes s : SIZES) {
      if (c.aligned() && s.queries() > s.keys()) {
        continue;
      }
      Array[] in = operands(s, 7);
      Array[] expected = gradients("naive", F64, in, c.options());
      compare(wrong, c + " " + s, expected, gradients("flash", F32, in, c.options()), 1e-4);
      compare(wrong, c + " naive " + s, expected, gradients("naive", F32, in, c.options()), 1e-4);
    }
    assertEquals(List.of(), wrong);
  }

  private static void compare(
      List<String> wrong, String where, Array[] expected, Array[] actual, double tolerance) {
    String[] names = {"q", "k", "v"};
    for (int i = 0; i < 3; i++) {
      double[] e = expected[i].toDoubleArray();
      double[] a = actual[i].toDoubleArray();
      for (int j = 0; j < e.length; j++) {
        if (!(Math.abs(e[j] - a[j]) <= tolerance * (1 + Math.abs(e[j])))) {
          wrong.add(where + " d" + names[i] + "[" + j + "]: expected " + e[j] + ", was " + a[j]);
          break;
        }
      }
    }
  }

  @Test
  void masksSinksAndRepeatedOperands() {
    Sizes s = new Sizes(2, 4, 2, 70, 70, 16, 16);
    Array[] in = operands(s, 3);
    Array bias = normal(key(9), 70, 70);
    Array bool = bias.gt(-0.5);
    List<String> wrong = new ArrayList<>();
    AttentionOption[][] all = {
      {mask(bias)},
      {mask(bool), causal()},
      {sinks(array(new float[] {0.5f, 1, -1, 3}))},
      {keyStarts(array(new int[] {3, 0})), keyLengths(array(new int[] {60, 41})), causal()}
    };
    for (AttentionOption[] options : all) {
      Array[] expected = gradients("naive", F64, in, options);
      compare(
          wrong, List.of(options).toString(), expected, gradients("flash", F32, in, options), 1e-4);
    }
    Array x = in[1];
    Array once = of(y -> sdpa(y, y, y, causal(), kernel("naive")).square().sum(), x.astype(F64));
    Array tiles = of(y -> sdpa(y, y, y, causal(), kernel("flash")).square().sum(), x);
    double[] e = once.toDoubleArray();
    double[] a = tiles.toDoubleArray();
    for (int i = 0; i < e.length; i++) {
      assertEquals(e[i], a[i], 1e-4 * (1 + Math.abs(e[i])), "one array as q, k and v: " + i);
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void aQueryThatSeesNothingHasGradientZero() {
    Sizes s = new Sizes(1, 4, 2, 9, 4, 8, 8);
    Array[] got = gradients("flash", F32, operands(s, 5), causal());
    double[] dq = got[0].get("..., :5, :").toDoubleArray();
    for (double x : dq) {
      assertEquals(0, x);
    }
  }

  @Test
  void nothingOfSizeTqTimesTkIsWritten() {
    Array x = normal(key(1), 1, 2, 512, 16).eval();
    Array g = of(y -> sdpa(y, x, x, causal()).sum(), x);
    Explanation e = explain(g);
    for (Explanation.Row row : e.steps()) {
      assertTrue(row.bytes() < 4L * 512 * 512, e.text());
    }
    assertTrue(
        e.steps().stream()
            .anyMatch(r -> r.op().equals("sdpa gradient") && r.kernel().equals("flash")),
        e.text());
  }

  @Test
  void kernelsWithoutGradientsSaySo() {
    Array x = normal(key(1), 1, 2, 5, 16).eval();
    Array g = of(y -> sdpa(y, x, x, kernel("split")).sum(), x);
    assertEquals(
        "sdpa gradient was forced to kernel \"split\", which refuses: split computes results, not"
            + " gradients\n"
            + "  accepted: for these operands: flash, naive\n"
            + "  fix: name one of these, or leave the choice to the plan",
        assertThrows(ArrayException.class, g::eval).getMessage());
  }
}
