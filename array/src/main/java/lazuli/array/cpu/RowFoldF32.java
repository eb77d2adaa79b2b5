package lazuli.array.cpu;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.op.Reduction;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;

/**
 * Template that folds f32, bf16 and f16: sums in f32 over runs short enough to stay exact to a few
 * roundings, joined in float64; the largest and smallest as {@link ExtremeF32Loop} explains. See
 * {@link Specialised}.
 */
final class RowFoldF32 implements RowFold {
  private static final FoldKind KIND = (FoldKind) Specialised.operator(MethodHandles.lookup());
  private static final boolean ADDS = KIND.row() == Reduction.SUM;
  private static final boolean LARGEST = KIND.row() == Reduction.MAX;
  private static final boolean STEPPED = KIND.step() == 2;
  private static final DType TYPE = KIND.dtype();
  private static final int STEP = KIND.step() * KIND.dtype().bytes();
  private static final VectorSpecies<Float> S = Species.F32;
  private static final int L = Species.LANES;

  /** Elements of a run: each of four sums adds 64. */
  private static final int RUN = 256 * L;

  /** Elements of f16 rows that are converted at a time. */
  private static final int BLOCK = 4096;

  /** Rows whose columns are added in f32. */
  private static final int ROWS = 32;

  private static final int POSITIVE_INFINITY = 0x7f800000;
  private static final int NEGATIVE_INFINITY = 0xff800000 ^ Integer.MAX_VALUE;
  private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(S, i -> 2 * i % L);
  private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(S, i -> (2 * i + 1) % L);
  private static final VectorMask<Float> LOW = S.indexInRange(0, L / 2);

  @Override
  public int least() {
    return STEPPED && TYPE != DType.F32 ? L + 1 : L;
  }

  @Override
  public int lanes() {
    return least();
  }

  /** A vector of a row behind which the row has another element, or stepped by 1. */
  private static FloatVector load(long p) {
    if (TYPE == DType.F32) {
      if (STEPPED) {
        // The second load ends with the last element, and not behind it.
        FloatVector high = Memory.floats(p + 4L * (L - 1)).rearrange(ODD);
        return high.blend(Memory.floats(p).rearrange(EVEN), LOW);
      }
      return Memory.floats(p);
    }
    if (STEPPED) {
      return upper(Memory.ints(p).lanewise(LSHL, 16));
    }
    return TYPE == DType.BF16 ? Rows.bf16(p) : Halves.f16(p);
  }

  /** The last vector of a row: nothing behind it is read. */
  private static FloatVector last(long p) {
    return STEPPED && TYPE != DType.F32 ? upper(Memory.ints(p - 2)) : load(p);
  }

  private static FloatVector upper(IntVector x) {
    return TYPE == DType.BF16 ? x.and(0xffff0000).reinterpretAsFloats() : Halves.ofUpper(x);
  }

  private static IntVector ordered(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    return bits.lanewise(ASHR, 31).and(Integer.MAX_VALUE).lanewise(XOR, bits);
  }

  private static float extreme(int high, int low) {
    int found = LARGEST ? high : low;
    return high > POSITIVE_INFINITY || low < NEGATIVE_INFINITY
        ? Float.NaN
        : Float.intBitsToFloat(found ^ found >> 31 & Integer.MAX_VALUE);
  }

  @Override
  public void rows(long from, long rowStep, int count, int n, double[] to, int at) {
    if (ADDS && TYPE == DType.F16 && !STEPPED) {
      converted(from, rowStep, count, n, to, at);
    } else if (ADDS && n == L) {
      single(from, rowStep, count, to, at);
    } else if (ADDS) {
      sums(from, rowStep, count, n, to, at);
    } else if (TYPE == DType.F32 || STEPPED) {
      extremes(from, rowStep, count, n, to, at);
    } else {
      halves(from, rowStep, count, n, to, at);
    }
  }

  private static void single(long from, long rowStep, int count, double[] to, int at) {
    for (int r = 0; r < count; r++) {
      to[at + r] = LaneSum.of(last(from + r * rowStep));
    }
  }

  /** Sums of f16 rows, which are converted some at a time. */
  private static void converted(long from, long rowStep, int count, int n, double[] to, int at) {
    float[] block = Scratch.current().floats(Slot.ROW, Math.max(BLOCK, RUN + L));
    if (n <= BLOCK && rowStep == 2L * n) {
      int together = BLOCK / n;
      for (int r = 0; r < count; r += together) {
        int some = Math.min(together, count - r);
        Halves.read(from + r * rowStep, block, some * n);
        for (int i = 0; i < some; i++) {
          to[at + r + i] = sum(block, i * n, n);
        }
      }
      return;
    }
    for (int r = 0; r < count; r++) {
      double sum = 0;
      for (int i = 0; i < n; ) {
        // What is left for the next run is never less than a vector.
        int some = n - i < RUN + L ? n - i : RUN;
        Halves.read(from + r * rowStep + 2L * i, block, some);
        sum += sum(block, 0, some);
        i += some;
      }
      to[at + r] = sum;
    }
  }

