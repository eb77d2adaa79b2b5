package lazuli.array.transform;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import lazuli.array.Array;
import lazuli.array.Compiled;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Compiled functions that are called with other lengths. */
class ShapelessTest {
  private static Array sample(long... shape) {
    return normal(key(shape.length), shape).eval();
  }

  /** Functions whose graphs hold numbers that follow from lengths. */
  @TestFactory
  List<DynamicTest> anotherLengthGivesWhatTheFunctionGives() {
    List<DynamicTest> tests = new ArrayList<>();
    Array w = sample(6, 4);
    tests.add(same("elementwise", x -> x.mul(2).add(1).exp()));
    tests.add(same("reductions", x -> x.sub(x.mean(true, 0)).square().sum(0)));
    tests.add(same("softmax", x -> x.softmax(0).add(x.softmax(1))));
    tests.add(same("norms", x -> rmsNorm(x, ones(6), 1e-5).add(x.var(true, 1))));
    tests.add(same("product with a captured matrix", x -> x.matmul(w)));
    tests.add(same("product with itself", x -> x.matmul(x.t()).sum(1)));
    tests.add(same("reshape by -1", x -> x.reshape(-1, 3)));
    tests.add(same("reshape by sizes", x -> x.reshape(x.shape().dim(0), 2, 3)));
    tests.add(same("one row", x -> x.reshape(1, x.size())));
    tests.add(same("slices", x -> x.get("1:, ::2").add(x.get("-1, ::2"))));
    tests.add(same("half", x -> x.get("{}:", x.shape().dim(0) / 2)));
    tests.add(same("scale by a length", x -> x.div(x.shape().dim(0))));
    tests.add(same("scale by a root", x -> x.mul(1 / Math.sqrt(x.shape().dim(0)))));
    tests.add(same("zeros of the shape", x -> concatenate(0, x, zeros(x.shape().dims()))));
    tests.add(same("positions", x -> x.add(arange(x.shape().dim(0)).expandDims(1))));
    tests.add(same("sums along", x -> x.cumsum(0)));
    tests.add(same("repeats", x -> x.repeat(2, 0).get("1::2")));
    tests.add(same("padding", x -> x.pad(1, 1, 0, 0)));
    tests.add(same("a mask", x -> where(tril(ones(x.shape().dim(0), 6), 0).gt(0), x, 0)));
    tests.add(same("gradient of a mean", x -> grad(y -> y.square().mean()).apply(x)));
    tests.add(
        same(
            "attention",
            x -> {
              Array q = x.reshape(1, 1, -1, 6);
              return sdpa(q, q, q, causal());
            }));
    return tests;
  }

  private static DynamicTest same(String name, UnaryOperator<Array> f) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          int[] runs = {0};
          Compiled<Array, Array> compiled =
              compile(
                  (Array x) -> {
                    runs[0]++;
                    return f.apply(x);
                  },
                  SHAPELESS);
          compiled.apply(sample(4, 6)).eval();
          int first = runs[0];
          for (long length : new long[] {8, 10, 2, 64, 6}) {
            Array x = sample(length, 6);
            Array expected = f.apply(x);
            Array got = compiled.apply(x);
            assertEquals(expected.shape(), got.shape());
            assertArrayEquals(expected.toFloatArray(), got.toFloatArray(), 1e-5f);
          }
          assertEquals(first, runs[0], "the function ran again: " + compiled.recompiles());
          assertEquals(1, compiled.recompiles().size());
          assertTrue(
              compiled.recompiles().getFirst().startsWith("first call; lengths that may change: x"),
              compiled.recompiles().toString());
        });
  }

  record Pair(Array x, Array y, int n) {}

  @Test
  void aRecompileSaysWhatChangedAndWhichLengthsMay() {
    Array w = sample(6, 4);
    Compiled<Pair, Array> f =
        compile((Pair p) -> p.x().matmul(w).mul(p.n()).add(p.y().sum()), SHAPELESS);
    f.apply(new Pair(sample(3, 6), sample(5), 2));
    f.apply(new Pair(sample(8, 6), sample(9), 2));
    Array x = sample(8, 6);
    assertArrayEquals(
        x.matmul(w).mul(3).add(sample(9).sum()).toFloatArray(),
        f.apply(new Pair(x, sample(9), 3)).toFloatArray(),
        1e-5f);
    f.apply(new Pair(sample(8, 6), sample(9).astype(F64), 3));
    f.apply(new Pair(sample(1, 6), sample(9).astype(F64), 3));
    f.apply(new Pair(sample(70, 6), sample(2, 9).astype(F64), 3));
    assertEquals(
        List.of(
            "first call; lengths that may change: x axis 0, y axis 0",
            "y changed from f32[9] to f64[9]; lengths that may change: x axis 0, y axis 0",
            "x changed from f32[8,6] to f32[1,6]; lengths that may change: y axis 0",
            "x changed from f32[1,6] to f32[70,6]; y changed from f64[9] to f64[2,9];"
                + " lengths that may change: x axis 0, y axis 0, y axis 1"),
        f.recompiles());
  }

  /** Lengths that were equal at first are one length. */
  @Test
  void equalLengthsStayEqual() {
    Compiled<List<Array>, Array> f = compile((List<Array> p) -> p.get(0).add(p.get(1)), SHAPELESS);
    f.apply(List.of(sample(4), sample(4))).eval();
    f.apply(List.of(sample(7), sample(7))).eval();
    assertEquals(1, f.recompiles().size());
    assertEquals("[5]", f.apply(List.of(sample(5), sample(1))).shape().toString());
    assertEquals(2, f.recompiles().size());
  }

  /** A length that decides about operations, or gives a number of no simple formula, is fixed. */
  @Test
  void aLengthThatTheFunctionNeedsIsFixed() {
    Compiled<Array, Array> f =
        compile(
            x -> {
              Array y = x;
              for (int i = 0; i < x.shape().dim(0); i++) {
                y = y.add(1);
              }
              return y.mul(Math.log(x.shape().dim(1)));
            },
            SHAPELESS);
    assertEquals(3f, f.apply(ones(2, 5)).get("0, 0").div(Math.log(5)).item(), 1e-5);
    assertEquals(4f, f.apply(ones(3, 5)).get("0, 0").div(Math.log(5)).item(), 1e-5);
    assertEquals(
        List.of(
            "first call; no length may change",
            "x changed from f32[2,5] to f32[3,5]; no length may change"),
        f.recompiles());
  }

  /** A formula that does not hold for a length is not used for it. */
  @Test
  void aHalfOfAnOddLengthRunsTheFunctionAgain() {
    UnaryOperator<Array> half = x -> x.get("{}:", x.shape().dim(0) / 2);
    Compiled<Array, Array> f = compile(half, SHAPELESS);
    assertEquals("[4]", f.apply(sample(8)).shape().toString());
    assertEquals("[5]", f.apply(sample(10)).shape().toString());
    assertEquals(1, f.recompiles().size());
    assertEquals("[4]", f.apply(sample(7)).shape().toString());
    assertEquals(2, f.recompiles().size());
  }
}
