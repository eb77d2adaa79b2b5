package lazuli.array.plan;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.op.Build;
import lazuli.array.op.Reduction;
import lazuli.array.profile.Explanation;
import lazuli.array.type.DType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Reductions that compute their operand, and products that apply what follows. */
class FusionTest {
  private static List<String> steps(Array x) {
    return explain(x).steps().stream().map(Explanation.Row::op).toList();
  }

  private static Array random(DType type, long... shape) {
    return uniform(key(shape.length + 5), type, shape).mul(2).sub(0.5).astype(type).eval();
  }

  /** One function on operands of some type, on the CPU and in float64. */
  private static void same(
      java.util.function.Function<DType, Array> f, DType type, double tolerance) throws Exception {
    Array ours = f.apply(type);
    double[] got = ours.toDoubleArray();
    double[] expected = on("reference", () -> f.apply(type).toDoubleArray());
    assertEquals(expected.length, got.length);
    for (int i = 0; i < got.length; i++) {
      double most = Double.isNaN(expected[i]) ? 1 : tolerance * (1 + Math.abs(expected[i]));
      assertEquals(expected[i], got[i], most, "element " + i);
    }
  }

  private static double tolerance(DType type) {
    return switch (type) {
      case F64 -> 1e-12;
      case F32 -> 2e-6;
      case F16 -> 2e-3;
      default -> 2e-2;
    };
  }

  @TestFactory
  List<DynamicTest> reductionsOfProgramsAgreeWithFloat64() {
    long[][] shapes = {
      {1},
      {17},
      {5000},
      {7, 1},
      {3, 64},
      {65, 33},
      {2, 40, 100},
      {300_000},
      {2, 140_000},
      {150_000, 3},
      {4, 70_000, 2},
      {600, 600},
      {5, 0},
      {2, 3, 4, 50}
    };
    List<DynamicTest> tests = new ArrayList<>();
    for (long[] shape : shapes) {
      for (DType type : new DType[] {F32, F64, BF16, F16}) {
        for (Reduction row : Reduction.values()) {
          for (int axis = 0; axis <= shape.length; axis++) {
            boolean heavy = size(shape) > 10_000;
            boolean skip = heavy && (type != F32 || row != Reduction.SUM && row != Reduction.MAX);
            boolean empty = size(shape) == 0 && Double.isNaN(row.empty());
            boolean product = row == Reduction.PROD && size(shape) > 100;
            if (skip || empty || product) {
              continue;
            }
            int[] axes = axis == shape.length ? new int[0] : new int[] {axis};
            int over = axis;
            tests.add(
                DynamicTest.dynamicTest(
                    row + " of " + type + java.util.Arrays.toString(shape) + " over " + over,
                    () ->
                        same(
                            t -> {
                              Array x = random(t, shape);
                              Array y = x.mul(1.5).add(x.square()).sub(0.25);
                              return new Array(Build.reduce(row, y.node(), false, axes));
                            },
                            type,
                            heavy ? 2e-5 : tolerance(type))));
          }
        }
      }
    }
    assertTrue(tests.size() > 200, "cases " + tests.size());
    return tests;
  }

  private static long size(long... shape) {
    long n = 1;
    for (long dim : shape) {
      n *= dim;
    }
    return n;
  }

  @Test
  void anElementwiseOperandOfAReductionIsNeverWritten() {
    Array x = random(F32, 600, 600);
    Array m = x.max(true, -1).eval();
    Explanation plan = explain(x.sub(m).exp().sum(-1));
    assertEquals(List.of("sub+exp+sum"), steps(x.sub(m).exp().sum(-1)));
    assertEquals(
        4 * (600 * 600 + 600 + 600), plan.steps().getFirst().work().bytes(), 8 * 600 * 600);
    assertTrue(plan.peakBytes() <= 4 * 600, plan.toString());
    assertEquals(
        List.of("cast+square+mean"), steps(random(BF16, 70, 70).astype(F32).square().mean()));
    assertEquals(List.of("mul+sum"), steps(x.mul(2).sum(0)));
    // What something else reads is written once.
    Array e = x.exp();
    assertEquals(List.of("exp", "sum", "div"), steps(e.div(e.sum(true, -1))));
    // Reduced dimensions that are no neighbours, and short rows of results, are left alone.
    assertEquals(List.of("exp", "sum"), steps(random(F32, 3, 40, 50).exp().sum(0, 2)));
    assertEquals(List.of("exp", "sum"), steps(random(F32, 50, 3).exp().sum(0)));
  }

  @TestFactory
  List<DynamicTest> productsWithWhatFollowsAgreeWithFloat64() {
    long[][] sizes = {
      {1, 1, 1},
      {3, 4, 5},
      {17, 33, 9},
      {1, 300, 70},
      {300, 1, 70},
      {130, 70, 900},
      {257, 129, 65},
      {4, 6, 0},
      {200, 700, 40}
    };
    List<DynamicTest> tests = new ArrayList<>();
    for (long[] s : sizes) {
      for (DType type : new DType[] {F32, F64, BF16, F16}) {
        tests.add(
            DynamicTest.dynamicTest(
                type + java.util.Arrays.toString(s),
                () ->
                    same(
                        t -> {
                          Array a = random(t, s[0], s[2]);
                          Array b = random(t, s[2], s[1]);
                          Array bias = random(t, s[1]);
                          Array residual = random(t, s[0], s[1]);
                          Array y = new Array(Build.matmul(a.node(), b.node()));
                          return y.add(bias).maximum(0).mul(0.125).add(residual);
                        },
                        type,
                        tolerance(type) * 4)));
      }
    }
    return tests;
  }

  @Test
  void biasActivationAndResidualAreAppliedToTheTile() throws Exception {
    Array x = random(F32, 600, 64);
    Array w = random(F32, 64, 600);
    Array bias = random(F32, 600);
    assertEquals(List.of("matmul+add+maximum"), steps(x.matmul(w).add(bias).maximum(0)));
    assertEquals(1_440_000, explain(x.matmul(w).add(bias).maximum(0)).peakBytes());
    // x sigmoid(x) reads the product twice.
    Array batch = random(F32, 6, 100, 64);
    Array silu = batch.matmul(w);
    assertEquals(List.of("matmul+sigmoid+mul"), steps(silu.mul(silu.sigmoid())));
    same(
        t -> {
          Array y = batch.matmul(w);
          return y.mul(y.sigmoid()).add(bias);
        },
        F32,
        1e-5);
    // Of two products the later one takes the sum with it.
    assertEquals(
        List.of("matmul", "matmul+add"), steps(x.matmul(w).add(x.mul(2).eval().matmul(w))));
    // What the user asked for is written by itself.
    Array y = x.matmul(w);
    eval(y, y.add(1));
    assertTrue(y.evaluated());
    // Another type does not fit in the product's place.
    assertEquals(List.of("matmul", "cast"), steps(x.matmul(w).astype(F16)));
  }

  @Test
  void scalarsOfFusedStepsAreParameters() {
    Array x = random(F32, 600, 600);
    Array sum = x.mul(2).sum().eval();
    Array more = x.mul(3).sum().eval();
    assertEquals(sum.item() * 1.5, more.item(), 1e-2 * Math.abs(more.item()));
    Array w = random(F32, 600, 500);
    float[] one = x.matmul(w).mul(1).add(0).toFloatArray();
    float[] two = x.matmul(w).mul(2).add(0).toFloatArray();
    for (int i = 0; i < one.length; i++) {
      one[i] *= 2;
    }
    assertArrayEquals(one, two);
  }
}
