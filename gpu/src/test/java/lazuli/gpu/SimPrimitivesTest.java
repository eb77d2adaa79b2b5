package lazuli.gpu;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.Scope;
import lazuli.array.backend.BackendProvider.Availability.Available;
import lazuli.array.op.Build;
import lazuli.array.op.Distribution;
import lazuli.array.op.Node;
import lazuli.array.plan.Evaluator;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import lazuli.gpu.exec.Gpu;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What has no kernel on the GPU runs on the processor, by name, and gives what it gives there; what
 * the plan fuses on the processor runs here as separate kernels.
 */
class SimPrimitivesTest {
  private static Array x() {
    return normal(key(1), F32, 6, 40);
  }

  private static Array indices() {
    return array(new int[] {5, 0, 3, 3}, I32);
  }

  private static Map<String, Supplier<Array>> onTheProcessor() {
    Map<String, Supplier<Array>> all = new LinkedHashMap<>();
    all.put("arctan", () -> x().arctan().add(x().arcsin()).isNan());
    all.put("gumbel", () -> gumbel(key(3), 77));
    all.put("laplace", () -> laplace(key(3), 77));
    for (DType narrow : new DType[] {DType.F8_E4M3, DType.F8_E5M2}) {
      all.put("to " + narrow, () -> x().astype(narrow).astype(F32));
      all.put("zeros in " + narrow, () -> zeros(narrow, 5).astype(F32));
      all.put("sum in " + narrow, () -> x().astype(narrow).max(1).astype(F32));
      all.put("copy in " + narrow, () -> x().astype(narrow).t().reshape(240).astype(F32));
    }
    return all;
  }

  private static Map<String, Supplier<Array>> onTheDevice() {
    Map<String, Supplier<Array>> all = new LinkedHashMap<>();
    all.put("fused reduction", () -> x().mul(2.0).exp().sum(1));
    all.put("fused mean of a transpose", () -> x().t().square().mean(0));
    all.put("product and what follows", () -> x().matmul(x().t()).add(1.0).tanh());
    all.put("addmm", () -> addmm(ones(F32, 6, 6), x(), x().t()));
    all.put("shift", () -> arange(30).astype(I32).leftShift(2));
    all.put("logarithms", () -> x().abs().add(0.5).log2().add(x().abs().log1p()).floor());
    all.put("bits", () -> arange(99).astype(I64).bitwiseAnd(array(0x5_0000_0007L)));
    all.put("more bits", () -> arange(99).sub(50).astype(I64).bitwiseXor(array(-1L << 40)));
    all.put("small bits", () -> arange(99).sub(50).astype(DType.I8).bitwiseOr(array(5)));
    all.put("layer norm", () -> layerNorm(x(), 1e-5));
    all.put("rms norm", () -> rmsNorm(x(), 1e-5));
    all.put("softmax", () -> softmax(x(), -1));
    all.put("gather", () -> x().take(indices(), 0));
    all.put("scatter", () -> x().at("1:5:2").add(ones(F32, 2, 40)));
    all.put("slice update", () -> x().at("1:3").set(zeros(F32, 2, 40)));
    all.put("take along", () -> x().takeAlongAxis(x().argsort(1), 1));
    all.put("put along", () -> x().putAlongAxis(zeros(F32, 6, 1).astype(I32), zeros(F32, 6, 1), 1));
    all.put("concatenate", () -> concatenate(0, x(), x().mul(2.0)));
    all.put("bitcast", () -> x().view(I32));
    all.put("sort", () -> x().sort(1));
    all.put("argsort", () -> x().argsort(0));
    all.put("searchsorted", () -> searchsorted(arange(9).astype(F32), x()));
    all.put("cumsum", () -> x().cumsum(1));
    all.put("cumprod of a transpose", () -> x().t().cumprod(0));
    all.put("argmax", () -> x().argmax(1));
    return all;
  }

