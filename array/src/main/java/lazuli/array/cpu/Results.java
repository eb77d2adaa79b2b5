package lazuli.array.cpu;

import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.op.Reduction;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/** Where reductions leave their results: joined wide, rounded or wrapped once. */
final class Results {
  /** The most results that one item computes at a time. */
  static final int MOST = FusedKernel.BLOCK;

  private final Reduction row;
  private final DType dtype;
  private final long address;
  private final long count;

  /** How integers join, or null for floating results. */
  private final @Nullable LongBinaryOperator integers;

  Results(Reduction row, View output, long address, long count) {
    this.row = row;
    this.dtype = output.dtype();
    this.address = address;
    this.count = count;
    this.integers = dtype.isFloat() ? null : Objects.requireNonNull(row.joinIntegers());
  }

  /** Some neighbouring results: in float64, or in 64-bit integers. */
  static final class Block {
    final double[] reals;
    final long[] integers;

    private Block(boolean real, int results) {
      reals = new double[real ? results : 0];
      integers = new long[real ? 0 : results];
    }
  }

  /** An empty block of so many results. */
  Block block(int results) {
    return new Block(integers == null, results);
  }

  /** What collects the results of every part. */
  Parts parts(long results, int parts) {
    return new Parts(Math.toIntExact(parts == 1 ? 0 : results * parts), parts);
  }

  /** Results of parts; each place is written by one item. */
  final class Parts {
    private final double[] reals;
    private final long[] whole;
    private final int parts;

    private Parts(int size, int parts) {
      this.reals = new double[integers == null ? size : 0];
      this.whole = new long[integers == null ? 0 : size];
      this.parts = parts;
    }

    void add(int part, long first, int n, Block block) {
      if (parts == 1) {
        write(first, n, block);
        return;
      }
      for (int i = 0; i < n; i++) {
        int at = (int) (first + i) * parts + part;
        if (integers == null) {
          reals[at] = block.reals[i];
        } else {
          whole[at] = block.integers[i];
        }
      }
    }

    /** Joins the parts in order. */
    void finish() {
      int results = parts == 1 ? 0 : Math.max(reals.length, whole.length) / parts;
      DoubleBinaryOperator join = row.join();
      Block block = block(Math.min(MOST, results));
      for (int first = 0; first < results; first += MOST) {
        int n = Math.min(MOST, results - first);
        for (int i = 0; i < n; i++) {
          int at = (first + i) * parts;
          if (integers == null) {
            double value = reals[at];
            for (int p = 1; p < parts; p++) {
              value = join.applyAsDouble(value, reals[at + p]);
            }
            block.reals[i] = value;
          } else {
            long value = whole[at];
            for (int p = 1; p < parts; p++) {
              value = integers.applyAsLong(value, whole[at + p]);
            }
            block.integers[i] = value;
          }
        }
        write(first, n, block);
      }
    }
  }

  private void write(long first, int n, Block block) {
    if (integers == null) {
      if (row.average()) {
        for (int i = 0; i < n; i++) {
          block.reals[i] /= count;
        }
      }
      if (!dtype.isHalf() || !halves(first, n, block.reals)) {
        Rows.write(dtype, block.reals, 0, address + first * dtype.bytes(), n);
      }
    } else {
      long at = address / dtype.bytes() + first;
      for (int i = 0; i < n; i++) {
        Elements.setLong(Memory.ALL, dtype, at + i, block.integers[i]);
      }
    }
  }

  /** Rounds in vectors what f32 holds exactly: of all others rounding twice could differ. */
  private boolean halves(long first, int n, double[] values) {
    float[] narrow = Scratch.current().floats(Slot.ROW, n);
    boolean exact = true;
    for (int i = 0; i < n; i++) {
      narrow[i] = (float) values[i];
      exact &= narrow[i] == values[i];
    }
    if (exact) {
      Rows.write(dtype, narrow, 0, address + first * dtype.bytes(), n);
    }
    return exact;
  }
}
