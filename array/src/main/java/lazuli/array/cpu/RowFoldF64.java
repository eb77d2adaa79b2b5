package lazuli.array.cpu;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.op.Reduction;
import lazuli.array.type.DType;

/** Template that folds f64, as {@link RowFoldF32} does the narrower types. */
final class RowFoldF64 implements RowFold {
  private static final FoldKind KIND = (FoldKind) Specialised.operator(MethodHandles.lookup());
  private static final boolean ADDS = KIND.row() == Reduction.SUM;
  private static final boolean LARGEST = KIND.row() == Reduction.MAX;
  private static final boolean STEPPED = KIND.step() == 2;
  private static final int STEP = KIND.step() * 8;
  private static final VectorSpecies<Double> S = Species.F64;
  private static final int L = Species.LANES64;
  private static final long POSITIVE_INFINITY = Double.doubleToRawLongBits(1 / 0.0);
  private static final long NEGATIVE_INFINITY =
      Double.doubleToRawLongBits(-1 / 0.0) ^ Long.MAX_VALUE;
  private static final VectorShuffle<Double> EVEN = VectorShuffle.fromOp(S, i -> 2 * i % L);
  private static final VectorShuffle<Double> ODD = VectorShuffle.fromOp(S, i -> (2 * i + 1) % L);
  private static final VectorMask<Double> LOW = S.indexInRange(0, L / 2);

  @Override
  public int least() {
    return L;
  }

  @Override
  public int lanes() {
    return L;
  }

  private static DoubleVector load(long p) {
    if (STEPPED) {
      // The second load ends with the last element, and not behind it.
      DoubleVector high = Memory.doubles(p + 8L * (L - 1)).rearrange(ODD);
      return high.blend(Memory.doubles(p).rearrange(EVEN), LOW);
    }
    return Memory.doubles(p);
  }

  private static LongVector ordered(DoubleVector x) {
    LongVector bits = x.reinterpretAsLongs();
    return bits.lanewise(ASHR, 63).and(Long.MAX_VALUE).lanewise(XOR, bits);
  }

  private static double extreme(long high, long low) {
    long found = LARGEST ? high : low;
    return high > POSITIVE_INFINITY || low < NEGATIVE_INFINITY
        ? Double.NaN
        : Double.longBitsToDouble(found ^ found >> 63 & Long.MAX_VALUE);
  }

  @Override
  public void rows(long from, long rowStep, int count, int n, double[] to, int at) {
    if (ADDS) {
      sums(from, rowStep, count, n, to, at);
    } else {
      extremes(from, rowStep, count, n, to, at);
    }
  }

  private static void sums(long from, long rowStep, int count, int n, double[] to, int at) {
    int whole = (n - 1) / L * L;
    VectorMask<Double> old = S.indexInRange(0, L - (n - whole));
    for (int r = 0; r < count; r++) {
      long row = from + r * rowStep;
      DoubleVector f0 = load(row + (long) STEP * (n - L)).blend(0.0, old);
      DoubleVector f1 = DoubleVector.zero(S);
      DoubleVector f2 = f1;
      DoubleVector f3 = f1;
      int i = 0;
      for (; i <= whole - 4 * L; i += 4 * L) {
        long p = row + (long) STEP * i;
        f0 = f0.add(load(p));
        f1 = f1.add(load(p + (long) STEP * L));
        f2 = f2.add(load(p + (long) STEP * 2 * L));
        f3 = f3.add(load(p + (long) STEP * 3 * L));
      }
      for (; i < whole; i += L) {
        f0 = f0.add(load(row + (long) STEP * i));
      }
      to[at + r] = LaneSum.of(f0.add(f1).add(f2.add(f3)));
    }
  }

  private static void extremes(long from, long rowStep, int count, int n, double[] to, int at) {
    int whole = (n - 1) / L * L;
    for (int r = 0; r < count; r++) {
      long row = from + r * rowStep;
      LongVector high0 = ordered(load(row + (long) STEP * (n - L)));
      LongVector low0 = high0;
      LongVector high1 = high0;
      LongVector low1 = high0;
      int i = 0;
      for (; i <= whole - 2 * L; i += 2 * L) {
        long p = row + (long) STEP * i;
        LongVector x = ordered(load(p));
        LongVector y = ordered(load(p + (long) STEP * L));
        high0 = high0.max(x);
        low0 = low0.min(x);
        high1 = high1.max(y);
        low1 = low1.min(y);
      }
      if (i < whole) {
        LongVector x = ordered(load(row + (long) STEP * i));
        high0 = high0.max(x);
        low0 = low0.min(x);
      }
      to[at + r] = extreme(high0.max(high1).reduceLanes(MAX), low0.min(low1).reduceLanes(MIN));
    }
  }

