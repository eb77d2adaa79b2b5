package lazuli.array.cpu;

import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.op.Reduction;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * Folds elements of one type by one reduction. Vectors fold runs that are short enough for f32 sums
 * to stay exact to a few roundings; the results of runs are joined in float64 or 64-bit integers.
 */
final class Folding {
  /** Elements that are folded in the type of the register. */
  static final int RUN = 128 * Species.LANES64;

  /** Rows that are joined in the type of the register. */
  private static final int ROWS = 32;

  private final DType dtype;
  private final Bank bank;
  private final boolean real;

  /** Whether vectors fold any number of elements without rounding more than float64 does. */
  private final boolean whole;

  /** Whether f32 is added into float64 lanes by {@link SumF32Loop}. */
  private final boolean sums;

  private final @Nullable Loop join;
  private final @Nullable Loop fold;
  private final double empty;
  private final DoubleBinaryOperator reals;
  private final LongBinaryOperator integers;

  private Folding(Reduction row, DType dtype, Bank bank) {
    this.dtype = dtype;
    this.bank = bank;
    this.real = dtype.isFloat();
    this.join = Loops.join(row, bank);
    this.fold = Loops.fold(row, bank);
    boolean adds = row == Reduction.SUM || row == Reduction.MEAN;
    this.whole = !adds || bank == Bank.F64 || bank == Bank.I64;
    this.sums = adds && bank == Bank.F32;
    this.empty = row.empty();
    this.reals = row.join();
    LongBinaryOperator joined = row.joinIntegers();
    if (!real && joined == null) {
      throw new IllegalStateException(row + " does not join integers");
    }
    this.integers = joined == null ? Long::sum : joined;
  }

  private static final Loop SUM = new SumF32Loop();

  static Folding of(Reduction row, DType dtype) {
    return new Folding(row, dtype, Objects.requireNonNull(Bank.of(dtype)));
  }

  /** Folds elements start to end of a strided row into result i of a block. */
  void row(Feed feed, long shift, long start, long end, Results.Block block, int i) {
    if (start >= end) {
      put(block, i, empty, (long) empty);
      return;
    }
    Scratch scratch = Scratch.current();
    long lanes = scratch.bytes(Slot.PARTIAL, SumF32Loop.BYTES);
    long memory = scratch.bytes(Slot.ROW, 8L * RUN);
    boolean direct = feed.dense() && Bank.direct(dtype);
    Feed.Mover mover = Movers.load(dtype);
    double x = 0;
    long y = 0;
    // In memory that looks like a register one loop goes over everything.
    int most = direct && fold != null && (whole || sums) ? Integer.MAX_VALUE : RUN;
    for (long at = start; at < end; at += most) {
      int n = (int) Math.min(most, end - at);
      long from = memory;
      if (direct) {
        from = feed.address(at) + shift * dtype.bytes();
      } else {
        feed.read(mover, shift, at, n, memory, bank.bytes());
      }
      if (real) {
        double run = realRun(from, n, lanes);
        x = at == start ? run : reals.applyAsDouble(x, run);
      } else {
        long run = wholeRun(from, n, lanes);
        y = at == start ? run : integers.applyAsLong(y, run);
      }
    }
    put(block, i, x, y);
  }

  /** Folds n adjacent elements of a register, at most {@link #RUN}, into result i of a block. */
  void run(long from, int n, Results.Block block, int i, boolean fresh) {
    long lanes = Scratch.current().bytes(Slot.PARTIAL, SumF32Loop.BYTES);
    if (real) {
      double x = realRun(from, n, lanes);
      block.reals[i] = fresh ? x : reals.applyAsDouble(block.reals[i], x);
    } else {
      long y = wholeRun(from, n, lanes);
      block.integers[i] = fresh ? y : integers.applyAsLong(block.integers[i], y);
    }
  }

  /** Gives some results the value of no elements. */
  void none(Results.Block block, int n) {
    for (int i = 0; i < n; i++) {
      put(block, i, empty, (long) empty);
    }
  }

  /** Writes one row of registers to memory. */
  @FunctionalInterface
  interface RowSource {
    void row(long number, long to);
  }

  /** Joins rows start to end of n columns into a block of results. */
  void rows(RowSource source, int n, long start, long end, Results.Block block) {
    Scratch scratch = Scratch.current();
    long memory = scratch.bytes(Slot.ROW, 8L * Results.MOST);
    long sum = scratch.bytes(Slot.PARTIAL, 8L * Results.MOST);
    int together = join == null ? 1 : ROWS;
    for (long r = start; r < end; r += together) {
      long stop = Math.min(end, r + together);
      source.row(r, sum);
      for (long at = r + 1; at < stop && join != null; at++) {
        source.row(at, memory);
        join.run(sum, sum, memory, memory, n);
      }
      widen(sum, n, r == start, block);
    }
  }

