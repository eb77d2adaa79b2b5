package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.AttentionResult;
import lazuli.array.attention.ExpressionCase.Data;
import lazuli.array.attention.ExpressionCase.Expected;
import lazuli.array.attention.ExpressionCase.Sizes;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Masks, score changes, sinks and lengths on every kernel, against float64 loops. */
class ExpressionsTest {
  private static final List<Sizes> SIZES =
      List.of(
          new Sizes(2, 4, 2, 5, 70, 16, 16),
          new Sizes(1, 4, 4, 1, 300, 32, 24),
          new Sizes(2, 4, 2, 70, 130, 17, 9),
          new Sizes(1, 4, 1, 130, 130, 32, 32),
          new Sizes(1, 4, 2, 20, 520, 16, 16),
          new Sizes(1, 4, 2, 90, 33, 16, 16));

  static Stream<ExpressionCase> cases() {
    return ExpressionCase.all().stream();
  }

  private static Array operand(double[] x, DType dtype, long... shape) {
    return array(x, dtype).reshape(shape);
  }

  private static String kernelOf(Array x) {
    Dispatch dispatch = x.dispatch();
    assertNotNull(dispatch);
    return dispatch.kernel();
  }

  private static double tolerance(DType dtype, String kernel) {
    return switch (dtype) {
      case F64 -> 1e-11;
      case F32 -> 2e-5;
      // The unfused form rounds its scores to the type.
      default -> kernel.equals("naive") ? 6e-2 : 1e-2;
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyKernelMeansTheSame(ExpressionCase c) {
    List<String> wrong = new ArrayList<>();
    for (Sizes s : SIZES) {
      if (c.aligned() && s.queries() > s.keys()) {
        continue;
      }
      for (DType dtype : new DType[] {F32, BF16}) {
        check(wrong, c, s, dtype, false, false);
      }
      check(wrong, c, s, F32, true, false);
      if (!c.aligned()) {
        check(wrong, c, s, F32, true, true);
        check(wrong, c, s, BF16, true, true);
      }
    }
    assertEquals(List.of(), wrong);
  }

  private static void check(
      List<String> wrong, ExpressionCase c, Sizes s, DType dtype, boolean sinks, boolean lengths) {
    long seed = 31L * s.hashCode() + c.name().hashCode();
    Data x = Data.random(s, dtype, seed);
    Array q = operand(x.q(), dtype, s.batch(), s.heads(), s.queries(), s.dim());
    Array k = operand(x.k(), dtype, s.batch(), s.keyHeads(), s.keys(), s.dim());
    Array v = operand(x.v(), dtype, s.batch(), s.keyHeads(), s.keys(), s.valueDim());
    int[] start = new int[s.batch()];
    int[] end = new int[s.batch()];
    for (int b = 0; b < s.batch(); b++) {
      start[b] = lengths ? 3 + 2 * b : 0;
      end[b] = lengths ? s.keys() - 4 - b : s.keys();
    }
    Expected expected = c.expected(s, x, start, end, sinks);
    for (String kernel : new String[] {"naive", "reference", "flash", "split"}) {
      if (kernel.equals("split") && s.queries() > 8) {
        continue;
      }
      List<AttentionOption> options = new ArrayList<>();
      options.add(kernel(kernel));
      if (sinks) {
        options.add(sinks(array(x.sinks(), F32)));
      }
      if (lengths) {
        options.add(keyStarts(array(start)));
        options.add(keyLengths(array(end)));
      }
      AttentionOption[] all = c.options(options.toArray(new AttentionOption[0]));
      Array out = sdpa(q, k, v, all);
      double[] actual = out.toDoubleArray();
      assertEquals(kernel, kernelOf(out));
      String where = kernel + " " + s + " " + dtype + " sinks " + sinks + " lengths " + lengths;
      near(wrong, where, expected.out(), actual, tolerance(dtype, kernel));
      AttentionResult state = attention(q, k, v, all);
      near(
          wrong,
          where + " lse",
          expected.logSumExp(),
          state.logSumExp().toDoubleArray(),
          tolerance(dtype, kernel));
      near(
          wrong,
          where + " out",
          expected.out(),
          state.out().toDoubleArray(),
          tolerance(dtype, kernel));
    }
  }

  private static void near(
      List<String> wrong, String where, double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      boolean equal =
          expected[i] == actual[i]
              || Math.abs(expected[i] - actual[i]) <= tolerance * (1 + Math.abs(expected[i]));
      if (!equal) {
        wrong.add(where + " [" + i + "]: expected " + expected[i] + ", was " + actual[i]);
        return;
      }
    }
  }
}
