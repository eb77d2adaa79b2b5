package lazuli.array.cpu.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Species;

/**
 * The two matrix products of an attention tile, register-blocked.
 *
 * <p>The left operand is packed so that the rows of one step lie side by side and are broadcast;
 * the right operand is read by vectors. 8 rows by 2 vectors keep 16 accumulators in registers,
 * which fits machines with 32 vector registers; with 256-bit vectors there may be only 16, so two
 * halves of 4 rows are used. Only arrays are touched: scalar reads from memory segments fall off a
 * cliff in C2.
 */
final class Microkernels {
  /** Rows of the packed left operand. */
  static final int ROWS = 8;

  private static final VectorSpecies<Float> S = Species.F32;
  private static final int L = S.length();
  private static final boolean FEW_REGISTERS = S.vectorBitSize() == 256;
  // Longer chains of additions are cut: their rounding would exceed that of everything else. Sums
  // that go on from tile to tile, those of weights and values, bear chains twice as long: RMS error
  // 9.6e-9 either way at 2,048 keys, and 1.27e-8 if scores had them too.
  private static final int CHAIN = 32;
  private static final int ADDED_CHAIN = 64;

  private Microkernels() {}

  /** c[8 rows][width] = (add ? c : 0) + product; the width is a multiple of the vector length. */
  static void multiply(
      int width,
      int depth,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      boolean add) {
    int chain = add ? ADDED_CHAIN : CHAIN;
    for (int k = 0; k < depth || k == 0; k += chain) {
      int some = Math.min(chain, depth - k);
      chunk(width, some, a, ao + k * lda, lda, b, bo + k * ldb, ldb, c, co, ldc, add || k > 0);
    }
  }

  private static void chunk(
      int width,
      int depth,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      boolean add) {
    int n = 0;
    for (; n + 2 * L <= width; n += 2 * L) {
      if (FEW_REGISTERS) {
        tile4x2(depth, a, ao, lda, b, bo + n, ldb, c, co + n, ldc, add);
        tile4x2(depth, a, ao + 4, lda, b, bo + n, ldb, c, co + 4 * ldc + n, ldc, add);
      } else {
        tile8x2(depth, a, ao, lda, b, bo + n, ldb, c, co + n, ldc, add);
      }
    }
    if (n < width) {
      tile8x1(depth, a, ao, lda, b, bo + n, ldb, c, co + n, ldc, add);
    }
  }

