package lazuli.array.reference;

import java.util.Arrays;
import lazuli.array.op.Aval;
import lazuli.array.op.Factor;
import lazuli.array.op.Factorisation;
import lazuli.array.type.ArrayException;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.LUDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;

/** Factorisations by EJML, which is loaded when the first one runs. */
final class Factoring {
  private Factoring() {}

  static Dense run(Factor op, Dense in, Aval out) {
    Dense result = new Dense(out);
    int m = (int) in.shape().dim(-2);
    int n = (int) in.shape().dim(-1);
    int packed = (int) out.shape().dim(-1);
    double[] matrix = new double[m * n];
    for (int b = 0; b < in.size() / (m * n); b++) {
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] = in.get(b * matrix.length + i);
      }
      double[] parts = matrix(op.row(), DMatrixRMaj.wrap(m, n, matrix.clone()), b);
      for (int i = 0; i < packed; i++) {
        result.set(b * packed + i, parts[i]);
      }
    }
    return result;
  }

  private static double[] matrix(Factorisation row, DMatrixRMaj a, int batch) {
    return switch (row) {
      case QR -> qr(a);
      case SVD -> svd(a, batch);
      case EIGH -> eigh(a, batch);
      case CHOLESKY -> cholesky(a, batch);
      case INVERSE -> inverse(a, batch);
      case DETERMINANT -> determinant(a);
    };
  }

  private static ArrayException refused(String op, int batch, String what, String fix) {
    return new ArrayException(
        op + " met matrix " + batch + ", which is " + what, "another matrix", fix);
  }

  private static double[] pack(int size, double[]... parts) {
    double[] out = new double[size];
    int at = 0;
    for (double[] part : parts) {
      System.arraycopy(part, 0, out, at, part.length);
      at += part.length;
    }
    return out;
  }

  private static double[] data(DMatrixRMaj a) {
    return Arrays.copyOf(a.data, a.numRows * a.numCols);
  }

  private static double[] qr(DMatrixRMaj a) {
    int k = Math.min(a.numRows, a.numCols);
    QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(a.numRows, a.numCols);
    if (!qr.decompose(a.copy())) {
      throw new IllegalStateException("qr failed");
    }
    DMatrixRMaj q = qr.getQ(null, true);
    DMatrixRMaj r = qr.getR(null, true);
    // The signs are free: a diagonal of 0 or more makes the result unique.
    for (int i = 0; i < k; i++) {
      if (r.get(i, i) < 0) {
        for (int j = 0; j < a.numCols; j++) {
          r.set(i, j, -r.get(i, j));
        }
        for (int j = 0; j < a.numRows; j++) {
          q.set(j, i, -q.get(j, i));
        }
      }
    }
    return pack(k * (a.numRows + a.numCols), data(q), data(r));
  }

  private static double[] svd(DMatrixRMaj a, int batch) {
    int k = Math.min(a.numRows, a.numCols);
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(a.numRows, a.numCols, true, true, true);
    if (!svd.decompose(a.copy())) {
      throw refused("svd", batch, "not finite or did not converge", "check for NaN and infinity");
    }
    DMatrixRMaj u = svd.getU(null, false);
    DMatrixRMaj v = svd.getV(null, true);
    double[] s = svd.getSingularValues();
    Integer[] order = new Integer[k];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (x, y) -> Double.compare(s[y], s[x]));
    double[] left = new double[a.numRows * k];
    double[] values = new double[k];
    double[] right = new double[k * a.numCols];
    for (int i = 0; i < k; i++) {
      values[i] = s[order[i]];
      for (int r = 0; r < a.numRows; r++) {
        left[r * k + i] = u.get(r, order[i]);
      }
      for (int c = 0; c < a.numCols; c++) {
        right[i * a.numCols + c] = v.get(order[i], c);
      }
    }
    return pack(k * (a.numRows + a.numCols + 1), left, values, right);
  }

  private static double[] eigh(DMatrixRMaj a, int batch) {
    int n = a.numRows;
    DMatrixRMaj whole = new DMatrixRMaj(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        whole.set(i, j, a.get(Math.max(i, j), Math.min(i, j)));
      }
    }
    EigenDecomposition_F64<DMatrixRMaj> eig = DecompositionFactory_DDRM.eig(n, true, true);
    if (!eig.decompose(whole)) {
      throw refused("eigh", batch, "not finite or did not converge", "check for NaN and infinity");
    }
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        (x, y) -> Double.compare(eig.getEigenvalue(x).getReal(), eig.getEigenvalue(y).getReal()));
    double[] values = new double[n];
    double[] vectors = new double[n * n];
    for (int i = 0; i < n; i++) {
      values[i] = eig.getEigenvalue(order[i]).getReal();
      DMatrixRMaj vector = eig.getEigenVector(order[i]);
      for (int r = 0; r < n; r++) {
        vectors[r * n + i] = vector.get(r, 0);
      }
    }
    return pack(n + n * n, values, vectors);
  }

  private static double[] cholesky(DMatrixRMaj a, int batch) {
    var chol = DecompositionFactory_DDRM.chol(a.numRows, true);
    if (!chol.decompose(a.copy())) {
      throw refused(
          "cholesky", batch, "not positive definite", "add a small multiple of eye(n) to it");
    }
    return data(chol.getT(null));
  }

  private static double[] inverse(DMatrixRMaj a, int batch) {
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.lu(a.numRows);
    DMatrixRMaj out = new DMatrixRMaj(a.numRows, a.numRows);
    if (!solver.setA(a.copy()) || solver.quality() == 0) {
      throw refused("inv", batch, "singular", "use pinv for matrices without an inverse");
    }
    solver.invert(out);
    return data(out);
  }

  private static double[] determinant(DMatrixRMaj a) {
    LUDecomposition_F64<DMatrixRMaj> lu = DecompositionFactory_DDRM.lu(a.numRows, a.numCols);
    lu.decompose(a.copy());
    double det = lu.computeDeterminant().getReal();
    DMatrixRMaj upper = lu.getUpper(null);
    double log = 0;
    for (int i = 0; i < a.numRows; i++) {
      log += Math.log(Math.abs(upper.get(i, i)));
    }
    // The determinant itself may overflow where its sign and logarithm do not.
    double sign = Math.signum(det);
    if (det == 0 && Double.isFinite(log) || Double.isInfinite(det)) {
      DMatrixRMaj scaled = a.copy();
      double scale = Math.exp(-log / a.numRows);
      for (int i = 0; i < scaled.getNumElements(); i++) {
        scaled.data[i] *= scale;
      }
      lu.decompose(scaled);
      sign = Math.signum(lu.computeDeterminant().getReal());
    }
    return new double[] {det, sign, log};
  }
}
