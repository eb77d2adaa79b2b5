package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.AttentionResult;
import lazuli.array.attention.TileTrace.Frame;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The frames of a traced run against float64 loops over the same tiles, and against its result. */
class TileTraceTest {
  static Stream<Arguments> cases() {
    List<Arguments> all = new ArrayList<>();
    for (DType dtype : new DType[] {F32, BF16, F16}) {
      // Tiles of 64 let bf16 go through machine code where there is any.
      for (int tile : new int[] {8, 24, 64}) {
        all.add(Arguments.of(dtype, tile, "none", new AttentionOption[0]));
        all.add(Arguments.of(dtype, tile, "causal", new AttentionOption[] {causal()}));
        all.add(
            Arguments.of(dtype, tile, "window", new AttentionOption[] {causal().and(window(30))}));
        all.add(Arguments.of(dtype, tile, "score", new AttentionOption[] {softCap(2), causal()}));
        Array bias = normal(key(9), 90, 150);
        all.add(Arguments.of(dtype, tile, "bias", new AttentionOption[] {mask(bias)}));
        Array some = uniform(key(9), 150).lt(0.7);
        all.add(Arguments.of(dtype, tile, "keys", new AttentionOption[] {mask(some)}));
        all.add(Arguments.of(dtype, tile, "down", new AttentionOption[] {scale(-0.4)}));
      }
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("cases")
  void framesAreTheKernelsOwn(DType dtype, int tile, String name, AttentionOption[] options) {
    Array q = normal(key(1), 2, 4, 90, 16).astype(dtype).eval();
    Array k = normal(key(2), 2, 2, 150, 16).astype(dtype).eval();
    Array v = normal(key(3), 2, 2, 150, 24).astype(dtype).eval();
    AttentionResult result = attention(q, k, v, options);
    for (long query : new long[] {0, 37, 89}) {
      TileTrace trace = result.trace(3, query, tile);
      check(trace, result, dtype, tile, query);
    }
  }

  private static void check(
      TileTrace trace, AttentionResult result, DType dtype, int tile, long query) {
    double tolerance = dtype == BF16 ? 1e-2 : 1e-5;
    assertEquals("flash", trace.dispatch().kernel());
    assertEquals(tile, trace.tileKeys());
    double[] weights = result.weights(3, query).get("0, 0, 0").toDoubleArray();
    double[] out = result.state().out().get("0, 3, {}", query).toDoubleArray();
    double logSumExp = result.logSumExp().get("0, 3, {}", query).item();
    double most = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int next = 0;
    for (Frame f : trace.frames()) {
      assertTrue(f.from() >= next && f.from() % tile == 0, "tiles in order");
      assertTrue(f.to() - f.from() <= tile);
      next = f.to();
      double before = most;
      double inTile = 0;
      for (int j = 0; j < f.seen().length; j++) {
        double weight = weights[f.from() + j];
        assertEquals(weight > 0, f.seen()[j], "key " + (f.from() + j));
        if (f.seen()[j]) {
          // A score is the logarithm of its weight, up to the log-sum-exp, of rounded weights in
          // bf16.
          double near = dtype == BF16 ? 2e-3 : 1e-4;
          assertEquals(Math.log(weight) + logSumExp, f.scores()[j], near);
          most = Math.max(most, f.scores()[j]);
        } else {
          assertTrue(Float.isNaN(f.scores()[j]));
          assertEquals(0f, f.weights()[j]);
        }
        inTile += f.weights()[j];
      }
      assertEquals(most, f.max(), 1e-5);
      assertEquals(Math.exp(before - most), f.factor(), 1e-4);
      sum = sum * f.factor() + inTile;
      assertEquals(sum, f.sum(), 1e-4 * sum);
    }
    // Keys that no frame shows have no weight.
    double shown = 0;
    for (Frame f : trace.frames()) {
      for (int j = f.from(); j < f.to(); j++) {
        shown += weights[j];
      }
    }
    assertEquals(1, shown, 1e-5);
    Frame last = trace.frames().getLast();
    float[] divided = last.accumulated();
    for (int d = 0; d < divided.length; d++) {
      divided[d] /= last.sum();
      assertEquals(out[d], divided[d], tolerance);
    }
    assertArrayEquals(trace.out(), divided, (float) 2e-6);
    assertEquals(trace.logSumExp(), last.max() + Math.log(last.sum()), 1e-5);
    assertEquals(logSumExp, trace.logSumExp(), tolerance);
  }

  @Test
  void everyTileThatIsNotEmptyIsVisitedOnce() {
    Array q = normal(key(1), 1, 2, 256, 16);
    TileTrace trace = attention(q, q, q, causal().and(window(100))).trace(0, 200, 64);
    BlockMask tiles = blockMask(causal().and(window(100)), 256, 256);
    assertEquals(
        2 * (tiles.count(BlockMask.Tile.FULL) + tiles.count(BlockMask.Tile.PARTIAL)),
        trace.visits().size());
    for (TileTrace.Visit v : trace.visits()) {
      assertTrue(
          tiles.tile(v.firstRow() % 256 / 64, v.from() / 64) != BlockMask.Tile.EMPTY, v.toString());
      assertTrue(v.nanos() > 0 && v.start() >= 0, v.toString());
    }
    assertEquals(trace.visits().size(), trace.visits().stream().distinct().count());
    assertEquals(0, trace.visits().getFirst().start());
  }

  @Test
  void withoutAProbeNothingIsWatchedAndResultsAreTheSame() {
    Array q = normal(key(1), 1, 1, 40, 16).eval();
    assertNull(TileProbe.current());
    float[] plain = attention(q, q, q, kernel("flash")).state().out().toFloatArray();
    TileTrace trace = attention(q, q, q).trace(0, 39);
    assertNull(TileProbe.current());
    assertEquals(256, trace.tileKeys());
    assertEquals(256, trace.usualTileKeys());
    float[] row = java.util.Arrays.copyOfRange(plain, 39 * 16, 40 * 16);
    assertArrayEquals(row, trace.out());
  }

  @Test
  void aQueryThatSeesNothingHasNoFrames() {
    Array q = normal(key(1), 1, 1, 6, 16);
    Array k = normal(key(2), 1, 1, 4, 16);
    TileTrace trace = attention(q, k, k, causal()).trace(0, 1, 8);
    assertEquals(List.of(), trace.frames());
    assertArrayEquals(new float[16], trace.out());
    assertEquals(Double.NEGATIVE_INFINITY, trace.logSumExp());
    assertEquals(1, attention(q, k, k, causal()).trace(0, 2, 8).frames().size());
  }

  @Test
  void wrongUseSaysWhatIsAccepted() throws Exception {
    Array q = normal(key(1), 1, 2, 6, 16);
    AttentionResult result = attention(q, q, q);
    assertEquals(
        "trace was given tiles of 12 keys\n"
            + "  accepted: a multiple of 8 from 8 to 4096\n"
            + "  fix: pass 8 for small examples, or leave it out for the kernel's own tiles",
        assertThrows(ArrayException.class, () -> result.trace(0, 0, 12)).getMessage());
    assertEquals(
        "trace was given heads [2]\n"
            + "  accepted: numbers from 0 to 1\n"
            + "  fix: count from 0; negative numbers do not count from the end here",
        assertThrows(ArrayException.class, () -> result.trace(2, 0)).getMessage());
    Array wide = q.astype(F64);
    assertTrue(
        assertThrows(ArrayException.class, () -> attention(wide, wide, wide).trace(0, 0))
            .getMessage()
            .contains("flash"));
    Array other = on("reference", () -> normal(key(1), 1, 1, 4, 4).eval());
    String refused =
        assertThrows(
                ArrayException.class,
                () -> on("reference", () -> attention(other, other, other).trace(0, 0)))
            .getMessage();
    assertTrue(refused.contains("flash"), refused);
  }
}
