package lazuli.array.cpu.attention;

import java.util.List;
import java.util.function.Supplier;
import lazuli.array.attention.KvFormat;
import lazuli.array.attention.term.Program;
import lazuli.array.attention.term.Variable;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.cpu.Workers;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * The scores of an attention in float64, one query row after another: what the reference kernel and
 * statistics are made of. Scratch is one head's operands and one row of scores.
 */
final class ScoreRows {
  /** Takes rows; one for each task. */
  interface Sink {
    /** Whether a row is wanted. */
    default boolean wants(int h, int t) {
      return true;
    }

    /**
     * Takes a row.
     *
     * @param start the slot of the first key
     * @param visible how many keys there are scores of; -infinity where one is hidden
     * @param sink the head's sink, or -infinity
     * @param v the values of the keys
     */
    void row(int b, int h, int t, int start, int visible, double[] scores, double sink, double[] v);

    /** Is told that all rows of a task were given. */
    default void end() {}
  }

  private final Geometry geometry;
  private final Rules rules;
  private final List<View> inputs;
  private final Extent extent;
  private final List<TableData> tables;

  private ScoreRows(Geometry geometry, Rules rules, List<View> inputs) {
    this.geometry = geometry;
    this.rules = rules;
    this.inputs = inputs;
    extent = Extent.of(geometry, rules.extras(), inputs);
    tables = rules.tables(inputs);
  }

  /** Gives all wanted rows; those of a key head go to one sink, in order. */
  static void run(
      Geometry g, Rules rules, List<View> inputs, long nanos, Supplier<? extends Sink> sinks) {
    ScoreRows rows = new ScoreRows(g, rules, inputs);
    Workers.run(g.batch() * g.keyHeads(), nanos, head -> rows.keyHead(head, sinks.get()));
  }

  /** All query rows that read one key head, whose keys and values are converted once. */
  private void keyHead(int head, Sink to) {
    Geometry g = geometry;
    int b = head / g.keyHeads();
    int kv = head % g.keyHeads();
    int start = extent.start(b);
    int keys = extent.keys(b);
    double[] k = keyRows(inputs, 1, b, kv, start, keys, g.dim());
    double[] v = keyRows(inputs, 2, b, kv, start, keys, g.valueDim());
    View mask = rules.extras().mask() ? inputs.get(rules.extras().maskAt()) : null;
    View sinks = rules.extras().sinks() ? inputs.get(rules.extras().sinksAt()) : null;
    Terms terms = new Terms(rules, tables, b, g.queries(), keys);
    double[] scores = new double[keys];
    for (int h = kv * g.group(); h < (kv + 1) * g.group(); h++) {
      double[] q = matrix(inputs.get(0), b, h, 0, g.queries(), g.dim());
      double sink =
          sinks == null
              ? Double.NEGATIVE_INFINITY
              : Elements.get(
                  sinks.buffer().segment(), sinks.dtype(), sinks.offset() + h * sinks.strides()[0]);
      for (int t = 0; t < g.queries(); t++) {
        if (to.wants(h, t)) {
          int visible = g.visible(t, keys);
          terms.row(h, t);
          scores(q, t, k, visible, mask, terms, b, h, start, scores);
          to.row(b, h, t, start, visible, scores, sink, v);
        }
      }
    }
    to.end();
  }

  /** The expressions at one query row, number by number. */
  private static final class Terms {
    private final @Nullable Program visible;
    private final @Nullable Program score;
    private final List<TableData> tables;
    private final double[] r;

    Terms(Rules rules, List<TableData> tables, int b, int queries, int keys) {
      visible = rules.visible();
      score = rules.score();
      this.tables = tables;
      r =
          new double
              [Math.max(visible == null ? 0 : visible.size(), score == null ? 0 : score.size())];
      set(Variable.BATCH, b);
      set(Variable.QUERIES, queries);
      set(Variable.KEYS, keys);
    }

    private void set(Variable variable, double value) {
      if (r.length > 0) {
        r[variable.ordinal()] = value;
      }
    }

    void row(int h, int t) {
      set(Variable.HEAD, h);
      set(Variable.QUERY, t);
    }

