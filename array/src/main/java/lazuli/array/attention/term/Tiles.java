package lazuli.array.attention.term;

import java.util.List;

/**
 * Tells for rectangles of query-key pairs whether a condition holds for all, for none, or may hold
 * for some, by interval arithmetic. Confined to one thread.
 */
public final class Tiles {
  /** It holds nowhere. */
  public static final byte EMPTY = 0;

  /** It may hold in some places. */
  public static final byte PARTIAL = 1;

  /** It holds everywhere. */
  public static final byte FULL = 2;

  private final Program program;
  private final List<? extends Program.Table> tables;
  private final double[] lo;
  private final double[] hi;

  /**
   * Makes a judge of a condition.
   *
   * @param program the condition
   * @param tables its arrays; empty when they are not known
   */
  public Tiles(Program program, List<? extends Program.Table> tables) {
    this.program = program;
    this.tables = tables;
    lo = new double[program.size()];
    hi = new double[program.size()];
  }

  /**
   * Sets the range of a variable.
   *
   * @param variable which
   * @param first the least value
   * @param last the greatest value
   */
  public void range(Variable variable, double first, double last) {
    lo[variable.ordinal()] = first;
    hi[variable.ordinal()] = last;
  }

  /** {@return EMPTY, PARTIAL or FULL for the ranges set} */
  public byte kind() {
    program.bounds(lo, hi, tables);
    int at = program.result();
    return lo[at] > 0 ? FULL : hi[at] <= 0 ? EMPTY : PARTIAL;
  }

  /**
   * Finds the kind of each stretch of keys, halving what is mixed.
   *
   * @param keys how many keys there are
   * @param step keys of a stretch
   * @param kinds gets one kind for each stretch
   */
  public void keys(long keys, int step, byte[] kinds) {
    int stretches = (int) ((keys + step - 1) / step);
    if (stretches > 0) {
      halve(keys, step, kinds, 0, stretches);
    }
  }

  private void halve(long keys, int step, byte[] kinds, int from, int to) {
    range(Variable.KEY, (double) from * step, Math.min(keys, (long) to * step) - 1.0);
    byte kind = kind();
    if (kind != PARTIAL || to - from == 1) {
      java.util.Arrays.fill(kinds, from, to, kind);
      return;
    }
    int middle = (from + to) >>> 1;
    halve(keys, step, kinds, from, middle);
    halve(keys, step, kinds, middle, to);
  }
}
