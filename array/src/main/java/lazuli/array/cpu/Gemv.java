package lazuli.array.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * A row times a matrix, [1, k] x [k, n], computed in f32. The matrix is read once and never packed:
 * memory is the limit. Columns are dot products where they are adjacent in memory; otherwise rows
 * are added up, a block of columns at a time.
 */
final class Gemv {
  private static final int L = Species.LANES;

  /** Terms that are summed in one run of f32 operations. */
  private static final int RUN = 1024;

  private static final int WIDEST = 1024;
  private static final double BYTES_PER_NANO = 20;

  private final int n;
  private final int k;
  private final DType out;
  private final @Nullable Epilogue epilogue;

  Gemv(int n, int k, DType out, @Nullable Epilogue epilogue) {
    this.epilogue = epilogue;
    this.n = n;
    this.k = k;
    this.out = out;
  }

  /**
   * Computes the product with all threads.
   *
   * @param a the row
   * @param b the matrix
   * @param c the address of the result
   */
  void run(Matrix a, Matrix b, long c) {
    float[] x = Scratch.current().floats(Slot.GEMM_A, k);
    Rows.read(a.dtype(), a.address(0, 0), a.colStride(), x, 0, k);
    long nanos = (long) ((double) n * k * b.dtype().bytes() / BYTES_PER_NANO);
    boolean dots = Math.abs(b.rowStride()) < Math.abs(b.colStride());
    // An eighth of the columns, so that several threads find work; whole cache lines.
    int wide = Math.clamp((n / 8 + 63) / 64 * 64, 64, WIDEST);
    Workers.run(
        Math.ceilDiv(n, wide),
        nanos,
        item -> {
          int first = item * wide;
          int some = Math.min(wide, n - first);
          float[] y = Scratch.current().floats(Slot.GEMM_TILE, WIDEST);
          if (dots) {
            dots(x, b, first, some, y);
          } else {
            rows(x, b, first, some, y);
          }
          long to = c + (long) first * out.bytes();
          Rows.write(out, y, 0, to, some);
          if (epilogue != null) {
            epilogue.apply(to, 1, (long) some * out.bytes(), some);
          }
        });
  }

  private void dots(float[] x, Matrix b, int first, int some, float[] y) {
    long memory = Scratch.current().bytes(Slot.ROW, 4L * RUN);
    float[] lanes = Scratch.current().floats(Slot.PARTIAL, L);
    boolean direct = b.dtype() == DType.F32 && b.rowStride() == 1;
    Feed.Mover mover = Movers.load(b.dtype());
    for (int j = 0; j < some; j++) {
      double sum = 0;
      for (int r = 0; r < k; r += RUN) {
        int deep = Math.min(RUN, k - r);
        long from = b.address(r, first + j);
        if (!direct) {
          mover.move(from, b.rowStride() * b.dtype().bytes(), memory, deep);
          from = memory;
        }
        sum += dot(x, r, from, deep, lanes);
      }
      y[j] = (float) sum;
    }
  }

  /** A dot product; the lanes are added in order. */
  private static double dot(float[] x, int at, long b, int n, float[] lanes) {
    FloatVector s0 = FloatVector.zero(Species.F32);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i <= n - 4 * L; i += 4 * L) {
      long p = b + 4L * i;
      s0 = Memory.floats(p).fma(FloatVector.fromArray(Species.F32, x, at + i), s0);
      s1 = Memory.floats(p + 4L * L).fma(FloatVector.fromArray(Species.F32, x, at + i + L), s1);
      s2 = Memory.floats(p + 8L * L).fma(FloatVector.fromArray(Species.F32, x, at + i + 2 * L), s2);
      s3 =
          Memory.floats(p + 12L * L).fma(FloatVector.fromArray(Species.F32, x, at + i + 3 * L), s3);
    }
    for (; i <= n - L; i += L) {
      s0 = Memory.floats(b + 4L * i).fma(FloatVector.fromArray(Species.F32, x, at + i), s0);
    }
    s0.add(s1).add(s2.add(s3)).intoArray(lanes, 0);
    double sum = 0;
    for (int l = 0; l < L; l++) {
      sum += lanes[l];
    }
    for (; i < n; i++) {
      sum += (double) x[at + i] * Memory.getFloat(b + 4L * i);
    }
    return sum;
  }

  private void rows(float[] x, Matrix b, int first, int some, float[] y) {
    int padded = (some + L - 1) / L * L;
    float[] run = Scratch.current().floats(Slot.PARTIAL, WIDEST);
    long memory = Scratch.current().bytes(Slot.ROW, 4L * 4 * WIDEST);
    boolean direct = b.dtype() == DType.F32 && b.colStride() == 1 && some == padded;
    Feed.Mover mover = Movers.load(b.dtype());
    long step = direct ? 4 * b.rowStride() : 4L * WIDEST;
    Arrays.fill(y, 0, padded, 0);
    for (int r = 0; r < k; r += RUN) {
      Arrays.fill(run, 0, padded, 0);
      int end = Math.min(k, r + RUN);
      for (int i = r; i < end; i += 4) {
        long from = direct ? b.address(i, first) : memory;
        int rows = Math.min(4, end - i);
        if (!direct) {
          for (int t = 0; t < rows; t++) {
            mover.move(
                b.address(i + t, first),
                b.colStride() * b.dtype().bytes(),
                memory + t * step,
                some);
          }
        }
        if (rows == 4) {
          add4(run, padded, from, step, x[i], x[i + 1], x[i + 2], x[i + 3]);
        } else {
          for (int t = 0; t < rows; t++) {
            add1(run, padded, from + t * step, x[i + t]);
          }
        }
      }
      for (int j = 0; j < some; j++) {
        y[j] += run[j];
      }
    }
  }

  private static void add4(
      float[] to, int n, long b, long step, float x0, float x1, float x2, float x3) {
    FloatVector v0 = FloatVector.broadcast(Species.F32, x0);
    FloatVector v1 = FloatVector.broadcast(Species.F32, x1);
    FloatVector v2 = FloatVector.broadcast(Species.F32, x2);
    FloatVector v3 = FloatVector.broadcast(Species.F32, x3);
    for (int j = 0; j < n; j += L) {
      long p = b + 4L * j;
      FloatVector sum = FloatVector.fromArray(Species.F32, to, j);
      sum = v0.fma(Memory.floats(p), sum);
      sum = v1.fma(Memory.floats(p + step), sum);
      sum = v2.fma(Memory.floats(p + 2 * step), sum);
      sum = v3.fma(Memory.floats(p + 3 * step), sum);
      sum.intoArray(to, j);
    }
  }

  private static void add1(float[] to, int n, long b, float x) {
    FloatVector v = FloatVector.broadcast(Species.F32, x);
    for (int j = 0; j < n; j += L) {
      v.fma(Memory.floats(b + 4L * j), FloatVector.fromArray(Species.F32, to, j)).intoArray(to, j);
    }
  }
}
