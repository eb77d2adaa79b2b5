package lazuli.array;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.attention.Attention;
import lazuli.array.attention.AttentionOption;
import lazuli.array.attention.AttentionStatistic;
import lazuli.array.attention.AttentionStatistic.Statistic;
import lazuli.array.attention.TileProbe;
import lazuli.array.attention.TileTrace;
import lazuli.array.op.Aval;
import lazuli.array.op.Build;
import lazuli.array.op.Node;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * One attention and what may be asked about it. One kernel run gives the result and the
 * log-sum-exp; everything else is computed from these when asked for, and nothing of size Tq times
 * Tk is written unless its rows are asked for. Computes nothing by itself.
 */
public final class AttentionResult {
  private static final int MOST_TILE = 4096;

  private final Array packed;
  private final Array q;
  private final Array k;
  private final Array v;
  private final List<AttentionOption> options;
  private final Attention op;
  private final List<Node> operands;
  private final long width;
  private final DType dtype;

  AttentionResult(Array q, Array k, Array v, AttentionOption... options) {
    packed = new Array(Attention.state(q.node(), k.node(), v.node(), options));
    this.q = q;
    this.k = k;
    this.v = v;
    this.options = List.of(options);
    width = packed.shape().dim(3) - 1;
    op = (Attention) packed.node().op();
    operands = List.copyOf(packed.node().inputs());
    List<Aval> avals = List.of(q.node().aval(), k.node().aval(), v.node().aval());
    dtype = Attention.type(avals, op.extras().format());
  }

  /** {@return the attention, [B, Hq, Tq, Dv], in the promoted dtype of q, k and v} */
  public Array out() {
    return new Array(Build.cast(wide().node(), dtype));
  }

  private Array wide() {
    return packed.get("..., :{}", width);
  }

  /**
   * {@return the logarithm of the sum of exp(score) over the keys that a query sees, sinks
   * included, [B, Hq, Tq], in f32 (f64 for f64)} -infinity where a query sees no key.
   */
  public Array logSumExp() {
    return packed.get("..., {}", width);
  }

  /** {@return both, to be merged with attention over other keys; in f32 (f64 for f64)} */
  public AttentionState state() {
    return new AttentionState(wide(), logSumExp());
  }

  private Array statistic(Statistic what, int count, List<Long> heads, List<Long> queries) {
    return new Array(
        Build.composite(
            new AttentionStatistic(op, what, count, heads, queries),
            operands.toArray(new Node[0])));
  }

  /**
   * {@return the weights of some heads and queries, [B, heads, queries, Tk], in f32 (f64 for f64)}
   * Computed again for these rows only, in float64.
   *
   * @param heads the query heads, each from 0 to Hq - 1
   * @param queries the queries, each from 0 to Tq - 1
   * @throws ArrayException if a head or a query does not exist
   */
  public Array weights(long[] heads, long[] queries) {
    inside("weights", "heads", heads, packed.shape().dim(1));
    inside("weights", "queries", queries, packed.shape().dim(2));
    return statistic(
        Statistic.WEIGHTS,
        0,
        Arrays.stream(heads).boxed().toList(),
        Arrays.stream(queries).boxed().toList());
  }

  /**
   * {@return the weights of one head and one query of the first batch on, [B, 1, 1, Tk]}
   *
   * @param head the query head
   * @param query the query
   * @throws ArrayException if it does not exist
   */
  public Array weights(long head, long query) {
    return weights(new long[] {head}, new long[] {query});
  }

  private static void inside(String op, String name, long[] values, long size) {
    for (long value : values) {
      if (value < 0 || value >= size) {
        throw new ArrayException(
            op + " was given " + name + " " + Arrays.toString(values),
            "numbers from 0 to " + (size - 1),
            "count from 0; negative numbers do not count from the end here");
      }
    }
  }

  /**
   * {@return the weight that each key gets from all queries together, [B, Hq, Tk]} What evictions
   * of a cache look at ("heavy hitters"). Streamed: no weights are written.
   */
  public Array columnMass() {
    return statistic(Statistic.COLUMN_MASS, 0, List.of(), List.of());
  }