  private void put(Results.Block block, int i, double x, long y) {
    if (real) {
      block.reals[i] = x;
    } else {
      block.integers[i] = y;
    }
  }

  private double realRun(long from, int n, long lanes) {
    int width = bank == Bank.F32 ? Species.LANES : Species.LANES64;
    int done = 1;
    double x;
    if (fold != null && n >= width) {
      if (sums) {
        SUM.run(lanes, from, from, from, n);
        x = Memory.getDouble(lanes);
        for (int i = 1; i < width; i++) {
          x += Memory.getDouble(lanes + 8L * i);
        }
      } else {
        fold.run(lanes, from, from, from, n);
        x = real(lanes, 0);
        for (int i = 1; i < width; i++) {
          x = reals.applyAsDouble(x, real(lanes, i));
        }
      }
      done = n / width * width;
    } else {
      x = real(from, 0);
    }
    for (int i = done; i < n; i++) {
      x = reals.applyAsDouble(x, real(from, i));
    }
    return x;
  }

  private double real(long address, int i) {
    return bank == Bank.F32
        ? Memory.getFloat(address + 4L * i)
        : Memory.getDouble(address + 8L * i);
  }

  private long wholeRun(long from, int n, long lanes) {
    int width = bank == Bank.I32 ? Species.LANES : Species.LANES64;
    int done = 1;
    long y;
    if (fold != null && n >= width) {
      fold.run(lanes, from, from, from, n);
      y = whole(lanes, 0);
      for (int i = 1; i < width; i++) {
        y = integers.applyAsLong(y, whole(lanes, i));
      }
      done = n / width * width;
    } else {
      y = whole(from, 0);
    }
    for (int i = done; i < n; i++) {
      y = integers.applyAsLong(y, whole(from, i));
    }
    return y;
  }

  private long whole(long address, int i) {
    return bank == Bank.I32 ? Memory.getInt(address + 4L * i) : Memory.getLong(address + 8L * i);
  }

  /** Joins rows start to end of the columns first to first + n into a block of results. */
  void columns(
      Feed kept, Feed reduced, long first, int n, long start, long end, Results.Block block) {
    Scratch scratch = Scratch.current();
    long memory = scratch.bytes(Slot.ROW, 8L * Results.MOST);
    long sum = scratch.bytes(Slot.PARTIAL, 8L * Results.MOST);
    boolean direct = kept.dense() && Bank.direct(dtype);
    Feed.Mover mover = Movers.load(dtype);
    // Without a vector form every row goes to the wide results at once.
    int together = join == null ? 1 : ROWS;
    for (long r = start; r < end; r += together) {
      long stop = Math.min(end, r + together);
      for (long at = r; at < stop; at++) {
        long shift = reduced.offset(at);
        if (at == r) {
          kept.read(mover, shift, first, n, sum, bank.bytes());
        } else if (join != null) {
          long from = memory;
          if (direct) {
            from = kept.address(first) + shift * dtype.bytes();
          } else {
            kept.read(mover, shift, first, n, memory, bank.bytes());
          }
          join.run(sum, sum, from, from, n);
        }
      }
      widen(sum, n, r == start, block);
    }
    if (start >= end) {
      for (int i = 0; i < n; i++) {
        put(block, i, empty, (long) empty);
      }
    }
  }

  /** Joins the results of one block to those of another. */
  void join(Results.Block to, Results.Block more, int n) {
    for (int i = 0; i < n; i++) {
      if (real) {
        to.reals[i] = reals.applyAsDouble(to.reals[i], more.reals[i]);
      } else {
        to.integers[i] = integers.applyAsLong(to.integers[i], more.integers[i]);
      }
    }
  }

  /** Joins groups of n results, one after the other. */
  void join(double[] groups, int n, Results.Block to) {
    System.arraycopy(groups, 0, to.reals, 0, n);
    for (int i = n; i < groups.length; i++) {
      to.reals[i % n] = reals.applyAsDouble(to.reals[i % n], groups[i]);
    }
  }

  private void widen(long sum, int n, boolean first, Results.Block block) {
    if (real) {
      for (int i = 0; i < n; i++) {
        double x = real(sum, i);
        block.reals[i] = first ? x : reals.applyAsDouble(block.reals[i], x);
      }
    } else {
      for (int i = 0; i < n; i++) {
        long y = whole(sum, i);
        block.integers[i] = first ? y : integers.applyAsLong(block.integers[i], y);
      }
    }
  }
}
