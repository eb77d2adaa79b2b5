package lazuli.gpu;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.profile.Span;
import lazuli.array.profile.Trace;
import lazuli.array.type.DType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Arrays on the simulated GPU beyond single rows. */
class SimArraysTest {
  /** M, N, K and how B and A lie: plain, B transposed, A transposed, B broadcast. */
  @TestFactory
  Stream<DynamicTest> productsAgreeWithFloat64() {
    List<DynamicTest> tests = new ArrayList<>();
    int[][] shapes = {{1, 1, 1}, {5, 7, 3}, {130, 200, 72}, {33, 17, 300}};
    for (DType type : new DType[] {F32, F64, BF16, F16}) {
      for (int[] s : shapes) {
        for (int form = 0; form < 4; form++) {
          int way = form;
          tests.add(
              DynamicTest.dynamicTest(
                  type + " " + s[0] + "x" + s[1] + "x" + s[2] + " form " + form,
                  () -> product(type, s, way)));
        }
      }
    }
    return tests.stream();
  }

  private static void product(DType type, int[] s, int form) throws Exception {
    double[] got = on("sim", () -> multiply(type, s, form).toDoubleArray());
    double[] expected = on("reference", () -> multiply(type, s, form).toDoubleArray());
    double most = 0;
    for (double x : expected) {
      most = Math.max(most, Math.abs(x));
    }
    double unit = type == F64 ? 0x1p-53 : type == F32 ? 0x1p-24 : type == F16 ? 0x1p-10 : 0x1p-7;
    double allowed = most * unit * (type.isHalf() ? 1 : Math.sqrt(s[2]) + 4);
    for (int i = 0; i < got.length; i++) {
      assertEquals(expected[i], got[i], allowed);
    }
  }

  private static Array multiply(DType type, int[] s, int form) {
    Array a = normal(key(1), type, 2, s[0], s[2]);
    Array b = normal(key(2), type, 2, s[2], s[1]);
    switch (form) {
      case 1 -> b = normal(key(2), type, 2, s[1], s[2]).transpose(0, 2, 1);
      case 2 -> a = normal(key(1), type, 2, s[2], s[0]).transpose(0, 2, 1);
      case 3 -> b = normal(key(2), type, 1, s[2], s[1]).broadcastTo(2, s[2], s[1]);
      default -> {}
    }
    return a.matmul(b);
  }

  @Test
  void randomNumbersAreTheProcessorsBits() throws Exception {
    for (DType type : new DType[] {F32, F64, F16, BF16}) {
      for (int n : new int[] {1, 2, 1001}) {
        double[] normals = on("sim", () -> normal(key(7), type, n).toDoubleArray());
        assertArrayEquals(on("cpu", () -> normal(key(7), type, n).toDoubleArray()), normals);
        double[] uniforms = on("sim", () -> uniform(key(7), type, n).toDoubleArray());
        assertArrayEquals(on("cpu", () -> uniform(key(7), type, n).toDoubleArray()), uniforms);
      }
    }
  }

  @Test
  void castsAreTheProcessorsBits() throws Exception {
    double[] values = {
      0,
      -0.0,
      0.5,
      1.5,
      2.5,
      -2.7,
      65504,
      65520,
      1e-8,
      3e9,
      -3e9,
      1e19,
      -1e19,
      1e300,
      300,
      -129,
      1.00390625,
      1.01171875,
      16777217,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      1.0009765624999998,
      0x1.0080000000001p0
    };
    for (DType from : DType.values()) {
      for (DType to : DType.values()) {
        double[] expected =
            on("reference", () -> array(values).astype(from).astype(to).toDoubleArray());
        double[] got = on("sim", () -> array(values).astype(from).astype(to).toDoubleArray());
        assertArrayEquals(expected, got, from + " to " + to);
      }
    }
  }

  @Test
  void largeSumsAreSplitAndStillRight() throws Exception {
    double[] got = on("sim", () -> ones(F32, 100_000).sum().toDoubleArray());
    assertEquals(100_000, got[0]);
    double[] max = on("sim", () -> arange(100_000).max().toDoubleArray());
    assertEquals(99_999, max[0]);
  }

  @Test
  void softmaxAlongEveryAxis() throws Exception {
    for (int axis = 0; axis < 3; axis++) {
      int over = axis;
      for (DType type : new DType[] {F32, F64, BF16}) {
        double[] got =
            on("sim", () -> softmax(normal(key(1), type, 3, 5, 300), over).toDoubleArray());
        double[] expected =
            on("reference", () -> softmax(normal(key(1), type, 3, 5, 300), over).toDoubleArray());
        assertArrayEquals(expected, got, type == BF16 ? 4e-3 : type == F32 ? 1e-6 : 1e-14);
        double[] sums =
            on("sim", () -> logSumExp(normal(key(1), type, 3, 5, 300), over).toDoubleArray());
        double[] exact =
            on("reference", () -> logSumExp(normal(key(1), type, 3, 5, 300), over).toDoubleArray());
        assertArrayEquals(exact, sums, type == BF16 ? 4e-2 : type == F32 ? 2e-6 : 1e-14);
      }
    }
  }

  @Test
  void anOperationWithoutAKernelRunsOnTheProcessorVisibly() throws Exception {
    double[] there = on("cpu", () -> gumbel(key(3), 5).toDoubleArray());
    on(
        "sim",
        () -> {
          Array x = gumbel(key(3), 5);
          var step = explain(x).steps().getFirst();
          assertTrue(step.kernel().startsWith("cpu:"), step.kernel());
          assertTrue(
              step.dispatch().details().startsWith("operands copied to the CPU, the result back"),
              step.dispatch().details());
          assertArrayEquals(there, x.toDoubleArray());
          return 0;
        });
  }

  @Test
  void valuesMoveBetweenDevicesWhenTheyAreNeededAndReportsSaySo() throws Exception {
    Array here = arange(10).astype(F32).eval();
    assertEquals("cpu", here.device().toString());
    Trace trace = new Trace();
    Array there = on("sim", () -> trace.record(() -> here.get("::2").mul(2.0).eval()));
    assertEquals("sim", there.device().toString());
    List<Span> spans = trace.spans();
    assertEquals(List.of("move", "mul"), spans.stream().map(Span::op).toList());
    assertEquals("the operand was on cpu", spans.getFirst().origin());
    assertEquals("sim", spans.getFirst().device().toString());
    assertTrue(spans.getLast().nanos() > 0);
    assertArrayEquals(new double[] {0, 4, 8, 12, 16}, there.toDoubleArray());
    assertArrayEquals(new double[] {1, 5, 9, 13, 17}, there.add(1.0).toDoubleArray());
    assertEquals("sim", there.device().toString());
  }
}
