package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Explanation;
import lazuli.array.profile.Span;
import lazuli.array.profile.Trace;
import lazuli.array.type.ArrayException;
import org.junit.jupiter.api.Test;

/** Laziness, sharing, recomputing, lifetimes, interruption. */
class EvaluationTest {
  private static List<String> traced(Array... arrays) throws Exception {
    Trace trace = new Trace();
    trace.record(
        () -> {
          eval(arrays);
          return arrays;
        });
    return trace.spans().stream().map(span -> span.op() + origin(span)).toList();
  }

  private static String origin(Span span) {
    return span.origin().isEmpty() ? "" : " (" + span.origin() + ")";
  }

  @Test
  void nothingIsComputedBeforeItIsAskedFor() throws Exception {
    Trace trace = new Trace();
    Array x = trace.record(() -> ones(3).add(1).exp().matmul(ones(3)));
    assertEquals(List.of(), trace.spans());
    assertFalse(x.evaluated());
    assertNull(x.dispatch());
    assertEquals(3 * Math.exp(2), x.item(), 1e-5);
    assertTrue(x.evaluated());
    assertNotNull(x.dispatch());
  }

  @Test
  void evaluatingTwiceComputesOnce() throws Exception {
    Array x = arange(10).sum();
    assertEquals(2, traced(x).size());
    assertEquals(List.of(), traced(x));
  }

  @Test
  void explainingAndEvaluatingAgree() throws Exception {
    Array x = normal(key(1), 4, 8);
    Array y = x.matmul(x.t()).softmax(-1).sum();
    Explanation before = explain(y);
    Trace trace = new Trace();
    trace.record(y::eval);
    assertEquals(
        before.steps().stream().map(row -> row.op() + " " + row.kernel()).toList(),
        trace.spans().stream().map(span -> span.op() + " " + span.kernel()).toList());
    assertEquals("nothing to compute\n", explain(y).text());
  }

  @Test
  void whatWasDroppedIsComputedAgainAndTheReportSaysSo() throws Exception {
    Array e = arange(2000).astype(F32).exp();
    Array total = e.sum();
    traced(total);
    assertFalse(e.evaluated());
    assertEquals(List.of("arange (recomputed)", "cast+exp (recomputed)"), traced(e));
  }

  @Test
  void smallCostlyResultsOnTheWayAreKeptWithTheirDispatch() throws Exception {
    Array x = normal(key(3), 5, 5).eval();
    Array weights = x.matmul(x.t()).softmax(-1);
    traced(weights.matmul(x));
    assertTrue(weights.evaluated());
    Dispatch dispatch = weights.dispatch();
    assertNotNull(dispatch);
    assertEquals("softmax", dispatch.op());
    assertEquals(List.of(), traced(weights));
  }

  @Test
  void largeResultsOnTheWayAreDroppedButTheirDispatchStays() throws Exception {
    Array x = ones(600, 600).eval();
    Array weights = x.softmax(-1);
    traced(weights.sum());
    assertFalse(weights.evaluated());
    assertNotNull(weights.dispatch());
    assertEquals("softmax", weights.dispatch().op());
  }

  @Test
  void aGraphAHundredThousandNodesDeepIsBuiltExplainedAndEvaluated() {
    Array x = ones(3).eval();
    Array y = x;
    for (int i = 0; i < 100_000; i++) {
      y = y.add(1);
    }
    assertTrue(explain(y).steps().size() > 1000);
    assertArrayEquals(new float[] {100_001, 100_001, 100_001}, y.toFloatArray());
    assertFalse(y.toString().isEmpty());
  }

  @Test
  void tenThousandUpdatesKeepTheMemoryFlat() {
    Array x = ones(1000).eval();
    long limit = memory().active() + (64L << 20) + (1L << 20);
    for (int i = 0; i < 10_000; i++) {
      x = x.mul(1.0001).add(1).eval();
      assertTrue(memory().active() <= limit, "update " + i + ": " + memory());
    }
    assertTrue(x.get("0").item() > 10_000);
  }

