package lazuli.gpu.kernels;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.attention.Attention;
import lazuli.array.attention.AttentionShape;
import lazuli.array.attention.Causal;
import lazuli.array.attention.Extras;
import lazuli.array.attention.term.Kind;
import lazuli.array.attention.term.Program;
import lazuli.array.attention.term.Term;
import lazuli.array.attention.term.Variable;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.type.DType;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.GpuPool;
import org.jspecify.annotations.Nullable;

/**
 * What one attention does besides products, softmax, causal limit and mask array: it becomes part
 * of the kernel's text, so it tells kernels apart.
 *
 * @param visible the condition under which a key is seen, or null
 * @param score how scores are changed, or null
 * @param tables the arrays that both look at
 * @param wide whether their whole numbers need 64 bits
 * @param starts whether each batch has its own first key
 * @param lengths whether each batch has its own last key
 * @param topLeft whether a causal limit counts from the first key; matters only with the two above
 * @param sinks the type of the sinks, or null
 * @param state whether the result has the log-sum-exp in a last column, and is f32
 */
public record ScoreRules(
    @Nullable Term visible,
    @Nullable Term score,
    List<TableForm> tables,
    boolean wide,
    boolean starts,
    boolean lengths,
    boolean topLeft,
    @Nullable DType sinks,
    boolean state) {
  /** Nothing. */
  static final ScoreRules NONE =
      new ScoreRules(null, null, List.of(), false, false, false, false, null, false);

  /** An array's type and number of dimensions. */
  record TableForm(DType type, int rank) {}

  /** {@return the rules of an attention} */
  public static ScoreRules of(Attention op, List<Aval> inputs) {
    Extras extras = op.extras();
    List<TableForm> tables = new ArrayList<>();
    List<DType> types = new ArrayList<>();
    for (int i = 0; i < extras.tables(); i++) {
      Aval table = inputs.get(extras.tablesAt() + i);
      tables.add(new TableForm(table.dtype(), table.shape().rank()));
      types.add(table.dtype());
    }
    AttentionShape s = op.shape(inputs);
    boolean wide = wide(op.visible(), s, types) || wide(op.score(), s, types);
    boolean ranges = extras.starts() || extras.lengths();
    return new ScoreRules(
        op.visible(),
        op.score(),
        tables,
        wide,
        extras.starts(),
        extras.lengths(),
        ranges && op.causal() == Causal.TOP_LEFT,
        extras.sinks() ? inputs.get(extras.sinksAt()).dtype() : null,
        op.state());
  }

  /** {@return whether a key may be hidden for another reason than the end of all keys} */
  boolean hides() {
    return visible != null || score != null || starts || lengths;
  }

  /** {@return whether each batch has its own keys} */
  boolean ranged() {
    return starts || lengths;
  }

  /** {@return whether the mask differs between batches} */
  boolean perBatch() {
    return visible != null && (ranged() || visible.variables().contains(Variable.BATCH));
  }

  /** {@return whether the mask differs between heads} */
  boolean perHead() {
    return visible != null && visible.variables().contains(Variable.HEAD);
  }

  /** {@return the arguments of the parameters that {@link RuleCode} declares} */
  List<Number> arguments(Attention op, List<View> inputs) {
    Extras extras = op.extras();
    List<Number> all = new ArrayList<>();
    if (starts) {
      all.addAll(oneForEach(inputs.get(extras.startsAt())));
    }
    if (lengths) {
      all.addAll(oneForEach(inputs.get(extras.lengthsAt())));
    }
    if (sinks != null) {
      all.addAll(oneForEach(inputs.get(extras.sinksAt())));
    }
    for (int i = 0; i < tables.size(); i++) {
      View table = inputs.get(extras.tablesAt() + i);
      all.addAll(Gpu.arguments(GpuPool.address(table), table.strides()));
    }
    return all;
  }

  /** An address and a step, which is 0 where one element serves all. */
  private static List<Number> oneForEach(View view) {
    long step = view.shape().dim(0) == 1 ? 0 : view.strides()[0];
    return Gpu.arguments(GpuPool.address(view), step);
  }

  private static boolean wide(@Nullable Term term, AttentionShape s, List<DType> types) {
    if (term == null) {
      return false;
    }
    for (Term part : term.parts()) {
      if (wide(part, s, types)) {
        return true;
      }
    }
    if (term.kind() != Kind.INDEX) {
      return false;
    }
    Program program = new Program(term);
    double[] lo = new double[program.size()];
    double[] hi = new double[program.size()];
    long[] most = {
      s.batch() - 1, s.heads() - 1, s.queries() - 1, s.keys() - 1, s.queries(), s.keys()
    };
    for (int i = 0; i < most.length; i++) {
      lo[i] = i == Variable.QUERIES.ordinal() ? most[i] : 0;
      hi[i] = Math.max(0, most[i]);
    }
    // A batch's first key is its position 0: slots before it count down from there.
    lo[Variable.KEY.ordinal()] = -s.keys();
    lo[Variable.SCORE.ordinal()] = Double.NEGATIVE_INFINITY;
    hi[Variable.SCORE.ordinal()] = Double.POSITIVE_INFINITY;
    List<Program.Table> tables = new ArrayList<>();
    types.forEach(type -> tables.add(new Typed(type)));
    program.bounds(lo, hi, tables);
    int at = program.result();
    return !(lo[at] >= Integer.MIN_VALUE && hi[at] <= Integer.MAX_VALUE);
  }

  /** What is known of an array by its type alone. */
  private record Typed(DType type) implements Program.Table {
    @Override
    public double get(long at) {
      throw new UnsupportedOperationException("values are on the device");
    }

    @Override
    public void bounds(long from, long to, double[] lo, double[] hi, int register) {
      int bits = 8 * type.bytes();
      double span = type.isFloat() || bits == 64 ? Double.POSITIVE_INFINITY : Math.pow(2, bits);
      lo[register] = -span;
      hi[register] = span;
      switch (type) {
        case I8, I16, I32 -> {
          lo[register] = -span / 2;
          hi[register] = span / 2 - 1;
        }
        case U8, U16, U32, BOOL -> {
          lo[register] = 0;
          hi[register] = span - 1;
        }
        default -> {}
      }
    }
  }
}
