package lazuli.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import lazuli.array.op.Binary;
import lazuli.array.op.Node;
import lazuli.array.op.Rule;
import lazuli.array.op.Unary;
import lazuli.array.type.DType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The gradient column of every row against central differences of its meaning, in float64. */
class GradientTest {
  private static final int POINTS = 25;
  private static final double H = 1e-6;

  @TestFactory
  List<DynamicTest> everyUnaryGradientIsTheSlope() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Unary row : Unary.values()) {
      Unary.Gradient gradient = row.gradient();
      if (gradient != null) {
        tests.add(DynamicTest.dynamicTest(row.label(), () -> unary(row, gradient)));
      }
    }
    assertTrue(tests.size() >= 13);
    return tests;
  }

  private static void unary(Unary row, Unary.Gradient gradient) throws Exception {
    double[] at = points(row.low(), row.high(), 1);
    double[] weights = points(0.5, 2, 2);
    Node x = Lazuli.array(at, DType.F64).node();
    Node d = Lazuli.array(weights, DType.F64).node();
    Node y = lazuli.array.op.Build.unary(row, x);
    double[] got = on(gradient.of(x, y, d));
    for (int i = 0; i < at.length; i++) {
      double slope = (row.apply(at[i] + H) - row.apply(at[i] - H)) / (2 * H) * weights[i];
      assertEquals(slope, got[i], 1e-7 * (1 + Math.abs(slope)), "at " + at[i]);
    }
  }

  @TestFactory
  List<DynamicTest> everyBinaryGradientIsTheSlope() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Binary row : Binary.values()) {
      Binary.Gradient gradient = row.gradient();
      if (gradient != null) {
        tests.add(DynamicTest.dynamicTest(row.label(), () -> binary(row, gradient)));
      }
    }
    assertTrue(tests.size() >= 7);
    return tests;
  }

  private static void binary(Binary row, Binary.Gradient gradient) throws Exception {
    double[] a = points(row.low(), row.high(), 1);
    double[] b = points(row.low(), row.high(), 2);
    double[] weights = points(0.5, 2, 3);
    Node x = Lazuli.array(a, DType.F64).node();
    Node z = Lazuli.array(b, DType.F64).node();
    Node d = Lazuli.array(weights, DType.F64).node();
    Node y = lazuli.array.op.Build.binary(row, x, z);
    List<Node> both = gradient.of(x, z, y, d);
    double[] first = on(both.get(0));
    double[] second = on(both.get(1));
    for (int i = 0; i < a.length; i++) {
      double da = (row.apply(a[i] + H, b[i]) - row.apply(a[i] - H, b[i])) / (2 * H);
      double db = (row.apply(a[i], b[i] + H) - row.apply(a[i], b[i] - H)) / (2 * H);
      assertEquals(da * weights[i], first[i], 1e-7 * (1 + Math.abs(da)), "a at " + a[i]);
      assertEquals(db * weights[i], second[i], 1e-7 * (1 + Math.abs(db)), "b at " + b[i]);
    }
  }

  /** Only rows that give bool or work on bits have no gradient. */
  @Test
  void rowsWithoutGradientAreThoseThatGiveBool() {
    for (Unary row : Unary.values()) {
      assertEquals(step(row.rule()), row.gradient() == null, row.label());
    }
    for (Binary row : Binary.values()) {
      assertEquals(step(row.rule()), row.gradient() == null, row.label());
    }
  }

  private static boolean step(Rule rule) {
    return rule == Rule.COMPARE || rule == Rule.LOGICAL || rule == Rule.INTEGER;
  }

  private static double[] on(Node node) throws Exception {
    return Lazuli.on("reference", () -> new Array(node).toDoubleArray());
  }

  private static double[] points(double low, double high, long seed) {
    Random random = new Random(seed);
    double[] out = new double[POINTS];
    for (int i = 0; i < out.length; i++) {
      out[i] = low + (high - low) * random.nextDouble();
    }
    return out;
  }
}
