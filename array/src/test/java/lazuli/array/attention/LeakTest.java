package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import lazuli.array.attention.ExpressionCase.Data;
import lazuli.array.attention.ExpressionCase.Sizes;
import lazuli.array.type.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a query does not see cannot change one bit of its result: some keys and values are replaced
 * by NaN, infinities and huge numbers, and every query that sees none of them must give the same
 * bits as before.
 */
class LeakTest {
  private static final List<Sizes> SIZES =
      List.of(
          new Sizes(1, 4, 2, 3, 170, 16, 16),
          new Sizes(1, 4, 2, 70, 150, 32, 32),
          new Sizes(1, 4, 4, 100, 300, 64, 40));

  static Stream<ExpressionCase> cases() {
    List<ExpressionCase> all = new ArrayList<>();
    for (ExpressionCase c : ExpressionCase.all()) {
      // The rest hide nothing.
      if (c.mask() != null || c.name().equals("hides")) {
        all.add(c);
      }
    }
    return all.stream();
  }

  private static boolean sees(ExpressionCase c, int h, int q, int k, Sizes s) {
    return c.sees().at(0, h, q, k, s.queries(), s.keys())
        && c.changed().at(0, 0, h, q, k, s.queries(), s.keys()) > Double.NEGATIVE_INFINITY;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void hiddenKeysChangeNoBit(ExpressionCase c) {
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    for (Sizes s : SIZES) {
      for (DType dtype : new DType[] {F32, BF16, F16}) {
        if (dtype == F16 && s != SIZES.getFirst()) {
          continue;
        }
        Random random = new Random(s.hashCode());
        Data x = Data.random(s, dtype, 5);
        double huge = dtype == F16 ? 6e4 : 1e30;
        double[] bad = {Double.NaN, huge, -huge, Double.POSITIVE_INFINITY};
        for (int round = 0; round < 3; round++) {
          boolean[] poisoned = new boolean[s.keys()];
          poisoned[s.keys() - 1] = round == 0;
          poisoned[1 + 3 * random.nextInt(s.keys() / 3 - 1)] |= round == 1;
          for (int n = 0; n < 3 && round == 2; n++) {
            poisoned[random.nextInt(s.keys())] = true;
          }
          double[] k = poison(x.k(), s, s.dim(), poisoned, bad, round);
          double[] v = poison(x.v(), s, s.valueDim(), poisoned, bad, round + 1);
          for (String kernel : new String[] {"reference", "naive", "flash", "split"}) {
            if (kernel.equals("split") && s.queries() > 8) {
              continue;
            }
            float[] clean = run(c, s, dtype, kernel, x.q(), x.k(), x.v());
            float[] dirty = run(c, s, dtype, kernel, x.q(), k, v);
            compared += compare(wrong, c, s, kernel + " " + dtype, poisoned, clean, dirty);
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(compared > 0 || c.name().equals("top left"), "no query was compared");
  }

  private static double[] poison(
      double[] x, Sizes s, int width, boolean[] poisoned, double[] bad, int round) {
    double[] y = x.clone();
    for (int h = 0; h < s.keyHeads(); h++) {
      for (int j = 0; j < s.keys(); j++) {
        for (int d = 0; d < width && poisoned[j]; d++) {
          y[(h * s.keys() + j) * width + d] = bad[(round + j + d) % bad.length];
        }
      }
    }
    return y;
  }

  private static float[] run(
      ExpressionCase c, Sizes s, DType dtype, String kernel, double[] q, double[] k, double[] v) {
    return sdpa(
            array(q, dtype).reshape(1, s.heads(), s.queries(), s.dim()),
            array(k, dtype).reshape(1, s.keyHeads(), s.keys(), s.dim()),
            array(v, dtype).reshape(1, s.keyHeads(), s.keys(), s.valueDim()),
            c.options(kernel(kernel)))
        .toFloatArray();
  }

  private static int compare(
      List<String> wrong,
      ExpressionCase c,
      Sizes s,
      String where,
      boolean[] poisoned,
      float[] clean,
      float[] dirty) {
    int compared = 0;
    for (int h = 0; h < s.heads(); h++) {
      for (int q = 0; q < s.queries(); q++) {
        boolean touched = false;
        for (int k = 0; k < s.keys(); k++) {
          touched |= poisoned[k] && sees(c, h, q, k, s);
        }
        for (int d = 0; d < s.valueDim() && !touched; d++) {
          int at = (h * s.queries() + q) * s.valueDim() + d;
          compared++;
          if (Float.floatToRawIntBits(clean[at]) != Float.floatToRawIntBits(dirty[at])) {
            wrong.add(
                where + " " + s + " h " + h + " q " + q + ": " + clean[at] + ", " + dirty[at]);
            d = s.valueDim();
          }
        }
      }
    }
    return compared;
  }
}