  @TestFactory
  Stream<DynamicTest> whatTheGpuHasNoKernelForRunsOnTheProcessorByName() {
    return tests(onTheProcessor(), true);
  }

  @TestFactory
  Stream<DynamicTest> whatThePlanFusesElsewhereRunsOnTheGpu() {
    return tests(onTheDevice(), false);
  }

  private static Stream<DynamicTest> tests(Map<String, Supplier<Array>> all, boolean processor) {
    return all.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> agrees(e.getValue(), processor)));
  }

  private static void agrees(Supplier<Array> make, boolean processor) throws Exception {
    double[] expected = on("reference", () -> make.get().toDoubleArray());
    double[] got = on("sim", () -> make.get().toDoubleArray());
    assertTrue(expected.length > 0);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], got[i], 2e-5 * Math.max(1, Math.abs(expected[i])), "element " + i);
    }
    List<String> kernels =
        on("sim", () -> explain(make.get()).steps().stream().map(s -> s.kernel()).toList());
    assertEquals(
        processor, kernels.stream().anyMatch(k -> k.startsWith("cpu:")), kernels.toString());
    assertFalse(kernels.contains("reference"), kernels.toString());
  }

  /** Plans are kept by structure: a scalar's value must not stay behind in one. */
  @Test
  void everyScalarCounts() throws Exception {
    Array x = arange(8).astype(F32).eval();
    for (double scalar : new double[] {2, 3, 2, -0.5, 0, -0.0, 1e-8, 7}) {
      double[] got = on("sim", () -> x.mul(scalar).add(scalar).toDoubleArray());
      double[] filled = on("sim", () -> full(scalar, F32, 3).toDoubleArray());
      double[] sorted = on("sim", () -> x.sub(scalar).sort().toDoubleArray());
      for (int i = 0; i < 8; i++) {
        assertEquals((float) ((float) (i * (float) scalar) + (float) scalar), got[i]);
        assertEquals(i - (float) scalar, sorted[i], 1e-6);
      }
      assertArrayEquals(new double[] {(float) scalar, (float) scalar, (float) scalar}, filled);
    }
  }

  /** A scalar or a key is an argument of the launch: another value compiles nothing. */
  @Test
  void anotherScalarOrKeyNeedsNoOtherKernel() {
    Evaluator evaluator = new Evaluator("sim");
    Available sim = (Available) evaluator.backends().found().get("sim");
    Gpu gpu = ((GpuBackend) sim.backend()).gpu();
    int compiled = 0;
    for (int i = 0; i < 4; i++) {
      Node x = Build.random(Distribution.NORMAL, 40 + i, F32, Shape.of(5));
      Node y = Build.mul(x, Build.scalar(x, 0.5 * i));
      evaluator.evaluate(List.of(y));
      if (i == 0) {
        compiled = gpu.compiled();
        assertTrue(compiled > 0);
      }
    }
    assertEquals(compiled, gpu.compiled());
    assertEquals(1, evaluator.plansMade());
  }

  /** Small results share blocks on the processor only; on a device each is by itself. */
  @Test
  void smallResultsKeepTheirValues() throws Exception {
    Array[] small = new Array[40];
    for (int i = 0; i < small.length; i++) {
      int value = i;
      small[i] = on("sim", () -> full(value, F32, 3).add(1.0).eval());
    }
    for (int i = 0; i < small.length; i++) {
      assertEquals("sim", small[i].device().toString());
      assertArrayEquals(new double[] {i + 1, i + 1, i + 1}, small[i].toDoubleArray());
    }
  }

  @Test
  void scopesGiveBackTheMemoryOfTheDevice() throws Exception {
    double kept =
        on(
            "sim",
            () -> {
              long before = memory().active();
              Array sum = Scope.run(scope -> scope.keep(ones(F32, 1000).exp().sum().eval()));
              assertTrue(memory().active() - before < 4000, "only the sum is left");
              return sum.item();
            });
    assertEquals(1000 * Math.E, kept, 1e-2);
  }
}
