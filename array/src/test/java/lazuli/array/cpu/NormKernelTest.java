package lazuli.array.cpu;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.DType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The row kernels of both norms against the float64 interpreter of their definitions. */
class NormKernelTest {
  @TestFactory
  List<DynamicTest> agreesWithFloat64() {
    List<DynamicTest> tests = new ArrayList<>();
    for (DType type : new DType[] {F32, BF16, F16}) {
      for (int n : new int[] {1, 3, 15, 16, 17, 64, 1000, 1025, 4099}) {
        Array x = normal(key(n), 3, n).mul(2).add(5).astype(type).eval();
        Array strided = normal(key(n), n, 4).astype(type).eval();
        Array w = uniform(key(1), n).add(0.5).eval();
        Array b = normal(key(2), BF16, n).eval();
        String of = " of " + n + " " + type;
        tests.add(test("rmsNorm" + of, () -> rmsNorm(x, 1e-5), type));
        tests.add(test("rmsNorm, weighted" + of, () -> rmsNorm(x, w.astype(type), 1e-5), type));
        tests.add(test("layerNorm" + of, () -> layerNorm(x, 1e-5), type));
        tests.add(test("layerNorm, strided" + of, () -> layerNorm(strided.t(), 1e-5), type));
        tests.add(test("layerNorm, mixed" + of, () -> layerNorm(x, w, b, 1e-5), F32));
      }
    }
    return tests;
  }

  private static DynamicTest test(String name, Supplier<Array> norm, DType type) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          Array ours = norm.get().eval();
          Dispatch dispatch = ours.dispatch();
          assertNotNull(dispatch);
          assertEquals("rows", dispatch.kernel());
          double[] got = ours.toDoubleArray();
          double[] expected = on("reference", () -> norm.get().toDoubleArray());
          double tolerance = type == F32 ? 1e-5 : type == F16 ? 1e-3 : 8e-3;
          for (int i = 0; i < got.length; i++) {
            double most = tolerance * (1 + Math.abs(expected[i]));
            assertEquals(expected[i], got[i], most, "element " + i);
          }
        });
  }
}
