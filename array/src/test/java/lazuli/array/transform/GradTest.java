package lazuli.array.transform;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.op.Binary;
import lazuli.array.op.Build;
import lazuli.array.op.Reduction;
import lazuli.array.op.Unary;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Gradients of whole functions against central differences in float64. */
class GradTest {
  private static final double H = 1e-5;

  /** The gradient of sum(weights * f(x)) at x against differences of the same. */
  private static void check(UnaryOperator<Array> f, Array x) {
    Array y = f.apply(x);
    Array weights = uniform(key(7), F64, y.shape().dims()).add(0.5).eval();
    UnaryOperator<Array> loss = v -> f.apply(v).astype(F64).mul(weights).sum();
    Array gradient = grad(loss).apply(x);
    assertEquals(x.shape(), gradient.shape());
    assertEquals(x.dtype(), gradient.dtype());
    double[] got = gradient.toDoubleArray();
    double[] at = x.toDoubleArray();
    for (int i = 0; i < at.length; i++) {
      double slope = (at(loss, at, i, H, x) - at(loss, at, i, -H, x)) / (2 * H);
      assertEquals(slope, got[i], 2e-6 * (1 + Math.abs(slope)), "element " + i);
    }
  }

  private static double at(UnaryOperator<Array> loss, double[] x, int i, double h, Array like) {
    double[] moved = x.clone();
    moved[i] += h;
    return loss.apply(array(moved, F64).reshape(like.shape().dims())).item();
  }

  private static Array random(double low, double high, long... shape) {
    return uniform(key(3), F64, shape).mul(high - low).add(low).eval();
  }

