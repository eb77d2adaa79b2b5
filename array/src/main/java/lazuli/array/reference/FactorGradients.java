package lazuli.array.reference;

import static org.ejml.dense.row.CommonOps_DDRM.addEquals;
import static org.ejml.dense.row.CommonOps_DDRM.mult;
import static org.ejml.dense.row.CommonOps_DDRM.multTransA;
import static org.ejml.dense.row.CommonOps_DDRM.multTransB;
import static org.ejml.dense.row.CommonOps_DDRM.subtractEquals;

import java.util.Arrays;
import lazuli.array.op.Aval;
import lazuli.array.op.Factorisation;
import lazuli.array.type.ArrayException;
import lazuli.array.type.FloatInfo;
import org.ejml.data.DMatrixRMaj;

/**
 * Gradients of the reduced forms of QR and of the singular value decomposition, matrix by matrix.
 * Where columns depend on each other, or singular values meet, there is no gradient: an error says
 * which.
 */
final class FactorGradients {
  private final String op;
  private final int batch;
  private final int m;
  private final int n;

  /** The smaller of both sizes. */
  private final int k;

  /** How near two numbers are one, relative to the largest. */
  private final double near;

  private FactorGradients(String op, int batch, int m, int n, double eps) {
    this.op = op;
    this.batch = batch;
    this.m = m;
    this.n = n;
    this.k = Math.min(m, n);
    this.near = Math.max(m, n) * eps;
  }

  static Dense run(Factorisation row, Dense packed, Dense gradient, Aval out) {
    Dense result = new Dense(out);
    int m = (int) out.shape().dim(-2);
    int n = (int) out.shape().dim(-1);
    int length = (int) packed.shape().dim(-1);
    double eps = FloatInfo.of(out.dtype()).eps();
    for (int b = 0; b < result.size() / (m * n); b++) {
      double[] parts = new double[length];
      double[] ds = new double[length];
      for (int i = 0; i < length; i++) {
        parts[i] = packed.get(b * length + i);
        ds[i] = gradient.get(b * length + i);
      }
      FactorGradients one = new FactorGradients(row.label(), b, m, n, eps);
      DMatrixRMaj dx = row == Factorisation.QR ? one.qr(parts, ds) : one.svd(parts, ds);
      for (int i = 0; i < m * n; i++) {
        result.set(b * m * n + i, dx.data[i]);
      }
    }
    return result;
  }

  /**
   * Walter and Lehmann, "Algorithmic differentiation of linear algebra functions" (2012), for at
   * least as many rows as columns; for fewer, the first columns give Q, and the others follow it.
   */
  private DMatrixRMaj qr(double[] parts, double[] ds) {
    DMatrixRMaj q = part(parts, 0, m, k);
    DMatrixRMaj r = part(parts, m * k, k, n);
    DMatrixRMaj dq = part(ds, 0, m, k);
    DMatrixRMaj dr = part(ds, m * k, k, n);
    regular(r);
    DMatrixRMaj rest = columns(r, k, n);
    DMatrixRMaj drRest = columns(dr, k, n);
    // The columns beyond the k-th are Q by the rest of R: what they pass to Q.
    if (n > k) {
      addEquals(dq, byTransposed(by(q, rest), drRest));
    }
    DMatrixRMaj first = columns(r, 0, k);
    DMatrixRMaj dFirst = columns(dr, 0, k);
    DMatrixRMaj inner = byTransposed(first, dFirst);
    subtractEquals(inner, transposedBy(dq, q));
    for (int i = 0; i < k; i++) {
      for (int j = i + 1; j < k; j++) {
        inner.set(i, j, inner.get(j, i));
      }
    }
    DMatrixRMaj sum = by(q, inner);
    addEquals(sum, dq);
    DMatrixRMaj dx = new DMatrixRMaj(m, n);
    // sum by the inverse of R transposed: X R^T = sum, column by column from the last.
    for (int row = 0; row < m; row++) {
      for (int j = k - 1; j >= 0; j--) {
        double value = sum.get(row, j);
        for (int c = j + 1; c < k; c++) {
          value -= dx.get(row, c) * first.get(j, c);
        }
        dx.set(row, j, value / first.get(j, j));
      }
    }
    DMatrixRMaj others = n > k ? by(q, drRest) : drRest;
    for (int row = 0; row < m; row++) {
      for (int c = k; c < n; c++) {
        dx.set(row, c, others.get(row, c - k));
      }
    }
    return dx;
  }

  private void regular(DMatrixRMaj r) {
    double largest = 0;
    for (int i = 0; i < k; i++) {
      largest = Math.max(largest, Math.abs(r.get(i, i)));
    }
    for (int i = 0; i < k; i++) {
      if (!(Math.abs(r.get(i, i)) > near * largest)) {
        throw refused(
            "element " + i + " of R's diagonal is " + r.get(i, i),
            "a matrix whose first " + k + " columns do not depend on each other",
            "leave that column out, or use svd");
      }
    }
  }