  /** c[8 rows x 2 vectors] = (add ? c : 0) + sum over depth of a[k][row] * b[k][column]. */
  private static void tile8x2(
      int depth,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      boolean add) {
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c21 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c31 = FloatVector.zero(S);
    FloatVector c40 = FloatVector.zero(S);
    FloatVector c41 = FloatVector.zero(S);
    FloatVector c50 = FloatVector.zero(S);
    FloatVector c51 = FloatVector.zero(S);
    FloatVector c60 = FloatVector.zero(S);
    FloatVector c61 = FloatVector.zero(S);
    FloatVector c70 = FloatVector.zero(S);
    FloatVector c71 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + 0 * L);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + 1 * L);
      FloatVector a0 = FloatVector.broadcast(S, a[ao + 0]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(S, a[ao + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(S, a[ao + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(S, a[ao + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(S, a[ao + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(S, a[ao + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(S, a[ao + 6]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(S, a[ao + 7]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      ao += lda;
      bo += ldb;
    }
    if (add) {
      c00.add(FloatVector.fromArray(S, c, co + 0 * ldc + 0 * L)).intoArray(c, co + 0 * ldc + 0 * L);
      c01.add(FloatVector.fromArray(S, c, co + 0 * ldc + 1 * L)).intoArray(c, co + 0 * ldc + 1 * L);
      c10.add(FloatVector.fromArray(S, c, co + 1 * ldc + 0 * L)).intoArray(c, co + 1 * ldc + 0 * L);
      c11.add(FloatVector.fromArray(S, c, co + 1 * ldc + 1 * L)).intoArray(c, co + 1 * ldc + 1 * L);
      c20.add(FloatVector.fromArray(S, c, co + 2 * ldc + 0 * L)).intoArray(c, co + 2 * ldc + 0 * L);
      c21.add(FloatVector.fromArray(S, c, co + 2 * ldc + 1 * L)).intoArray(c, co + 2 * ldc + 1 * L);
      c30.add(FloatVector.fromArray(S, c, co + 3 * ldc + 0 * L)).intoArray(c, co + 3 * ldc + 0 * L);
      c31.add(FloatVector.fromArray(S, c, co + 3 * ldc + 1 * L)).intoArray(c, co + 3 * ldc + 1 * L);
      c40.add(FloatVector.fromArray(S, c, co + 4 * ldc + 0 * L)).intoArray(c, co + 4 * ldc + 0 * L);
      c41.add(FloatVector.fromArray(S, c, co + 4 * ldc + 1 * L)).intoArray(c, co + 4 * ldc + 1 * L);
      c50.add(FloatVector.fromArray(S, c, co + 5 * ldc + 0 * L)).intoArray(c, co + 5 * ldc + 0 * L);
      c51.add(FloatVector.fromArray(S, c, co + 5 * ldc + 1 * L)).intoArray(c, co + 5 * ldc + 1 * L);
      c60.add(FloatVector.fromArray(S, c, co + 6 * ldc + 0 * L)).intoArray(c, co + 6 * ldc + 0 * L);
      c61.add(FloatVector.fromArray(S, c, co + 6 * ldc + 1 * L)).intoArray(c, co + 6 * ldc + 1 * L);
      c70.add(FloatVector.fromArray(S, c, co + 7 * ldc + 0 * L)).intoArray(c, co + 7 * ldc + 0 * L);
      c71.add(FloatVector.fromArray(S, c, co + 7 * ldc + 1 * L)).intoArray(c, co + 7 * ldc + 1 * L);
    } else {
      c00.intoArray(c, co + 0 * ldc + 0 * L);
      c01.intoArray(c, co + 0 * ldc + 1 * L);
      c10.intoArray(c, co + 1 * ldc + 0 * L);
      c11.intoArray(c, co + 1 * ldc + 1 * L);
      c20.intoArray(c, co + 2 * ldc + 0 * L);
      c21.intoArray(c, co + 2 * ldc + 1 * L);
      c30.intoArray(c, co + 3 * ldc + 0 * L);
      c31.intoArray(c, co + 3 * ldc + 1 * L);
      c40.intoArray(c, co + 4 * ldc + 0 * L);
      c41.intoArray(c, co + 4 * ldc + 1 * L);
      c50.intoArray(c, co + 5 * ldc + 0 * L);
      c51.intoArray(c, co + 5 * ldc + 1 * L);
      c60.intoArray(c, co + 6 * ldc + 0 * L);
      c61.intoArray(c, co + 6 * ldc + 1 * L);
      c70.intoArray(c, co + 7 * ldc + 0 * L);
      c71.intoArray(c, co + 7 * ldc + 1 * L);
    }
  }

  /** c[4 rows x 2 vectors] = (add ? c : 0) + sum over depth of a[k][row] * b[k][column]. */
  private static void tile4x2(
      int depth,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      boolean add) {
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c21 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c31 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + 0 * L);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + 1 * L);
      FloatVector a0 = FloatVector.broadcast(S, a[ao + 0]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(S, a[ao + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(S, a[ao + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(S, a[ao + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      ao += lda;
      bo += ldb;
    }
    if (add) {
      c00.add(FloatVector.fromArray(S, c, co + 0 * ldc + 0 * L)).intoArray(c, co + 0 * ldc + 0 * L);
      c01.add(FloatVector.fromArray(S, c, co + 0 * ldc + 1 * L)).intoArray(c, co + 0 * ldc + 1 * L);
      c10.add(FloatVector.fromArray(S, c, co + 1 * ldc + 0 * L)).intoArray(c, co + 1 * ldc + 0 * L);
      c11.add(FloatVector.fromArray(S, c, co + 1 * ldc + 1 * L)).intoArray(c, co + 1 * ldc + 1 * L);
      c20.add(FloatVector.fromArray(S, c, co + 2 * ldc + 0 * L)).intoArray(c, co + 2 * ldc + 0 * L);
      c21.add(FloatVector.fromArray(S, c, co + 2 * ldc + 1 * L)).intoArray(c, co + 2 * ldc + 1 * L);
      c30.add(FloatVector.fromArray(S, c, co + 3 * ldc + 0 * L)).intoArray(c, co + 3 * ldc + 0 * L);
      c31.add(FloatVector.fromArray(S, c, co + 3 * ldc + 1 * L)).intoArray(c, co + 3 * ldc + 1 * L);
    } else {
      c00.intoArray(c, co + 0 * ldc + 0 * L);
      c01.intoArray(c, co + 0 * ldc + 1 * L);
      c10.intoArray(c, co + 1 * ldc + 0 * L);
      c11.intoArray(c, co + 1 * ldc + 1 * L);
      c20.intoArray(c, co + 2 * ldc + 0 * L);
      c21.intoArray(c, co + 2 * ldc + 1 * L);
      c30.intoArray(c, co + 3 * ldc + 0 * L);
      c31.intoArray(c, co + 3 * ldc + 1 * L);
    }
  }

  /** c[8 rows x 1 vectors] = (add ? c : 0) + sum over depth of a[k][row] * b[k][column]. */
  private static void tile8x1(
      int depth,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      boolean add) {
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c40 = FloatVector.zero(S);
    FloatVector c50 = FloatVector.zero(S);
    FloatVector c60 = FloatVector.zero(S);
    FloatVector c70 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + 0 * L);
      FloatVector a0 = FloatVector.broadcast(S, a[ao + 0]);
      c00 = a0.fma(b0, c00);
      FloatVector a1 = FloatVector.broadcast(S, a[ao + 1]);
      c10 = a1.fma(b0, c10);
      FloatVector a2 = FloatVector.broadcast(S, a[ao + 2]);
      c20 = a2.fma(b0, c20);
      FloatVector a3 = FloatVector.broadcast(S, a[ao + 3]);
      c30 = a3.fma(b0, c30);
      FloatVector a4 = FloatVector.broadcast(S, a[ao + 4]);
      c40 = a4.fma(b0, c40);
      FloatVector a5 = FloatVector.broadcast(S, a[ao + 5]);
      c50 = a5.fma(b0, c50);
      FloatVector a6 = FloatVector.broadcast(S, a[ao + 6]);
      c60 = a6.fma(b0, c60);
      FloatVector a7 = FloatVector.broadcast(S, a[ao + 7]);
      c70 = a7.fma(b0, c70);
      ao += lda;
      bo += ldb;
    }
    if (add) {
      c00.add(FloatVector.fromArray(S, c, co + 0 * ldc + 0 * L)).intoArray(c, co + 0 * ldc + 0 * L);
      c10.add(FloatVector.fromArray(S, c, co + 1 * ldc + 0 * L)).intoArray(c, co + 1 * ldc + 0 * L);
      c20.add(FloatVector.fromArray(S, c, co + 2 * ldc + 0 * L)).intoArray(c, co + 2 * ldc + 0 * L);
      c30.add(FloatVector.fromArray(S, c, co + 3 * ldc + 0 * L)).intoArray(c, co + 3 * ldc + 0 * L);
      c40.add(FloatVector.fromArray(S, c, co + 4 * ldc + 0 * L)).intoArray(c, co + 4 * ldc + 0 * L);
      c50.add(FloatVector.fromArray(S, c, co + 5 * ldc + 0 * L)).intoArray(c, co + 5 * ldc + 0 * L);
      c60.add(FloatVector.fromArray(S, c, co + 6 * ldc + 0 * L)).intoArray(c, co + 6 * ldc + 0 * L);
      c70.add(FloatVector.fromArray(S, c, co + 7 * ldc + 0 * L)).intoArray(c, co + 7 * ldc + 0 * L);
    } else {
      c00.intoArray(c, co + 0 * ldc + 0 * L);
      c10.intoArray(c, co + 1 * ldc + 0 * L);
      c20.intoArray(c, co + 2 * ldc + 0 * L);
      c30.intoArray(c, co + 3 * ldc + 0 * L);
      c40.intoArray(c, co + 4 * ldc + 0 * L);
      c50.intoArray(c, co + 5 * ldc + 0 * L);
      c60.intoArray(c, co + 6 * ldc + 0 * L);
      c70.intoArray(c, co + 7 * ldc + 0 * L);
    }
  }
}