    boolean sees(int j) {
      set(Variable.KEY, j);
      return visible == null || visible.evaluate(r, tables) != 0;
    }

    double changed(double value) {
      set(Variable.SCORE, value);
      return score == null ? value : score.evaluate(r, tables);
    }
  }

  /** Scores of one query; -infinity where it must not look. Later positions are left alone. */
  private void scores(
      double[] q,
      int t,
      double[] k,
      int visible,
      @Nullable View mask,
      Terms terms,
      int b,
      int h,
      int start,
      double[] scores) {
    int dim = geometry.dim();
    for (int j = 0; j < visible; j++) {
      double bias = mask == null ? 0 : bias(mask, b, h, t, start + j);
      if (bias == Double.NEGATIVE_INFINITY || !terms.sees(j)) {
        scores[j] = Double.NEGATIVE_INFINITY;
        continue;
      }
      double dot = 0;
      for (int d = 0; d < dim; d++) {
        dot += q[t * dim + d] * k[j * dim + d];
      }
      scores[j] = terms.changed(dot * geometry.scale()) + bias;
    }
  }

  private static double bias(View mask, int b, int h, int t, int j) {
    double value = Elements.get(mask.buffer().segment(), mask.dtype(), position(mask, b, h, t, j));
    if (mask.dtype() == DType.BOOL) {
      return value != 0 ? 0 : Double.NEGATIVE_INFINITY;
    }
    return value;
  }

  /** Keys or values of one head, also where they lie as codes. */
  private double[] keyRows(
      List<View> inputs, int operand, int b, int h, int from, int rows, int columns) {
    KvFormat format = rules.extras().format();
    View view = inputs.get(operand);
    if (format == KvFormat.PLAIN) {
      return inOrder(view, b, h, from, rows, columns);
    }
    double[] codes = inOrder(view, b, h, from, rows, columns / format.perByte());
    int group = format.group(columns);
    int groups = columns / group;
    View scaleView = inputs.get(rules.extras().scalesAt() + operand - 1);
    double[] scales = inOrder(scaleView, b, h, from, rows, groups);
    double[] to = new double[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double code =
            format == KvFormat.INT4
                ? nibble(
                    (int) codes[(r * columns + c / group * group) / 2 + c % (group / 2)],
                    c % group >= group / 2)
                : codes[r * columns + c];
        to[r * columns + c] = code * scales[r * groups + c / group];
      }
    }
    return to;
  }

  private static int nibble(int bits, boolean high) {
    return (high ? bits >> 4 : bits & 15) - 8;
  }

  /** One head of keys or values, put together from pages where they lie in pages. */
  private double[] inOrder(View view, int b, int h, int from, int rows, int columns) {
    if (!rules.extras().paged()) {
      return matrix(view, b, h, from, rows, columns);
    }
    View table = inputs.get(rules.extras().pagesAt());
    Pages pages = Pages.of(table, view.shape().dim(0), view.shape().dim(2));
    double[] to = new double[Math.multiplyExact(rows, columns)];
    for (int r = 0; r < rows; r++) {
      double[] row = matrix(view, pages.page(b, from + r), h, pages.row(from + r), 1, columns);
      System.arraycopy(row, 0, to, r * columns, columns);
    }
    return to;
  }

  /** One head as row-major float64. */
  private static double[] matrix(View view, int b, int h, int from, int rows, int columns) {
    double[] to = new double[Math.multiplyExact(rows, columns)];
    long step = view.strides()[3];
    for (int r = 0; r < rows; r++) {
      long at = columns == 0 ? 0 : position(view, b, h, from + r, 0);
      for (int c = 0; c < columns; c++) {
        to[r * columns + c] = Elements.get(view.buffer().segment(), view.dtype(), at + c * step);
      }
    }
    return to;
  }

  /** The element index of a position, aligned at the last dimension; sizes of 1 repeat. */
  private static long position(View view, int b, int h, int r, int c) {
    int rank = view.shape().rank();
    long at = view.offset();
    int[] coordinates = {b, h, r, c};
    for (int axis = 0; axis < rank; axis++) {
      if (view.shape().dim(axis) != 1) {
        at += coordinates[4 - rank + axis] * view.strides()[axis];
      }
    }
    return at;
  }
}