  /** {@return how spread each query's weights are, in nats, [B, Hq, Tq]; 0 when it sees one key} */
  public Array entropy() {
    return statistic(Statistic.ENTROPY, 0, List.of(), List.of());
  }

  /**
   * {@return the key slots with the largest weights of each query, the largest first, [B, Hq, Tq,
   * count], i32; -1 where a query sees fewer}
   *
   * @param count how many, 1 to Tk
   * @throws ArrayException if there are not so many keys
   */
  public Array topKeys(int count) {
    return statistic(Statistic.TOP_KEYS, count("topKeys", count), List.of(), List.of());
  }

  /**
   * {@return the weights of {@link #topKeys}, [B, Hq, Tq, count]; 0 where there is none}
   *
   * @param count how many, 1 to Tk
   * @throws ArrayException if there are not so many keys
   */
  public Array topWeights(int count) {
    return statistic(Statistic.TOP_WEIGHTS, count("topWeights", count), List.of(), List.of());
  }

  private int count(String name, int count) {
    long keys = operands.get(1).aval().shape().dim(2);
    if (count < 1 || count > keys) {
      throw new ArrayException(
          name + " was given " + count + " for " + keys + " keys",
          "1 to " + keys,
          "ask for fewer keys");
    }
    return count;
  }

  /**
   * {@return the steps of the online softmax of one query, as the tiled kernel takes them} See
   * {@link #trace(long, long, int)}; the tiles are the kernel's own.
   *
   * @param head the query head
   * @param query the query
   * @throws ArrayException if there is no such query, or the tiled kernel cannot run
   */
  public TileTrace trace(long head, long query) {
    return traced(head, query, 0);
  }

  /**
   * {@return the steps of the online softmax of one query of the first batch, as the tiled kernel
   * takes them} Runs the kernel {@code flash} once more, watched: its running maxima, sums and
   * results are those that it computed.
   *
   * @param head the query head
   * @param query the query
   * @param tileKeys keys of a tile: a multiple of 8, smaller than usual for small examples
   * @throws ArrayException if there is no such query, the tiles are no multiple of 8, or the tiled
   *     kernel cannot run
   */
  public TileTrace trace(long head, long query, int tileKeys) {
    if (tileKeys < 8 || tileKeys > MOST_TILE || tileKeys % 8 != 0) {
      throw new ArrayException(
          "trace was given tiles of " + tileKeys + " keys",
          "a multiple of 8 from 8 to " + MOST_TILE,
          "pass 8 for small examples, or leave it out for the kernel's own tiles");
    }
    return traced(head, query, tileKeys);
  }

  private TileTrace traced(long head, long query, int tileKeys) {
    inside("trace", "heads", new long[] {head}, packed.shape().dim(1));
    inside("trace", "queries", new long[] {query}, packed.shape().dim(2));
    List<AttentionOption> all = new ArrayList<>(options);
    all.removeIf(option -> option instanceof AttentionOption.ForcedKernel);
    all.add(new AttentionOption.ForcedKernel("flash"));
    Array again =
        new Array(
            Attention.state(q.node(), k.node(), v.node(), all.toArray(new AttentionOption[0])));
    TileProbe probe = new TileProbe(0, head, query, tileKeys);
    probe.watch(again::eval);
    Dispatch ran = again.dispatch();
    int[] tiles = probe.tiles();
    if (ran == null || tiles.length == 0) {
      throw new ArrayException(
          "trace ran " + (ran == null ? "no kernel" : ran.kernel() + " on " + ran.device()),
          "the kernel flash on the CPU, which can be watched",
          "trace it under on(\"cpu\", ...), with at least one query");
    }
    float[] row = again.get("0, {}, {}", head, query).toFloatArray();
    List<Aval> avals = operands.stream().map(Node::aval).toList();
    return new TileTrace(
        op.shape(avals),
        0,
        head,
        query,
        tiles[0],
        tiles[1],
        probe.frames(),
        probe.visits(),
        Arrays.copyOf(row, row.length - 1),
        row[row.length - 1],
        ran);
  }

  /** {@return which kernel computed it and why, or null before evaluation} */
  public @Nullable Dispatch dispatch() {
    return packed.dispatch();
  }
}
