package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Gradients of operations made of others against central differences. */
class ComposedGradientTest {
  private static Array both(Array a, Array b) {
    return concatenate(0, a.reshape(-1), b.reshape(-1));
  }

  /** Gradients of operations made of others against central differences, in float64. */
  @TestFactory
  List<DynamicTest> gradientsAreTheSlope() {
    Array idx = array(2, 0, 2);
    Array weights = normal(key(77), F64, 64);
    List<DynamicTest> tests = new ArrayList<>();
    record Case(String name, java.util.function.UnaryOperator<Array> f) {}
    for (Case c :
        List.of(
            new Case("get", x -> x.get(all(), idx)),
            new Case("take", x -> x.take(idx, 1)),
            new Case("takeAlongAxis", x -> x.takeAlongAxis(idx.expandDims(0), 1)),
            new Case("set", x -> x.at(all(), idx).set(x.get(":, 0:1").square())),
            new Case("set slice", x -> x.at("0, ::-2").set(x.get("1, 0:2"))),
            new Case("add", x -> x.at(all(), idx).add(x.get(":, 0:1").square())),
            new Case("max", x -> x.at(all(), array(1)).max(x.get(":, 0:1"))),
            new Case("putAlongAxis", x -> x.putAlongAxis(idx.expandDims(0), x.square(), 1)),
            new Case("concatenate", x -> concatenate(1, x, x.square())),
            new Case("sort", x -> x.sort(1)),
            new Case("cumsum", x -> x.cumsum(1)),
            new Case("cumsum reverse", x -> x.cumsum(0, true, false)),
            new Case("cumprod", x -> x.cumprod(1)),
            new Case(
                "cumprod with zeros", x -> x.mul(array(new double[] {1, 0, 1}, F64)).cumprod(1)),
            new Case("cummax", x -> x.cummax(1)),
            new Case("cummin", x -> x.cummin(1, true, true)),
            new Case("logcumsumexp", x -> x.logcumsumexp(1)),
            new Case("var", x -> x.var(1)),
            new Case("std", x -> x.std(1, true, 0)),
            new Case("median", x -> x.median(1)),
            new Case("topk", x -> x.topk(2, 1)),
            new Case("logSumExp", x -> x.logSumExp()),
            new Case("pad", x -> x.pad("reflect", 1)),
            new Case("diagonal", x -> x.diagonal()),
            new Case("tril", x -> x.tril(0)),
            new Case("roll", x -> x.roll(2)),
            new Case("kron", x -> kron(x, x)),
            new Case("einsum", x -> einsum("ij,kj,kl->il", x, x, x)),
            new Case("rmsNorm", x -> rmsNorm(x, 1e-3)),
            new Case("layerNorm", x -> layerNorm(x, x.get("0"), x.get("1"), 1e-3)),
            new Case("rope", x -> rope(x.reshape(1, 3, 2), 2)),
            new Case("inv", x -> inv(x.matmul(x.t()).add(identity(2).astype(F64)))),
            new Case("det", x -> det(x.matmul(x.t()))),
            new Case("slogdet", x -> slogdet(x.matmul(x.t())).logSize()),
            new Case("solve", x -> solve(x.matmul(x.t()).add(identity(2).astype(F64)), x)),
            new Case("cholesky", x -> cholesky(x.matmul(x.t()).add(identity(2).astype(F64)))),
            new Case("eigh", x -> eigh(x.matmul(x.t())).values()),
            new Case("qr of a wide matrix", x -> both(qr(x).q(), qr(x).r())),
            new Case("qr of a tall matrix", x -> both(qr(x.t()).q(), qr(x.t()).r())),
            new Case("qr of a square matrix", x -> qr(x.get(":, 0:2")).q()),
            new Case("r alone", x -> qr(x.t()).r()),
            new Case("singular values", x -> svd(x).s()),
            new Case("svd of a wide matrix", x -> both(svd(x).u(), svd(x).vt())),
            new Case("svd of a tall matrix", x -> both(svd(x.t()).u(), svd(x.t()).vt())),
            new Case("svd of a square matrix", x -> both(svd(x.matmul(x.t())).u(), svd(x).s())),
            new Case("pinv", x -> pinv(x)),
            new Case("nuclear norm", x -> matrixNorm(x, "nuc", 0, 1)),
            new Case("qr of two", x -> qr(stack(0, x, x.square())).q()),
            new Case("norm", x -> norm(x, 1)),
            new Case("logaddexp", x -> x.logaddexp(x.square())),
            new Case("arctan2", x -> x.arctan2(x.add(3.0))))) {
      tests.add(
          DynamicTest.dynamicTest(
              c.name,
              () -> {
                double[] at = {0.5, -1.2, 0.3, 0.9, 1.7, -0.4};
                java.util.function.UnaryOperator<Array> loss =
                    x -> {
                      Array y = c.f.apply(x).reshape(-1);
                      return y.mul(weights.get("0:{}", y.size())).sum();
                    };
                double[] got = grad(loss).apply(array(at, F64).reshape(2, 3)).toDoubleArray();
                DoubleBinaryOperator value =
                    (i, step) -> {
                      double[] moved = at.clone();
                      moved[(int) i] += step;
                      return loss.apply(array(moved, F64).reshape(2, 3)).item();
                    };
                for (int i = 0; i < at.length; i++) {
                  double h = 1e-5;
                  double slope = (value.applyAsDouble(i, h) - value.applyAsDouble(i, -h)) / (2 * h);
                  assertEquals(slope, got[i], 1e-6 * (1 + Math.abs(slope)), "at " + i);
                }
              }));
    }
    return tests;
  }
}
