package lazuli.array.plan;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.backend.View;
import lazuli.array.profile.Explanation;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;

/** Elementwise results in the order of their operands. */
class OrdersTest {
  private static final Array X = normal(key(7), F32, 30, 70).eval();
  private static final Array Y = normal(key(8), F32, 30, 70).eval();
  private static final Array CUBE = normal(key(9), F32, 5, 6, 7).eval();
  private static final Array ROW = normal(key(10), F32, 30).eval();
  private static final Array COLUMN = normal(key(11), F32, 70, 1).eval();

  private static View view(Array array) {
    return ((Stored) Objects.requireNonNull(array.eval().node().value())).view();
  }

  /** The values in row-major order are those of the reference; the strides are as told. */
  private static void lies(Supplier<Array> f, long... strides) throws Exception {
    Array got = f.get();
    assertArrayEquals(strides, view(got).strides());
    double[] expected = on("reference", () -> f.get().toDoubleArray());
    assertArrayEquals(expected, got.toDoubleArray(), 1e-5);
    assertArrayEquals(expected, got.contiguous().toDoubleArray(), 1e-5);
  }

  private static List<String> steps(Array x) {
    return explain(x).steps().stream().map(Explanation.Row::op).toList();
  }

  @Test
  void oneTransposedOperandIsFollowed() throws Exception {
    lies(() -> X.t().exp(), 1, 70);
    lies(() -> X.t().astype(BF16), 1, 70);
    lies(() -> CUBE.transpose(2, 0, 1).neg(), 1, 42, 7);
    // Its innermost elements are adjacent as they are.
    lies(() -> CUBE.transpose(1, 0, 2).neg(), 35, 7, 1);
  }

  @Test
  void chainsStayOneStepAndScalarsAndRepeatedOperandsJoin() throws Exception {
    Supplier<Array> chain = () -> X.t().mul(2).add(Y.t()).add(ROW).mul(COLUMN).tanh();
    lies(chain, 1, 70);
    assertEquals(1, steps(chain.get()).size(), "steps");
    lies(
        () -> {
          Array e = X.t().tanh();
          return e.mul(e).add(e);
        },
        1,
        70);
  }

  @Test
  void rowsOfTheFullSizeKeepTheUsualOrder() throws Exception {
    lies(() -> X.t().add(Y.reshape(70, 30)), 30, 1);
    lies(() -> X.add(Y), 70, 1);
    lies(() -> X.get(":,::2").exp(), 35, 1);
    lies(() -> ROW.broadcastTo(70, 30).exp(), 30, 1);
  }

  @Test
  void whatSomethingElseReadsKeepsTheUsualOrder() throws Exception {
    Array both = X.t().exp();
    Array sum = both.sum(1);
    eval(both, sum);
    assertArrayEquals(new long[] {30, 1}, view(both).strides());
    double[] expected = on("reference", () -> X.t().exp().sum(1).toDoubleArray());
    assertArrayEquals(expected, sum.toDoubleArray(), 1e-4);
  }

  @Test
  void aPartThatIsAlsoRequestedIsReadWhereItLies() throws Exception {
    Array part = X.t().exp();
    Array whole = part.add(1);
    eval(part, whole);
    double[] expected = on("reference", () -> X.t().exp().add(1).toDoubleArray());
    assertArrayEquals(expected, whole.toDoubleArray(), 1e-5);
  }

  @Test
  void aProductThatIsSeenTransposedIsFollowed() throws Exception {
    lies(() -> X.matmul(Y.t()).t().tanh(), 1, 30);
  }

  /** Blocks that begin and end within a row, of short rows that are read along columns. */
  @Test
  void transposedOperandsBesideRowsAreReadAlongTheirColumns() throws Exception {
    for (long wide : new long[] {2, 3, 24, 100, 300}) {
      for (DType type : List.of(F32, F64, F16, BF16)) {
        long high = 9000 / wide;
        Array a = normal(key(wide), F32, wide, high).astype(type).eval();
        Array b = normal(key(wide + 1), F32, high, wide).astype(type).eval();
        Array got = a.t().maximum(b);
        double[] expected = on("reference", () -> a.t().maximum(b).toDoubleArray());
        assertArrayEquals(expected, got.toDoubleArray(), type + " [" + high + "," + wide + "]");
        assertArrayEquals(new long[] {wide, 1}, view(got).strides());
      }
    }
  }

  @Test
  void dimensionsOfOneElementAreInNobodysWay() throws Exception {
    Array x = normal(key(3), F32, 1, 30, 1, 70).eval();
    lies(() -> x.transpose(0, 2, 3, 1).exp(), view(x.transpose(0, 2, 3, 1).exp()).strides());
    Array y = x.transpose(0, 2, 3, 1).exp().eval();
    assertEquals(70, view(y).strides()[3]);
    assertEquals(1, view(y).strides()[2]);
  }

  @Test
  void theOrderIsKeptFromOneEvaluationToTheNext() throws Exception {
    Array e = X.t().exp().eval();
    lies(() -> e.mul(3).sub(1), 1, 70);
  }

  @Test
  void aCompositeThatIsExpandedStillTellsItsKernel() {
    Array x = normal(key(4), F64, 30, 70).eval();
    Array y = rmsNorm(x.t(), 1e-5).eval();
    assertNotNull(y.dispatch());
  }
}
