package lazuli.array.cpu.attention;

import java.util.Arrays;
import java.util.List;
import lazuli.array.attention.term.Program;
import lazuli.array.attention.term.Term;
import lazuli.array.attention.term.Variable;

/**
 * Runs a term on many scores at once, in float64 lanes. What depends on fewer things is computed
 * less often: constants once, what depends on queries and heads once for a pattern of rows, the
 * rest for each chunk of keys. Confined to one thread.
 */
final class TermLanes {
  /** Scores of a chunk. */
  static final int CHUNK = 256;

  private static final int ALWAYS = 0;
  private static final int PER_BATCH = 1;
  private static final int PER_ROWS = 2;
  private static final int PER_CHUNK = 3;

  private final Program program;
  private final List<TableData> tables;
  private final double[][] r;
  private final int[] level;

  TermLanes(Program program, List<TableData> tables) {
    this.program = program;
    this.tables = tables;
    r = new double[program.size()][CHUNK];
    level = levels(program);
    run(ALWAYS, CHUNK);
  }

  private static int[] levels(Program program) {
    int[] level = new int[program.size()];
    for (Variable v : Variable.values()) {
      level[v.ordinal()] =
          switch (v) {
            case BATCH, QUERIES, KEYS -> PER_BATCH;
            case HEAD, QUERY -> PER_ROWS;
            case KEY, SCORE -> PER_CHUNK;
          };
    }
    for (int i = 0; i < program.instructions().size(); i++) {
      Program.Instruction x = program.instructions().get(i);
      int at = ALWAYS;
      if (x.op() != null) {
        at = level[x.a()];
        at = x.op().arity() > 1 ? Math.max(at, level[x.b()]) : at;
        at = x.op().arity() > 2 ? Math.max(at, level[x.c()]) : at;
      } else if (x.lookup() != null) {
        // Tables may differ from launch to launch, but not within one.
        for (int d = 0; d < x.lookup().index().size(); d++) {
          at = Math.max(at, level[x.index()[d]]);
        }
      }
      level[Program.VARIABLES + i] = at;
    }
    return level;
  }

  /** Sets what is the same for all scores of a batch. */
  void batch(int b, int queries, int keys) {
    Arrays.fill(r[Variable.BATCH.ordinal()], b);
    Arrays.fill(r[Variable.QUERIES.ordinal()], queries);
    Arrays.fill(r[Variable.KEYS.ordinal()], keys);
    run(PER_BATCH, CHUNK);
  }

  /** The heads of a chunk's scores, to be set before {@link #rows}. */
  double[] heads() {
    return r[Variable.HEAD.ordinal()];
  }

  /** The queries of a chunk's scores, to be set before {@link #rows}. */
  double[] queries() {
    return r[Variable.QUERY.ordinal()];
  }

  /** Computes what depends on heads and queries. */
  void rows() {
    run(PER_ROWS, CHUNK);
  }

  /** The keys of a chunk's scores, to be set before {@link #run}. */
  double[] keys() {
    return r[Variable.KEY.ordinal()];
  }

  /** The scores of a chunk, to be set before {@link #run} when the term changes scores. */
  double[] scores() {
    return r[Variable.SCORE.ordinal()];
  }

  /** {@return the term's values for the first n scores, n a multiple of 8} */
  double[] run(int n) {
    run(PER_CHUNK, n);
    return r[program.result()];
  }

  private void run(int at, int n) {
    for (int i = 0; i < program.instructions().size(); i++) {
      int to = Program.VARIABLES + i;
      if (level[to] != at) {
        continue;
      }
      Program.Instruction x = program.instructions().get(i);
      if (x.op() != null) {
        TermLoops.run(x.op(), r[to], r[x.a()], r[x.b()], r[x.c()], n);
      } else if (x.lookup() != null) {
        lookup(x, x.lookup(), r[to], n);
      } else {
        Arrays.fill(r[to], x.value());
      }
    }
  }

  private void lookup(Program.Instruction x, Term.Lookup lookup, double[] to, int n) {
    TableData table = tables.get(lookup.table());
    int rank = lookup.dims().size();
    for (int i = 0; i < n; i++) {
      long at = 0;
      for (int d = 0; d < rank; d++) {
        long size = lookup.dims().get(d);
        at = at * size + Math.clamp((long) r[x.index()[d]][i], 0, size - 1);
      }
      to[i] = table.get(at);
    }
  }

  /** Sets heads and queries of a block's rows, one row of every 64 scores. */
  void pattern(int[] heads, int[] queries, int rows, int stride) {
    for (int i = 0; i < stride; i++) {
      // Lanes without a row repeat the first one, so that tables are asked inside their bounds.
      heads()[i] = heads[i < rows ? i : 0];
      queries()[i] = queries[i < rows ? i : 0];
    }
    repeat(stride);
  }

  /** Repeats the heads and queries of the first scores, and computes what depends on them. */
  void repeat(int stride) {
    for (int i = stride; i < CHUNK; i += stride) {
      System.arraycopy(heads(), 0, heads(), i, stride);
      System.arraycopy(queries(), 0, queries(), i, stride);
    }
    rows();
  }

  /** Changes n scores, a multiple of 8, in their place. */
  void change(float[] s, int at, int n) {
    double[] in = scores();
    for (int i = 0; i < n; i++) {
      in[i] = s[at + i];
    }
    double[] out = run(n);
    for (int i = 0; i < n; i++) {
      s[at + i] = (float) out[i];
    }
  }
}