  private static float sum(float[] x, int from, int n) {
    int whole = (n - 1) / L * L;
    VectorMask<Float> old = S.indexInRange(0, L - (n - whole));
    FloatVector f0 = FloatVector.fromArray(S, x, from + n - L).blend(0f, old);
    FloatVector f1 = FloatVector.zero(S);
    FloatVector f2 = f1;
    FloatVector f3 = f1;
    int i = 0;
    for (; i <= whole - 4 * L; i += 4 * L) {
      f0 = f0.add(FloatVector.fromArray(S, x, from + i));
      f1 = f1.add(FloatVector.fromArray(S, x, from + i + L));
      f2 = f2.add(FloatVector.fromArray(S, x, from + i + 2 * L));
      f3 = f3.add(FloatVector.fromArray(S, x, from + i + 3 * L));
    }
    for (; i < whole; i += L) {
      f0 = f0.add(FloatVector.fromArray(S, x, from + i));
    }
    return LaneSum.of(f0.add(f1).add(f2.add(f3)));
  }

  private static ShortVector shorts(long p) {
    ShortVector bits =
        ShortVector.fromMemorySegment(Species.I16_HALF, Memory.ALL, p, ByteOrder.nativeOrder());
    return bits.lanewise(ASHR, 15).and(Short.MAX_VALUE).lanewise(XOR, bits);
  }

  /** The order of adjacent half floats is that of their bits too. */
  private static void halves(long from, long rowStep, int count, int n, double[] to, int at) {
    int whole = (n - 1) / L * L;
    for (int r = 0; r < count; r++) {
      long row = from + r * rowStep;
      ShortVector high = shorts(row + 2L * (n - L));
      ShortVector low = high;
      for (int i = 0; i < whole; i += L) {
        ShortVector x = shorts(row + 2L * i);
        high = high.max(x);
        low = low.min(x);
      }
      short most = high.reduceLanes(MAX);
      short least = low.reduceLanes(MIN);
      int infinity = TYPE == DType.BF16 ? 0x7f80 : 0x7c00;
      int found = LARGEST ? most : least;
      short bits = (short) (found ^ found >> 15 & Short.MAX_VALUE);
      to[at + r] =
          most > infinity || least < ~infinity
              ? Double.NaN
              : TYPE == DType.BF16 ? Rounding.bf16(bits) : Float.float16ToFloat(bits);
    }
  }

  private static void sums(long from, long rowStep, int count, int n, double[] to, int at) {
    // The last vector overlaps the one before it; its new lanes are counted first.
    int whole = (n - 1) / L * L;
    VectorMask<Float> old = S.indexInRange(0, L - (n - whole));
    for (int r = 0; r < count; r++) {
      long row = from + r * rowStep;
      FloatVector f0 = last(row + (long) STEP * (n - L)).blend(0f, old);
      double sum = 0;
      for (int start = 0; start < whole; start += RUN) {
        int end = Math.min(whole, start + RUN);
        FloatVector f1 = FloatVector.zero(S);
        FloatVector f2 = f1;
        FloatVector f3 = f1;
        int i = start;
        for (; i <= end - 4 * L; i += 4 * L) {
          long p = row + (long) STEP * i;
          f0 = f0.add(load(p));
          f1 = f1.add(load(p + (long) STEP * L));
          f2 = f2.add(load(p + (long) STEP * 2 * L));
          f3 = f3.add(load(p + (long) STEP * 3 * L));
        }
        for (; i < end; i += L) {
          f0 = f0.add(load(row + (long) STEP * i));
        }
        sum += LaneSum.of(f0.add(f1).add(f2.add(f3)));
        f0 = FloatVector.zero(S);
      }
      to[at + r] = whole == 0 ? LaneSum.of(f0) : sum;
    }
  }

