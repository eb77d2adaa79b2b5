package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;

/** Factorisations give their matrix back. */
class FactorisationTest {
  @Test
  void factorisationsGiveTheMatrixBack() {
    for (DType type : new DType[] {F64, F32}) {
      double t = type == F64 ? 1e-10 : 2e-4;
      Array a = normal(key(1), type, 3, 5, 5);
      Array wide = normal(key(2), type, 2, 4, 6);
      Array tall = normal(key(3), type, 7, 3);
      for (Array x : new Array[] {a, wide, tall}) {
        LinearFunctions.Qr qr = qr(x);
        near(x, qr.q().matmul(qr.r()), t);
        near(identity(qr.q().shape().dim(-1)), qr.q().t().matmul(qr.q()), t);
        LinearFunctions.Svd svd = svd(x);
        near(x, svd.u().mul(svd.s().expandDims(-2)).matmul(svd.vt()), t);
        near(x, x.matmul(pinv(x)).matmul(x), 10 * t);
      }
      Array symmetric = a.add(a.t());
      LinearFunctions.Eigh eigh = eigh(symmetric);
      near(symmetric.matmul(eigh.vectors()), eigh.vectors().mul(eigh.values().expandDims(-2)), t);
      Array positive = a.matmul(a.t()).add(identity(5).astype(type));
      near(positive, cholesky(positive).matmul(cholesky(positive).t()), t);
      near(identity(5), positive.matmul(inv(positive)), 10 * t);
      Array b = normal(key(4), type, 3, 5, 2);
      near(b, a.matmul(solve(a, b)), 100 * t);
      near(slogdet(a).sign().mul(slogdet(a).logSize().exp()), det(a), 10 * t);
    }
    assertEquals(-2, det(array(new double[][] {{1, 2}, {3, 4}}, F64)).item(), 1e-12);
    Array m = array(new double[][] {{3, -4}, {0, 2}}, F64);
    assertEquals(Math.sqrt(29), norm(m).item(), 1e-12);
    assertEquals(6, matrixNorm(m, 1, 0, 1).item(), 1e-12);
    assertEquals(7, matrixNorm(m, Double.POSITIVE_INFINITY, 0, 1).item(), 1e-12);
    assertEquals(svd(m).s().sum().item(), matrixNorm(m, "nuc", 0, 1).item(), 1e-12);
    assertArrayEquals(new double[] {3, 6}, vectorNorm(m, 1, 0).toDoubleArray(), 1e-12);
  }

  private static void near(Array expected, Array got, double tolerance) {
    assertTrue(
        got.sub(expected).abs().max().item() <= tolerance,
        () -> "expected " + expected + ", got " + got);
  }

  private static String refusal(java.util.function.UnaryOperator<Array> loss, Array x) {
    return assertThrows(ArrayException.class, () -> grad(loss).apply(x).eval()).getMessage();
  }

  @Test
  void whereThereIsNoGradientAnErrorSaysWhichNumbersMeet() {
    Array same = identity(2).astype(F64);
    assertEquals(
        """
        the gradient of svd met matrix 0, where singular values 0 and 1 are 1.0 and 1.0
          accepted: singular values that differ, where U or V is used
          fix: use the singular values alone, whose gradient needs no gap""",
        refusal(x -> svd(x).u().sum(), same));
    assertArrayEquals(
        new double[] {1, 0, 0, 1},
        grad((Array x) -> svd(x).s().sum()).apply(same).toDoubleArray(),
        1e-12);
    Array flat = array(new double[][] {{1, 2}, {2, 4}, {3, 6}}, F64);
    assertTrue(
        refusal(x -> svd(x).vt().sum().add(svd(x).u().sum()), flat)
            .startsWith("the gradient of svd met matrix 0, where singular value 1 is "));
    Array second = stack(0, flat.add(eye(3, 2, 0, F64)), flat);
    assertTrue(
        refusal(x -> qr(x).r().sum(), second)
            .startsWith("the gradient of qr met matrix 1, where element 1 of R's diagonal is "));
    assertTrue(
        refusal(x -> qr(x).r().sum(), second)
            .endsWith(
                "\n  accepted: a matrix whose first 2 columns do not depend on each other"
                    + "\n  fix: leave that column out, or use svd"));
  }

  @Test
  void aProductAndItsTransposeMeet() {
    Array x = arange(6).reshape(2, 3).astype(F32);
    Array z = x.matmul(x.t());
    assertArrayEquals(new float[] {10, 28, 28, 100}, z.add(z.t()).toFloatArray());
  }
}
