package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import lazuli.array.Array;
import lazuli.array.attention.BlockMask.Tile;
import lazuli.array.attention.term.Program;
import lazuli.array.attention.term.TermOp;
import lazuli.array.attention.term.Variable;
import lazuli.array.profile.Dispatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tiles of masks by interval arithmetic. */
class BlockMaskTest {
  @Test
  void tilesAreCountedAndDrawn() {
    BlockMask causal = blockMask(causal(), 256, 256);
    assertEquals("6 full, 4 partial, 6 empty", causal.counts());
    assertEquals(
        "256 x 256 positions in 64 x 64 tiles: 6 full, 4 partial, 6 empty, 37.5 % skipped\n"
            + "/...\n#/..\n##/.\n###/",
        causal.toString());
    assertEquals(Tile.EMPTY, causal.tile(0, 1));
    assertEquals(Tile.FULL, causal.tile(3, 0));
    assertEquals(Tile.PARTIAL, causal.tile(2, 2));
    BlockMask window = BlockMask.of(causal().and(window(4096)), 16384, 16384, 128, 128);
    assertEquals(
        128 * 128, window.count(Tile.FULL) + window.count(Tile.PARTIAL) + window.count(Tile.EMPTY));
    assertEquals(0.25 * 0.875, 1 - window.sparsity(), 0.01);
  }

  /** A tile's kind never contradicts the positions in it, and pairs are counted well. */
  @Test
  void kindsAgreeWithEveryPosition() {
    for (ExpressionCase c : ExpressionCase.all()) {
      if (c.mask() == null) {
        continue;
      }
      for (int[] t : new int[][] {{150, 150}, {64, 200}, {200, 64}}) {
        if (c.aligned() && t[0] > t[1]) {
          continue;
        }
        BlockMask tiles = BlockMask.of(c.mask(), t[0], t[1], 32, 16);
        for (int q = 0; q < t[0]; q++) {
          for (int k = 0; k < t[1]; k++) {
            Tile tile = tiles.tile(q / 32, k / 16);
            if (tile != Tile.PARTIAL) {
              assertEquals(
                  c.sees().at(0, 0, q, k, t[0], t[1]), tile == Tile.FULL, c + " " + q + "," + k);
            }
          }
        }
      }
    }
  }

  @Test
  void pairsAreExactForWholeTilesAndNearForMixedOnes() {
    assertEquals(512 * 513 / 2, blockMask(causal(), 512, 512).pairs(), 512 * 513 / 2 * 0.01);
    assertEquals(64 * 64, blockMask(prefix(64), 64, 128).pairs());
  }

  @ParameterizedTest
  @EnumSource(TermOp.class)
  void boundsHoldEveryValue(TermOp op) {
    Random random = new Random(op.ordinal());
    for (int n = 0; n < 2000; n++) {
      double[][] ends = new double[3][2];
      double[] r = new double[Program.VARIABLES + 4];
      boolean truth = op == TermOp.AND || op == TermOp.OR || op == TermOp.NOT;
      double[] values = new double[3];
      for (int i = 0; i < 3; i++) {
        boolean bit = truth || op == TermOp.WHERE && i == 0;
        int a = bit ? random.nextInt(2) : random.nextInt(41) - 20;
        int b = bit ? random.nextInt(2) : random.nextInt(41) - 20;
        ends[i][0] = Math.min(a, b);
        ends[i][1] = Math.max(a, b);
        values[i] = ends[i][0] + random.nextInt((int) (ends[i][1] - ends[i][0]) + 1);
      }
      double[] bounds = bounds(op, ends);
      double value = op.apply(values[0], values[1], values[2]);
      String where = op + " of " + java.util.Arrays.toString(values) + " seed " + op.ordinal();
      if (!Double.isNaN(value)) {
        assertTrue(
            bounds[0] <= value && value <= bounds[1],
            where + ": " + value + " not in " + java.util.Arrays.toString(bounds));
      }
      assertEquals(Program.VARIABLES + 4, r.length);
    }
  }

  private static double[] bounds(TermOp op, double[][] ends) {
    Variable[] in = {Variable.BATCH, Variable.HEAD, Variable.QUERY};
    lazuli.array.attention.term.Term[] args = new lazuli.array.attention.term.Term[op.arity()];
    for (int i = 0; i < args.length; i++) {
      args[i] = new lazuli.array.attention.term.Term.Use(in[i]);
    }
    Program program =
        new Program(
            lazuli.array.attention.term.Term.of(op, lazuli.array.attention.term.Kind.NUMBER, args));
    double[] lo = new double[program.size()];
    double[] hi = new double[program.size()];
    for (int i = 0; i < 3; i++) {
      lo[in[i].ordinal()] = ends[i][0];
      hi[in[i].ordinal()] = ends[i][1];
    }
    program.bounds(lo, hi, List.of());
    return new double[] {lo[program.result()], hi[program.result()]};
  }

  @Test
  void aNewMaskIsUsableAtOnceAndALongOneCostsLittle() {
    // Warm code, then a mask that was never seen: generous limits, for busy machines.
    Array x = normal(key(1), 1, 2, 256, 32).eval();
    sdpa(x, x, x, mask((b, h, q, k) -> q.sub(k).lt(20))).eval();
    List<Long> first = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int step = 30 + i;
      long start = System.nanoTime();
      sdpa(x, x, x, mask((b, h, q, k) -> q.sub(k).abs().mod(step).le(step / 2))).eval();
      first.add(System.nanoTime() - start);
    }
    assertTrue(first.stream().min(Long::compare).orElseThrow() < 200_000_000, "ns: " + first);
    List<Long> large = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      BlockMask mask = BlockMask.of(causal().and(window(256 + i)), 16384, 16384, 64, 64);
      large.add(System.nanoTime() - start);
      assertEquals(256, mask.rows());
    }
    assertTrue(large.stream().min(Long::compare).orElseThrow() < 20_000_000, "ns: " + large);
  }

  @Test
  void dispatchCountsTheTiles() {
    Array x = normal(key(1), 1, 2, 256, 32).eval();
    Array out = sdpa(x, x, x, causal().and(window(64))).eval();
    Dispatch dispatch = out.dispatch();
    assertNotNull(dispatch);
    assertEquals("flash", dispatch.kernel());
    assertEquals(
        "64x256 tiles, causal() and window(64), 64x64 mask tiles: 0 full, 7 partial, 9 empty",
        dispatch.details());
    Array ids = array(new int[256]);
    Array some = sdpa(x, x, x, documents(ids), softCap(5)).eval();
    assertNotNull(some.dispatch());
    assertEquals(
        "64x256 tiles, documents, softCap(5.0), 64x64 mask tiles known when it runs",
        some.dispatch().details());
  }
}