  @Test
  void updatesOfLargeArraysAreCollectedBeforeTheMemoryRunsOut() {
    Array x = ones(1 << 20).eval();
    long before = memory().active();
    for (int i = 0; i < 60; i++) {
      x = x.add(1).eval();
    }
    // 60 results of 4 MiB; the collector runs whenever 64 MiB or an eighth of the pool is handed
    // out, and never lets all of them live.
    assertTrue(memory().peak() - before <= Math.max(256L << 20, memory().limit() / 4));
    assertEquals(61, x.get("7").item());
  }

  @Test
  void anInterruptedEvaluationStoresNothingAndLeavesEveryArrayUsable() {
    Array x = arange(1000).astype(F32).exp();
    Array y = x.matmul(x);
    long active = memory().active();
    Thread.currentThread().interrupt();
    CancellationException e = assertThrows(CancellationException.class, y::eval);
    assertTrue(e.getMessage().startsWith("evaluation was interrupted"), e.getMessage());
    assertFalse(Thread.interrupted(), "the interrupt was consumed");
    assertFalse(y.evaluated());
    assertTrue(memory().active() <= active, "nothing stays allocated");
    assertTrue(y.item() > 0);
  }

  @Test
  void severalThreadsMayEvaluateTheSameGraph() throws Exception {
    Array x = normal(key(5), 40, 40);
    Array shared = x.matmul(x.t());
    List<Future<Double>> results = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 40; i++) {
        results.add(threads.submit(() -> shared.add(0).sum().item()));
      }
    }
    for (Future<Double> result : results) {
      assertEquals(results.getFirst().get(), result.get());
    }
  }

  @Test
  void aScopeGivesBackWhatItDoesNotKeep() {
    long before = memory().active();
    Array[] leaked = new Array[1];
    Array kept =
        Scope.run(
            scope -> {
              leaked[0] = ones(1000, 1000).add(1).eval();
              return scope.keep(leaked[0].sum());
            });
    assertEquals(2e6, kept.item());
    assertTrue(memory().active() - before < 1 << 20, memory().toString());
    ArrayException e = assertThrows(ArrayException.class, () -> leaked[0].sum().item());
    assertEquals(
        """
        an array f32[1000,1000] was used after its scope ended
          accepted: arrays that the scope keeps
          fix: pass the array to scope.keep(...) before the scope ends""",
        e.getMessage());
    assertThrows(ArrayException.class, leaked[0]::toFloatArray);
    assertTrue(leaked[0].toString().contains("not computable"));
  }

  @Test
  void aViewKeepsTheMemoryOfWhatItLooksAt() {
    Array part = arange(1000).eval().get("990:");
    part.eval();
    for (int i = 0; i < 3; i++) {
      System.gc();
      ones(1000).add(i).eval();
    }
    assertArrayEquals(
        new int[] {990, 991, 992, 993, 994, 995, 996, 997, 998, 999}, part.toIntArray());
  }

  @Test
  void theFailureOfOneStepGivesTheMemoryBack() throws Exception {
    long active = memory().active();
    Array y = on("reference", () -> ones(3_000_000_000L).sum());
    assertThrows(RuntimeException.class, () -> on("reference", y::eval));
    assertTrue(memory().active() <= active, "nothing stays allocated");
  }

  @Test
  void anotherBackendMayBeBoundForABody() throws Exception {
    Array x = normal(key(1), 3, 3);
    Dispatch dispatch = on("reference", () -> x.matmul(x).eval().dispatch());
    assertNotNull(dispatch);
    assertEquals("reference", dispatch.kernel());
    assertEquals("float64", dispatch.details());
  }

  @Test
  void randomNumbersDependOnTheKeyOnlyAndTypesRoundThem() {
    Array wide = normal(key(8), F64, 1000);
    assertArrayEquals(normal(key(8), 1000).toFloatArray(), wide.toFloatArray());
    assertArrayEquals(normal(key(8), F16, 1000).toFloatArray(), wide.astype(F16).toFloatArray());
    Key[] keys = key(8).split();
    assertFalse(keys[0].equals(keys[1]));
    assertEquals(key(8).split(5)[1], keys[1]);
  }
}