  @Override
  public void shortRows(RowFeed feed, long first, int count, double[] to, int at) {
    Scratch scratch = Scratch.current();
    int n = feed.length();
    int length = (count + L - 1) / L * L * n;
    double[] rows = scratch.doubles(Slot.ROW, length);
    double[] work = scratch.doubles(Slot.ROW2, length);
    Interleaving order = Interleaving.doubles(n);
    // Whole groups are taken from memory as they lie; behind the last one there may be nothing.
    int groups = count / L * L;
    long flat = feed.address(DType.F64, first, groups);
    if (flat != 0) {
      order.gather(flat, work, groups, n);
    }
    int done = flat != 0 ? groups : 0;
    if (done < count) {
      feed.read(first + done, count - done, rows);
      order.gather(rows, work, done * n, count - done, n);
    }
    double[] found = scratch.doubles(Slot.PARTIAL, count + L);
    if (ADDS) {
      sums(work, count, n, found);
    } else {
      extremes(work, count, n, found);
    }
    System.arraycopy(found, 0, to, at, count);
  }

  private static void sums(double[] work, int count, int n, double[] found) {
    for (int r = 0; r < count; r += L) {
      DoubleVector sum = DoubleVector.fromArray(S, work, r * n);
      for (int c = 1; c < n; c++) {
        sum = sum.add(DoubleVector.fromArray(S, work, r * n + c * L));
      }
      sum.intoArray(found, r);
    }
  }

  private static void extremes(double[] work, int count, int n, double[] found) {
    for (int r = 0; r < count; r += L) {
      LongVector high = ordered(DoubleVector.fromArray(S, work, r * n));
      LongVector low = high;
      for (int c = 1; c < n; c++) {
        LongVector x = ordered(DoubleVector.fromArray(S, work, r * n + c * L));
        high = high.max(x);
        low = low.min(x);
      }
      doubles(high, low).intoArray(found, r);
    }
  }

  private static DoubleVector doubles(LongVector high, LongVector low) {
    DoubleVector bits = (LARGEST ? high : low).reinterpretAsDoubles();
    return ordered(bits)
        .reinterpretAsDoubles()
        .blend(
            Double.NaN,
            high.compare(GT, POSITIVE_INFINITY).or(low.compare(LT, NEGATIVE_INFINITY)).cast(S));
  }

  @Override
  public void columns(long from, long rowStep, int count, int n, double[] to, int at) {
    int c = 0;
    for (; ADDS && c <= n - 4 * L; c += 4 * L) {
      strip(from + (long) STEP * c, rowStep, count, to, at + c);
    }
    // The last vector may overlap the one before it, and finds the same there.
    for (; c < n; c += L) {
      int place = Math.min(c, n - L);
      if (ADDS) {
        vector(from + (long) STEP * place, rowStep, count, to, at + place);
      } else {
        extremes(from + (long) STEP * place, rowStep, count, to, at + place);
      }
    }
  }

  private static void strip(long from, long rowStep, int count, double[] to, int at) {
    DoubleVector f0 = DoubleVector.zero(S);
    DoubleVector f1 = f0;
    DoubleVector f2 = f0;
    DoubleVector f3 = f0;
    for (int r = 0; r < count; r++) {
      long p = from + r * rowStep;
      f0 = f0.add(load(p));
      f1 = f1.add(load(p + (long) STEP * L));
      f2 = f2.add(load(p + (long) STEP * 2 * L));
      f3 = f3.add(load(p + (long) STEP * 3 * L));
    }
    f0.intoArray(to, at);
    f1.intoArray(to, at + L);
    f2.intoArray(to, at + 2 * L);
    f3.intoArray(to, at + 3 * L);
  }

  private static void vector(long from, long rowStep, int count, double[] to, int at) {
    DoubleVector f0 = DoubleVector.zero(S);
    DoubleVector f1 = f0;
    int r = 0;
    for (; r < count - 1; r += 2) {
      f0 = f0.add(load(from + r * rowStep));
      f1 = f1.add(load(from + (r + 1) * rowStep));
    }
    if (r < count) {
      f0 = f0.add(load(from + r * rowStep));
    }
    f0.add(f1).intoArray(to, at);
  }

  private static void extremes(long from, long rowStep, int count, double[] to, int at) {
    LongVector high = ordered(load(from));
    LongVector low = high;
    for (int r = 1; r < count; r++) {
      LongVector x = ordered(load(from + r * rowStep));
      high = high.max(x);
      low = low.min(x);
    }
    doubles(high, low).intoArray(to, at);
  }
}
