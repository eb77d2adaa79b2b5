package lazuli.array.attention;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.op.Aval;
import lazuli.array.op.Binary;
import lazuli.array.op.Build;
import lazuli.array.op.Composite;
import lazuli.array.op.Node;
import lazuli.array.op.Ordering;
import lazuli.array.op.Picking;
import lazuli.array.op.Reduction;
import lazuli.array.op.Unary;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Something about the weights of an attention, without writing the weights.
 *
 * @param forward the attention
 * @param what what is asked
 * @param count how many keys of each query, for {@link Statistic#TOP_KEYS} and {@link
 *     Statistic#TOP_WEIGHTS}
 * @param heads the query heads, for {@link Statistic#WEIGHTS}
 * @param queries the queries, for {@link Statistic#WEIGHTS}
 */
public record AttentionStatistic(
    Attention forward, Statistic what, int count, List<Long> heads, List<Long> queries)
    implements Composite {

  /** What may be asked. */
  public enum Statistic {
    /** The weight that each key gets from all queries, [B, Hq, Tk]. */
    COLUMN_MASS("column mass"),
    /** How spread a query's weights are, in nats, [B, Hq, Tq]. */
    ENTROPY("entropy"),
    /** The keys with the largest weights, the largest first, [B, Hq, Tq, count]; -1 for none. */
    TOP_KEYS("top keys"),
    /** Their weights, [B, Hq, Tq, count]; 0 for none. */
    TOP_WEIGHTS("top weights"),
    /** The weights of some heads and queries, [B, heads, queries, Tk]. */
    WEIGHTS("weights");

    private final String label;

    Statistic(String label) {
      this.label = label;
    }

    /** {@return its name in plans} */
    public String label() {
      return label;
    }
  }

  /** Copies the lists. */
  public AttentionStatistic {
    heads = List.copyOf(heads);
    queries = List.copyOf(queries);
  }

  @Override
  public String label() {
    return "attention " + what.label();
  }

  @Override
  public List<String> operands() {
    return forward.operands();
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    AttentionShape s = forward.shape(inputs);
    Shape shape =
        switch (what) {
          case COLUMN_MASS -> Shape.of(s.batch(), s.heads(), s.keys());
          case ENTROPY -> Shape.of(s.batch(), s.heads(), s.queries());
          case TOP_KEYS, TOP_WEIGHTS -> Shape.of(s.batch(), s.heads(), s.queries(), count);
          case WEIGHTS -> Shape.of(s.batch(), heads.size(), queries.size(), s.keys());
        };
    boolean wide = Attention.type(inputs, forward.extras().format()) == DType.F64;
    DType type = what == Statistic.TOP_KEYS ? DType.I32 : wide ? DType.F64 : DType.F32;
    return new Aval(shape, type, inputs.getFirst().device());
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    AttentionShape s = forward.shape(inputs);
    double rows =
        what == Statistic.WEIGHTS
            ? (double) heads.size() * queries.size()
            : (double) s.heads() * s.queries();
    double bytes = output.bytes();
    for (Aval in : inputs) {
      bytes += in.bytes();
    }
    return Work.of(2 * s.batch() * rows * s.keys() * s.dim(), bytes);
  }

  @Override
  public @Nullable String forced() {
    return "naive".equals(forward.forced()) ? "naive" : null;
  }

  @Override
  public Node define(List<Node> inputs) {
    List<Aval> avals = new ArrayList<>();
    inputs.forEach(in -> avals.add(in.aval()));
    Node w = forward.plain(inputs).weights(inputs.getFirst());
    Aval out = infer(avals);
    Node result =
        switch (what) {
          case COLUMN_MASS -> Build.reduce(Reduction.SUM, w, false, 2);
          case ENTROPY -> {
            Node zero = Build.scalar(w, 0.0);
            Node seen = Build.binary(Binary.GT, w, zero);
            Node logs = Build.unary(Unary.LOG, Build.where(seen, w, Build.scalar(w, 1.0)));
            yield Build.unary(Unary.NEG, Build.reduce(Reduction.SUM, Build.mul(w, logs), false, 3));
          }
          case TOP_WEIGHTS ->
              Build.unary(Unary.NEG, top(Ordering.sort(Build.unary(Unary.NEG, w), 3)));
          case TOP_KEYS -> {
            Node order = top(Ordering.argSort(Build.unary(Unary.NEG, w), 3));
            Node weights = Picking.takeAlongAxis(w, order, 3);
            Node none = Build.fill(DType.I32, Shape.SCALAR, -1L);
            Node seen = Build.binary(Binary.GT, weights, Build.scalar(weights, 0.0));
            yield Build.where(seen, Build.cast(order, DType.I32), none);
          }
          case WEIGHTS -> Picking.take(Picking.take(w, list(heads), 1), list(queries), 2);
        };
    return Build.cast(result, out.dtype());
  }

  private Node top(Node sorted) {
    return lazuli.array.op.Movements.get(sorted, "..., :" + count);
  }

  private static Node list(List<Long> values) {
    Node x = Build.arange(DType.I64, 0, values.size(), 1);
    Node all = Build.scalar(x, 0L);
    for (int i = 0; i < values.size(); i++) {
      Node here = Build.binary(Binary.EQ, x, Build.scalar(x, (long) i));
      all = Build.where(here, Build.scalar(x, values.get(i)), all);
    }
    return lazuli.array.op.Movements.broadcastTo(all, Shape.of(values.size()));
  }
}
