package lazuli.array.op;

/**
 * Factorisations of matrices, and what is computed by them. One row is all there is to one.
 *
 * <p>Columns: name; how many numbers the packed result has for a matrix of m rows and n columns;
 * formula.
 */
public enum Factorisation {
  /** Orthonormal Q [m, k] and upper triangular R [k, n], with k the smaller of m and n. */
  QR("qr", (m, n) -> Math.min(m, n) * (m + n), "Q by R, R with a diagonal of 0 or more"),
  /** U [m, k], singular values [k] in descending order, and V transposed [k, n]. */
  SVD("svd", (m, n) -> Math.min(m, n) * (m + n + 1), "U by the diagonal of S by V transposed"),
  /** Eigenvalues [n] in ascending order, and eigenvectors [n, n] as columns. */
  EIGH("eigh", (m, n) -> n + n * n, "eigenvalues and eigenvectors of a symmetric matrix"),
  /** The lower triangular L [n, n]. */
  CHOLESKY("cholesky", (m, n) -> n * n, "L with L by L transposed"),
  /** The inverse [n, n]. */
  INVERSE("inv", (m, n) -> n * n, "the inverse matrix"),
  /** The determinant, its sign, and the logarithm of its size. */
  DETERMINANT("det", (m, n) -> 3, "the determinant, its sign and the log of its size");

  /** How many numbers a result has. */
  interface Size {
    long of(long rows, long columns);
  }

  private final String label;
  private final Size size;
  private final String formula;

  Factorisation(String label, Size size, String formula) {
    this.label = label;
    this.size = size;
    this.formula = formula;
  }

  /** {@return the name in plans and errors} */
  public String label() {
    return label;
  }

  /** {@return the formula in words} */
  public String formula() {
    return formula;
  }

  /**
   * {@return how many numbers the packed result has}
   *
   * @param rows of the matrix
   * @param columns of the matrix
   */
  public long size(long rows, long columns) {
    return size.of(rows, columns);
  }
}