  @TestFactory
  List<DynamicTest> everyRowInsideAFunction() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Unary row : Unary.values()) {
      if (row.gradient() != null) {
        tests.add(
            test(
                row.label(),
                x -> new Array(Build.unary(row, x.node())),
                random(row.low(), row.high(), 3, 4)));
      }
    }
    for (Binary row : Binary.values()) {
      if (row.gradient() != null) {
        Array column = random(row.low(), row.high(), 3, 1).add(0.01).eval();
        Array x = random(row.low(), row.high(), 4);
        tests.add(
            test(
                row.label() + " of a broadcast first operand",
                v -> new Array(Build.binary(row, v.node(), column.node())),
                x));
        tests.add(
            test(
                row.label() + " of a broadcast second operand",
                v -> new Array(Build.binary(row, column.node(), v.node())),
                x));
      }
    }
    for (Reduction row : Reduction.values()) {
      if (row.gradient() != null) {
        for (int[] axes : new int[][] {{}, {0}, {1}, {0, 2}, {-1}}) {
          tests.add(
              test(
                  row.label() + " over " + java.util.Arrays.toString(axes),
                  x -> new Array(Build.reduce(row, x.node(), axes.length == 1, axes)),
                  random(0.5, 2, 3, 2, 4)));
        }
      }
    }
    assertTrue(tests.size() > 40);
    return tests;
  }

  private static DynamicTest test(String name, UnaryOperator<Array> f, Array x) {
    return DynamicTest.dynamicTest(name, () -> check(f, x));
  }

  @TestFactory
  List<DynamicTest> everyStructureAndComposite() {
    Array x = random(-2, 2, 3, 4);
    Array w = normal(key(4), F64, 4, 5).eval();
    Array b = normal(key(5), F64, 2, 4, 3).eval();
    Array cond = array(true, false, true, true);
    return List.of(
        test("reshape", v -> v.reshape(2, 6), x),
        test("transpose", v -> v.transpose(), x),
        test("transpose of three", v -> v.reshape(3, 2, 2).transpose(2, 0, 1), x),
        test("broadcast", v -> v.reshape(3, 1, 4).broadcastTo(2, 3, 5, 4), x),
        test("slice", v -> v.get("1:, 1:3"), x),
        test("slice with steps", v -> v.get("::-2, ::3"), x),
        test("slice of an index", v -> v.get("-1"), x),
        test("overlapping slices", v -> v.get("0:2").mul(v.get("1:3")), x),
        test("where, first", v -> where(cond, v, w.get(":, 0")), x),
        test("where, second", v -> where(cond, w.get(":, 0"), v), x),
        test("matmul, left", v -> v.matmul(w), x),
        test("matmul, right", v -> w.t().matmul(v.t()), x),
        test("matmul, batched by vector", v -> b.matmul(v).matmul(v.get("0")), x),
        test("matmul, batch broadcast", v -> v.reshape(3, 1, 4).matmul(b.reshape(2, 1, 4, 3)), x),
        test("matmul with a weight", v -> b.transpose(0, 2, 1).matmul(v.t()), x),
        test("matmul of vectors", v -> v.get("0").matmul(v.get("1")), x),
        test("softmax", v -> v.softmax(-1), x),
        test("softmax, first axis", v -> v.softmax(0), x),
        test("logSumExp", v -> v.logSumExp(0), x),
        test("stopGradient", v -> v.mul(stopGradient(array(new double[] {2}, F64))), x),
        test("a value used many times", v -> v.mul(v).add(v).mul(v.exp()), x),
        test("mean and variance", v -> v.sub(v.mean(true, -1)).square().mean(-1), x));
  }

  @TestFactory
  List<DynamicTest> attention() {
    Array k = normal(key(11), F64, 1, 2, 5, 4).eval();
    Array v = normal(key(12), F64, 1, 2, 5, 3).eval();
    Array q = normal(key(13), F64, 1, 4, 5, 4).eval();
    Array mask = normal(key(14), F64, 5, 5).eval();
    Array hidden = array(new boolean[][] {{false, false, false, false, false}}).eval();
    return List.of(
        test("of queries", x -> sdpa(x, k, v), q),
        test("of keys", x -> sdpa(q, x, v), k),
        test("of values", x -> sdpa(q, k, x), v),
        test("causal, of queries", x -> sdpa(x, k, v, causal()), q),
        test("causal, of keys", x -> sdpa(q, x, v, causal()), k),
        test("causal, of values", x -> sdpa(q, k, x, causal()), v),
        test("of an additive mask", x -> sdpa(q, k, v, mask(x)), mask),
        test("rows without keys", x -> sdpa(x, k, v, mask(hidden)), q));
  }

  @Test
  void rowsWithoutKeysHaveGradientZero() {
    Array q = ones(1, 1, 2, 4).eval();
    Array hidden = array(new boolean[][] {{false, false, false}, {true, true, false}});
    Array v = normal(key(1), 1, 1, 3, 4).eval();
    UnaryOperator<Array> loss = x -> sdpa(x, v, v, mask(hidden)).square().sum();
    double[] d = grad(loss).apply(q).toDoubleArray();
    for (int i = 0; i < 4; i++) {
      assertEquals(0, d[i]);
      assertTrue(Double.isFinite(d[4 + i]));
    }
  }

  @Test
  void equalExtremesShareTheGradientAndProductsOfZerosHaveOne() {
    assertArrayEquals(
        new float[] {0.5f, 0, 0.5f}, grad(x -> x.max()).apply(array(3f, 1f, 3f)).toFloatArray());
    assertArrayEquals(
        new float[] {0, 6, 0}, grad(x -> x.prod()).apply(array(2f, 0f, 3f)).toFloatArray());
    assertArrayEquals(
        new float[] {0, 0, 0}, grad(x -> x.prod()).apply(array(0f, 0f, 3f)).toFloatArray());
  }

  @Test
  void halfTypesKeepTheirTypeThroughWiderKernels() {
    Array x = normal(key(1), BF16, 4, 8).eval();
    UnaryOperator<Array> loss = v -> v.softmax(-1).mul(v).sum();
    Array d = grad(loss).apply(x);
    assertEquals(BF16, d.dtype());
    Array wide = grad(loss).apply(x.astype(F64));
    double[] a = d.toDoubleArray();
    double[] b = wide.toDoubleArray();
    for (int i = 0; i < a.length; i++) {
      assertEquals(b[i], a[i], 0.02);
    }
  }

  record Layer(Array w, @Nullable Array b, String name) {}

  record Model(List<Layer> layers, Map<String, Array> scales, Array[] pair, int depth) {}

  @Test
  void parametersAreRecordsOfAnyForm() {
    Map<String, Array> scales = new LinkedHashMap<>();
    scales.put("out", ones(3));
    Model model =
        new Model(
            List.of(new Layer(ones(2, 3), zeros(3), "first"), new Layer(ones(3, 3), null, "last")),
            scales,
            new Array[] {scalar(2, F32), scalar(3, F32)},
            2);
    Array x = array(new float[][] {{1, 2}});
    var result =
        valueAndGrad(
                (Model m) -> {
                  Array h = x.matmul(m.layers().getFirst().w()).add(m.layers().getFirst().b());
                  Array y = h.matmul(m.layers().getLast().w()).mul(m.scales().get("out"));
                  return y.sum().mul(m.pair()[0]);
                })
            .apply(model);
    assertEquals(54, result.value().item());
    Model d = result.grad();
    assertEquals(2, d.depth());
    assertEquals("first", d.layers().getFirst().name());
    assertSame(null, d.layers().getLast().b());
    assertArrayEquals(new float[] {6, 6, 6}, d.layers().getFirst().b().toFloatArray());
    assertArrayEquals(new float[] {6, 6, 6, 12, 12, 12}, d.layers().getFirst().w().toFloatArray());
    assertArrayEquals(new float[] {18, 18, 18}, d.scales().get("out").toFloatArray());
    assertEquals(27, d.pair()[0].item());
    assertEquals(0, d.pair()[1].item(), "a parameter that the loss does not use");
    Model next = treeMap((p, g) -> p.sub(g.mul(0.5)), model, d);
    assertArrayEquals(new float[] {-3, -3, -3}, next.layers().getFirst().b().toFloatArray());
    assertEquals(6, treeLeaves(next).size());
    eval(next, result.value());
    assertTrue(next.layers().getFirst().w().evaluated());
  }

  @Test
  void aFunctionThatLooksAtItsValuesHasTheSameGradient() {
    List<String> seen = new ArrayList<>();
    UnaryOperator<Array> f =
        x -> {
          Array h = x.square();
          seen.add(h.toString());
          return h.item() > 3 ? h.mul(x) : h;
        };
    Array x = array(new float[] {2}).eval();
    assertEquals(12, grad(f).apply(x).item());
    assertEquals(1, seen.size());
    assertEquals(0.5 * 2, grad(f).apply(array(new float[] {0.5f})).item());
  }

  @Test
  void gradientsOfGradients() {
    UnaryOperator<Array> f = x -> x.mul(x).mul(x).sin().sum();
    Array x = array(new double[] {0.7}, F64);
    UnaryOperator<Array> second = grad(v -> grad(f).apply(v).sum());
    double v = 0.7;
    double cube = v * v * v;
    assertEquals(
        6 * v * Math.cos(cube) - 9 * v * v * v * v * Math.sin(cube), second.apply(x).item(), 1e-12);
    // The inner function prints, which evaluates: the outer gradient still sees its operands.
    UnaryOperator<Array> shown =
        grad(
            v2 ->
                grad(u -> {
                      assertFalse(u.mul(u).toString().isEmpty());
                      return u.mul(u).mul(u).sum();
                    })
                    .apply(v2)
                    .sum());
    assertEquals(6 * 0.7, shown.apply(x).item(), 1e-12);
  }

  @Test
  void aDeepFunctionIsDifferentiatedWithoutRecursion() {
    UnaryOperator<Array> deep =
        x -> {
          Array y = x;
          for (int i = 0; i < 20_000; i++) {
            y = y.add(1).mul(1.0);
          }
          return y.sum();
        };
    assertArrayEquals(new float[] {1, 1}, grad(deep).apply(ones(2).eval()).toFloatArray());
  }

  @Test
  void trainingLetsGoOfThePast() {
    Array x = normal(key(1), 8, 8).eval();
    Array w = normal(key(2), 8, 8).eval();
    UnaryOperator<Array> loss = v -> x.matmul(v).sub(1).square().mean();
    UnaryOperator<Array> step = grad(loss);
    double before = loss.apply(w).item();
    for (int i = 0; i < 50; i++) {
      w = w.sub(step.apply(w).mul(0.1)).eval();
      assertTrue(w.node().inputs().isEmpty(), "an evaluated result keeps its operands");
    }
    assertTrue(loss.apply(w).item() < before / 2);
  }

  private static String message(Runnable body) {
    return String.valueOf(assertThrows(ArrayException.class, body::run).getMessage());
  }

  @Test
  void errorsTeach() {
    assertEquals(
        """
        grad was given a function that returned f32[3]
          accepted: one number, since the gradient says how that number changes
          fix: reduce it, such as loss.mean() or loss.sum()""",
        message(() -> grad(x -> x.exp()).apply(ones(3))));
    assertEquals(
        """
        grad was given the parameter x of type i32[3]
          accepted: parameters of a floating type: f16, bf16, f32 or f64
          fix: convert it, such as x.astype(F32), or keep it out of the parameters: capture it in\
         the function""",
        message(() -> grad(x -> x.sum()).apply(arange(3))));
    record Step(Array w, Array count) {}
    assertTrue(
        message(() -> grad((Step s) -> s.w().sum()).apply(new Step(ones(2), arange(1))))
            .startsWith("grad was given the parameter count of type i32[1]"));
    assertEquals(
        """
        valueAndGrad was given a function that returned i32[]
          accepted: a floating type, since integers do not change smoothly
          fix: compute the loss in floating numbers, such as x.astype(F32)""",
        message(() -> valueAndGrad(x -> x.argmax()).apply(ones(3))));
    assertEquals(
        """
        grad was given a function whose result does not depend on its parameters
          accepted: a result computed from them by array operations
          fix: keep values in arrays: item() and toFloatArray() leave the graph, stopGradient and\
         conversions to integers end it""",
        message(() -> grad(x -> scalar(x.sum().item(), F32)).apply(ones(3))));
    assertEquals(
        """
        grad was given a String without arrays
          accepted: an Array, or a record, list, map or Java array that holds some
          fix: declare the parameters as a record, such as record Params(Array w, Array b) {}""",
        message(() -> grad((String s) -> ones()).apply("w")));
    Function<List<Array>, List<Array>> none = grad((List<Array> p) -> nothing());
    assertTrue(message(() -> none.apply(List.of(ones(1)))).contains("returned null"));
    assertTrue(
        message(() -> treeMap((a, b) -> a, List.of(ones(1)), List.of(ones(1), ones(1))))
            .startsWith("treeMap was given arrays at [[0]] and at [[0], [1]]"));
  }

  @SuppressWarnings("NullAway")
  private static Array nothing() {
    return null;
  }

  @Test
  void theGradientOfALinearLayerNeedsNoBatchOfWeights() {
    Array x = normal(key(1), 8, 16, 4).eval();
    Array w = normal(key(2), 4, 6).eval();
    Array d = grad(v -> x.matmul(v).sum()).apply(w);
    assertTrue(
        Lazuli.explain(d).steps().stream().allMatch(step -> step.shape().rank() <= 2),
        Lazuli.explain(d).text());
    assertEquals(DType.F32, d.dtype());
  }
}