  /** Townsend, "Differentiating the singular value decomposition" (2016). */
  private DMatrixRMaj svd(double[] parts, double[] ds) {
    DMatrixRMaj u = part(parts, 0, m, k);
    DMatrixRMaj vt = part(parts, m * k + k, k, n);
    DMatrixRMaj du = part(ds, 0, m, k);
    DMatrixRMaj dvt = part(ds, m * k + k, k, n);
    double[] s = Arrays.copyOfRange(parts, m * k, m * k + k);
    boolean left = any(du);
    boolean right = any(dvt);
    DMatrixRMaj inner = new DMatrixRMaj(k, k);
    if (left || right) {
      distinct(s, left && m > k || right && n > k);
      DMatrixRMaj ofU = transposedBy(u, du);
      DMatrixRMaj ofV = byTransposed(vt, dvt);
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          if (i != j) {
            double f = 1 / ((s[j] - s[i]) * (s[j] + s[i]));
            double a = ofU.get(i, j) - ofU.get(j, i);
            double b = ofV.get(i, j) - ofV.get(j, i);
            inner.set(i, j, f * (a * s[j] + s[i] * b));
          }
        }
      }
    }
    for (int i = 0; i < k; i++) {
      inner.set(i, i, ds[m * k + i]);
    }
    DMatrixRMaj dx = by(by(u, inner), vt);
    if (left && m > k) {
      // What leaves the space of U: (1 - U Uᵀ) dU S⁻¹ Vᵀ.
      DMatrixRMaj out = du.copy();
      subtractEquals(out, by(u, transposedBy(u, du)));
      addEquals(dx, by(divided(out, s), vt));
    }
    if (right && n > k) {
      DMatrixRMaj out = new DMatrixRMaj(n, k);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < k; j++) {
          out.set(i, j, dvt.get(j, i));
        }
      }
      DMatrixRMaj inside = byTransposed(vt, dvt);
      subtractEquals(out, transposedBy(vt, inside));
      addEquals(dx, byTransposed(u, divided(out, s)));
    }
    return dx;
  }

  private void distinct(double[] s, boolean inverse) {
    for (int i = 0; i + 1 < k; i++) {
      if (!(s[i] - s[i + 1] > near * s[0])) {
        throw refused(
            "singular values " + i + " and " + (i + 1) + " are " + s[i] + " and " + s[i + 1],
            "singular values that differ, where U or V is used",
            "use the singular values alone, whose gradient needs no gap");
      }
    }
    if (inverse && !(s[k - 1] > near * s[0])) {
      throw refused(
          "singular value " + (k - 1) + " is " + s[k - 1],
          "singular values above 0, where U or V of a matrix that is not square is used",
          "use the singular values alone, or a matrix of full rank");
    }
  }

  private ArrayException refused(String what, String accepted, String fix) {
    return new ArrayException(
        "the gradient of " + op + " met matrix " + batch + ", where " + what, accepted, fix);
  }

  private static boolean any(DMatrixRMaj a) {
    for (double x : a.data) {
      if (x != 0) {
        return true;
      }
    }
    return false;
  }

  private static DMatrixRMaj part(double[] packed, int start, int rows, int columns) {
    double[] some = Arrays.copyOfRange(packed, start, start + rows * columns);
    return DMatrixRMaj.wrap(rows, columns, some);
  }

  private static DMatrixRMaj columns(DMatrixRMaj a, int from, int to) {
    DMatrixRMaj out = new DMatrixRMaj(a.numRows, to - from);
    for (int i = 0; i < a.numRows; i++) {
      for (int j = from; j < to; j++) {
        out.set(i, j - from, a.get(i, j));
      }
    }
    return out;
  }

  private static DMatrixRMaj divided(DMatrixRMaj a, double[] columns) {
    for (int i = 0; i < a.numRows; i++) {
      for (int j = 0; j < a.numCols; j++) {
        a.set(i, j, a.get(i, j) / columns[j]);
      }
    }
    return a;
  }

  private static DMatrixRMaj by(DMatrixRMaj a, DMatrixRMaj b) {
    DMatrixRMaj out = new DMatrixRMaj(a.numRows, b.numCols);
    mult(a, b, out);
    return out;
  }

  private static DMatrixRMaj transposedBy(DMatrixRMaj a, DMatrixRMaj b) {
    DMatrixRMaj out = new DMatrixRMaj(a.numCols, b.numCols);
    multTransA(a, b, out);
    return out;
  }

  private static DMatrixRMaj byTransposed(DMatrixRMaj a, DMatrixRMaj b) {
    DMatrixRMaj out = new DMatrixRMaj(a.numRows, b.numRows);
    multTransB(a, b, out);
    return out;
  }
}
