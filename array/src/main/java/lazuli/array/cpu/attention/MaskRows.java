package lazuli.array.cpu.attention;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import lazuli.array.attention.term.Program;
import lazuli.array.attention.term.Tiles;
import lazuli.array.attention.term.Variable;
import lazuli.array.cpu.Species;
import org.jspecify.annotations.Nullable;

/**
 * The mask expression of one launch, block by block of 64 query rows. A block is made when a task
 * first needs it, and kept for other heads and batches when the expression does not look at them
 * and the block is small; small ones also for the next launch, when no table decides. Two threads
 * may make the same block; both get the same.
 */
final class MaskRows {
  private static final int ROWS = FlashTask.QUERIES;
  // Mixed stretches of all blocks together, 512 bytes each.
  private static final int MOST_KEPT = 1 << 16;

  private final Program program;
  private final List<TableData> tables;
  private final FlashPlan plan;
  private final Geometry g;
  private final boolean perBatch;
  private final boolean perHead;
  private final int blocks;
  private final int batches;
  private final @Nullable MaskRow[] kept;
  private final @Nullable MaskRow[] shared;

  MaskRows(Program program, List<TableData> tables, FlashPlan plan, KeptRows last) {
    this.program = program;
    this.tables = tables;
    this.plan = plan;
    g = plan.geometry();
    perBatch = program.uses(Variable.BATCH) || plan.extent().varies();
    perHead = program.uses(Variable.HEAD);
    // Without heads, all heads of a group repeat the blocks of one.
    blocks = perHead || plan.spans() ? plan.blocks() : FlashPlan.ceil(g.queries(), ROWS);
    batches = perBatch ? g.batch() : 1;
    long all = (long) batches * (perHead ? g.keyHeads() : 1) * blocks;
    kept = new MaskRow[all <= 1 << 20 ? (int) all : 0];
    // What tables hold may differ from launch to launch.
    shared = tables.isEmpty() ? last.of(plan, (int) Math.min(all, 1 << 21)) : new MaskRow[0];
  }

  /** {@return what a block sees} */
  MaskRow row(int b, int keyHead, int block) {
    int at =
        ((perBatch ? b : 0) * (perHead ? g.keyHeads() : 1) + (perHead ? keyHead : 0)) * blocks
            + block % blocks;
    MaskRow row = at < kept.length ? kept[at] : null;
    if (row == null && at < shared.length) {
      row = shared[at];
    }
    if (row == null) {
      row = make(b, keyHead, block, at < kept.length ? at : -1);
    }
    return row;
  }

  private MaskRow make(int b, int keyHead, int block, int place) {
    int first = plan.firstRow(block);
    int rows = plan.rowsOf(block);
    int[] heads = new int[rows];
    int[] queries = new int[rows];
    int keys = plan.extent().keys(b);
    Tiles tiles = new Tiles(program, tables);
    for (int i = 0; i < rows; i++) {
      heads[i] = keyHead * g.group() + (first + i) / g.queries();
      queries[i] = (first + i) % g.queries();
    }
    range(tiles, Variable.HEAD, heads);
    range(tiles, Variable.QUERY, queries);
    tiles.range(Variable.BATCH, b, b);
    tiles.range(Variable.QUERIES, g.queries(), g.queries());
    tiles.range(Variable.KEYS, keys, keys);
    int limit = 0;
    for (int query : queries) {
      limit = Math.max(limit, g.visible(query, keys));
    }
    byte[] kinds = new byte[FlashPlan.ceil(limit, MaskRow.KEYS)];
    tiles.keys(limit, MaskRow.KEYS, kinds);
    long[] @Nullable [] bits = bits(b, heads, queries, keys, kinds);
    MaskRow row = new MaskRow(kinds, bits, rows);
    long mixed = (long) row.mixed() * kept.length;
    if (place >= 0 && mixed <= MOST_KEPT) {
      kept[place] = row;
    }
    if (place >= 0 && place < shared.length && mixed <= KeptRows.MOST_MIXED) {
      shared[place] = row;
    }
    return row;
  }

  private static void range(Tiles tiles, Variable variable, int[] values) {
    int least = Integer.MAX_VALUE;
    int most = 0;
    for (int value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    tiles.range(variable, least, most);
  }

  /** Asks the expression for every place of the mixed stretches; decides those that are not. */
  private long[] @Nullable [] bits(int b, int[] heads, int[] queries, int keys, byte[] kinds) {
    long[] @Nullable [] bits = new long[kinds.length] @Nullable [];
    TermLanes lanes = null;
    long all = heads.length == 64 ? -1L : (1L << heads.length) - 1;
    for (int n = 0; n < kinds.length; n++) {
      if (kinds[n] != Tiles.PARTIAL) {
        continue;
      }
      if (lanes == null) {
        lanes = new TermLanes(program, tables);
        lanes.batch(b, g.queries(), keys);
        lanes.pattern(heads, queries, heads.length, ROWS);
      }
      long[] words = words(lanes, n * MaskRow.KEYS, all);
      boolean none = true;
      boolean full = true;
      for (long word : words) {
        none &= word == 0;
        full &= word == all;
      }
      kinds[n] = none ? Tiles.EMPTY : full ? Tiles.FULL : Tiles.PARTIAL;
      bits[n] = none || full ? null : words;
    }
    return bits;
  }

  private static long[] words(TermLanes lanes, int from, long all) {
    long[] words = new long[MaskRow.KEYS];
    int each = TermLanes.CHUNK / ROWS;
    int step = Species.LANES64;
    for (int j = 0; j < MaskRow.KEYS; j += each) {
      for (int i = 0; i < each; i++) {
        java.util.Arrays.fill(lanes.keys(), i * ROWS, (i + 1) * ROWS, from + j + i);
      }
      double[] seen = lanes.run(TermLanes.CHUNK);
      for (int i = 0; i < each; i++) {
        long word = 0;
        for (int lane = 0; lane < ROWS; lane += step) {
          long part =
              DoubleVector.fromArray(Species.F64, seen, i * ROWS + lane)
                  .compare(VectorOperators.NE, 0)
                  .toLong();
          word |= part << lane;
        }
        words[j + i] = word & all;
      }
    }
    return words;
  }
}
