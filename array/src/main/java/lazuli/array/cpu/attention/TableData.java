package lazuli.array.cpu.attention;

import java.lang.foreign.MemorySegment;
import lazuli.array.attention.term.Program;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.type.DType;

/**
 * An array that a mask or a score change looks at, read where it lies; one with strides is copied.
 * Bounds of long stretches come from bounds of 64 elements each, which are found when first needed.
 */
final class TableData implements Program.Table {
  private static final int STRETCH = 64;

  private final MemorySegment memory;
  private final DType dtype;
  private final long offset;
  private final long size;
  private volatile double[][] stretches = new double[0][];

  TableData(View view) {
    size = view.shape().size();
    if (view.isContiguous()) {
      memory = view.buffer().segment();
      dtype = view.dtype();
      offset = view.offset();
    } else {
      double[] copy = new double[Math.toIntExact(size)];
      memory = MemorySegment.ofArray(copy);
      Elements.read(view, DType.F64, memory);
      dtype = DType.F64;
      offset = 0;
    }
  }

  @Override
  public double get(long at) {
    return Elements.get(memory, dtype, offset + at);
  }

  @Override
  public void bounds(long from, long to, double[] lo, double[] hi, int register) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    boolean nan = false;
    long i = from;
    while (i <= to) {
      if (i % STRETCH == 0 && i + STRETCH - 1 <= to) {
        double[][] all = stretches();
        least = Math.min(least, all[0][(int) (i / STRETCH)]);
        most = Math.max(most, all[1][(int) (i / STRETCH)]);
        i += STRETCH;
      } else {
        double x = get(i++);
        nan |= Double.isNaN(x);
        least = Math.min(least, x);
        most = Math.max(most, x);
      }
    }
    nan |= Double.isNaN(least) || Double.isNaN(most);
    lo[register] = nan ? Double.NEGATIVE_INFINITY : least;
    hi[register] = nan ? Double.POSITIVE_INFINITY : most;
  }

  private double[][] stretches() {
    double[][] all = stretches;
    if (all.length == 0) {
      int n = Math.toIntExact(size / STRETCH);
      all = new double[][] {new double[n], new double[n]};
      for (int s = 0; s < n; s++) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < STRETCH; i++) {
          double x = get((long) s * STRETCH + i);
          least = Math.min(least, x);
          most = Math.max(most, x);
        }
        all[0][s] = least;
        all[1][s] = most;
      }
      stretches = all;
    }
    return all;
  }
}