  private static void extremes(long from, long rowStep, int count, int n, double[] to, int at) {
    int whole = (n - 1) / L * L;
    for (int r = 0; r < count; r++) {
      long row = from + r * rowStep;
      IntVector high0 = ordered(last(row + (long) STEP * (n - L)));
      IntVector low0 = high0;
      IntVector high1 = high0;
      IntVector low1 = high0;
      int i = 0;
      for (; i <= whole - 2 * L; i += 2 * L) {
        long p = row + (long) STEP * i;
        IntVector x = ordered(load(p));
        IntVector y = ordered(load(p + (long) STEP * L));
        high0 = high0.max(x);
        low0 = low0.min(x);
        high1 = high1.max(y);
        low1 = low1.min(y);
      }
      if (i < whole) {
        IntVector x = ordered(load(row + (long) STEP * i));
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
    float[] rows = scratch.floats(Slot.ROW, length);
    float[] work = scratch.floats(Slot.ROW2, length);
    Interleaving order = Interleaving.floats(n);
    // Whole groups are taken from memory as they lie; behind the last one there may be nothing.
    int groups = count / L * L;
    long flat = feed.address(DType.F32, first, groups);
    if (flat != 0) {
      order.gather(flat, work, groups, n);
    }
    int done = flat != 0 ? groups : 0;
    if (done < count) {
      feed.read(first + done, count - done, rows);
      order.gather(rows, work, done * n, count - done, n);
    }
    float[] found = scratch.floats(Slot.PARTIAL, count + L);
    if (ADDS) {
      sums(work, count, n, found);
    } else {
      extremes(work, count, n, found);
    }
    for (int r = 0; r < count; r++) {
      to[at + r] = found[r];
    }
  }

  private static void sums(float[] work, int count, int n, float[] found) {
    for (int r = 0; r < count; r += L) {
      FloatVector sum = FloatVector.fromArray(S, work, r * n);
      for (int c = 1; c < n; c++) {
        sum = sum.add(FloatVector.fromArray(S, work, r * n + c * L));
      }
      sum.intoArray(found, r);
    }
  }

  private static void extremes(float[] work, int count, int n, float[] found) {
    for (int r = 0; r < count; r += L) {
      IntVector high = ordered(FloatVector.fromArray(S, work, r * n));
      IntVector low = high;
      for (int c = 1; c < n; c++) {
        IntVector x = ordered(FloatVector.fromArray(S, work, r * n + c * L));
        high = high.max(x);
        low = low.min(x);
      }
      floats(high, low).intoArray(found, r);
    }
  }

  private static FloatVector floats(IntVector high, IntVector low) {
    FloatVector bits = (LARGEST ? high : low).reinterpretAsFloats();
    return ordered(bits)
        .reinterpretAsFloats()
        .blend(
            Float.NaN,
            high.compare(GT, POSITIVE_INFINITY).or(low.compare(LT, NEGATIVE_INFINITY)).cast(S));
  }

  @Override
  public void columns(long from, long rowStep, int count, int n, double[] to, int at) {
    float[] found = Scratch.current().floats(Slot.WIDE, n);
    int together = ADDS ? ROWS : count;
    for (int start = 0; start < count; start += together) {
      columns(from + start * rowStep, rowStep, Math.min(together, count - start), n, found);
      if (start == 0) {
        for (int i = 0; i < n; i++) {
          to[at + i] = found[i];
        }
      } else {
        for (int i = 0; i < n; i++) {
          to[at + i] += found[i];
        }
      }
    }
  }

  private static void columns(long from, long rowStep, int count, int n, float[] found) {
    int c = 0;
    for (; ADDS && TYPE == DType.F32 && c <= n - 8 * L; c += 8 * L) {
      wide(from + (long) STEP * c, rowStep, count, found, c);
    }
    for (; ADDS && TYPE != DType.F16 && c <= n - 4 * L; c += 4 * L) {
      strip(from + (long) STEP * c, rowStep, count, found, c);
    }
    // The last vector may overlap the one before it, and finds the same there.
    for (; c < n; c += L) {
      int place = Math.min(c, n - L);
      if (ADDS) {
        vector(from + (long) STEP * place, rowStep, count, found, place);
      } else {
        extremes(from + (long) STEP * place, rowStep, count, found, place);
      }
    }
  }

  /** Eight vectors: more of a row before the next one, which is far away. */
  private static void wide(long from, long rowStep, int count, float[] to, int at) {
    FloatVector f0 = FloatVector.zero(S);
    FloatVector f1 = f0;
    FloatVector f2 = f0;
    FloatVector f3 = f0;
    FloatVector f4 = f0;
    FloatVector f5 = f0;
    FloatVector f6 = f0;
    FloatVector f7 = f0;
    for (int r = 0; r < count; r++) {
      long p = from + r * rowStep;
      f0 = f0.add(load(p));
      f1 = f1.add(load(p + (long) STEP * L));
      f2 = f2.add(load(p + (long) STEP * 2 * L));
      f3 = f3.add(load(p + (long) STEP * 3 * L));
      f4 = f4.add(load(p + (long) STEP * 4 * L));
      f5 = f5.add(load(p + (long) STEP * 5 * L));
      f6 = f6.add(load(p + (long) STEP * 6 * L));
      f7 = f7.add(load(p + (long) STEP * 7 * L));
    }
    f0.intoArray(to, at);
    f1.intoArray(to, at + L);
    f2.intoArray(to, at + 2 * L);
    f3.intoArray(to, at + 3 * L);
    f4.intoArray(to, at + 4 * L);
    f5.intoArray(to, at + 5 * L);
    f6.intoArray(to, at + 6 * L);
    f7.intoArray(to, at + 7 * L);
  }

  private static void strip(long from, long rowStep, int count, float[] to, int at) {
    FloatVector f0 = FloatVector.zero(S);
    FloatVector f1 = f0;
    FloatVector f2 = f0;
    FloatVector f3 = f0;
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

  private static void vector(long from, long rowStep, int count, float[] to, int at) {
    FloatVector f0 = FloatVector.zero(S);
    FloatVector f1 = f0;
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

  private static void extremes(long from, long rowStep, int count, float[] to, int at) {
    IntVector high = ordered(load(from));
    IntVector low = high;
    for (int r = 1; r < count; r++) {
      IntVector x = ordered(load(from + r * rowStep));
      high = high.max(x);
      low = low.min(x);
    }
    floats(high, low).intoArray(to, at);
  }
}
