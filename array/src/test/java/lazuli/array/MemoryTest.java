package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lazuli.array.profile.Explanation;
import lazuli.array.profile.Span;
import lazuli.array.profile.Trace;
import lazuli.array.type.ArrayException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Counters, limits, predicted and measured peaks, flat memory, and what a fused chain moves. */
class MemoryTest {
  @Test
  void outOfMemoryNamesTheStepAndLeavesEveryArrayUsable() {
    Array x = ones(1000, 1000).add(1).eval();
    long limit = memory().limit();
    try {
      memoryLimit(memory().active() + (2L << 20));
      Array y = x.mul(2);
      ArrayException e = assertThrows(ArrayException.class, y::eval);
      assertTrue(
          e.getMessage()
              .matches(
                  "(?s)mul to f32\\[1000,1000\\]: an array of 4000000 bytes was asked for, with"
                      + " \\d+ bytes free of the limit of \\d+\n  accepted: arrays that fit what is"
                      + " free\n  fix: drop arrays you no longer need .*"),
          e.getMessage());
      assertFalse(y.evaluated());
      assertEquals(2e6, x.sum().item(), "the operand is as it was");
      memoryLimit(limit);
      assertEquals(4e6, y.sum().item(), "the same array computes when there is room");
    } finally {
      memoryLimit(limit);
    }
  }

  @Test
  void countersCacheAndPeak() {
    long before = settled();
    clearCache();
    resetPeakMemory();
    Scope.run(
        scope -> {
          Array result = ones(1 << 20).add(1).eval();
          assertTrue(memory().active() - before >= 4 << 20, memory().toString());
          return result;
        });
    assertTrue(memory().peak() - before >= 4 << 20, memory().toString());
    assertTrue(memory().active() - before < 4 << 20, memory().toString());
    assertTrue(memory().cached() >= 4 << 20, memory().toString());
    assertEquals(0, clearCache().cached());
    resetPeakMemory();
    assertTrue(memory().peak() - before < 4 << 20, memory().toString());
    cacheLimit(1 << 20);
    try {
      Scope.run(scope -> ones(1 << 20).add(2).eval());
      assertTrue(memory().cached() <= 1 << 20, memory().toString());
    } finally {
      cacheLimit(Long.MAX_VALUE);
    }
    assertEquals(
        "memoryLimit was given 0 bytes\n  accepted: 1 or more\n  fix: write bytes out, such as"
            + " 4L << 30 for 4 GiB",
        assertThrows(ArrayException.class, () -> memoryLimit(0)).getMessage());
  }

  /**
   * The active bytes, when what earlier tests left behind was given back: when, twice in turn,
   * collections gave back an array that was dropped for it and nothing else.
   */
  private static long settled() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    long before = -1;
    while (true) {
      long with = withGarbage();
      while (memory().active() > with - GARBAGE) {
        assertTrue(System.nanoTime() < deadline, "garbage does not come back: " + memory());
        System.gc();
      }
      long now = memory().active();
      if (now == before) {
        return now;
      }
      before = now;
    }
  }

  private static final long GARBAGE = 4 << 20;

  /** The active bytes beside an array that nobody has any longer. */
  private static long withGarbage() {
    Array garbage = ones((int) (GARBAGE / 4)).add(1).eval();
    long active = memory().active();
    assertTrue(garbage.evaluated());
    return active;
  }

  /** Programs whose least peak is worked out by hand, in blocks of 4 MiB besides the operands. */
  private record Program(String name, Array output, double blocks) {}

  @TestFactory
  List<DynamicTest> thePeakIsThatOfPerfectLiveness() {
    Array x = normal(key(1), 1024, 1024).eval();
    Array w = normal(key(2), 1024, 1024).eval();
    List<Program> programs =
        List.of(
            new Program("a chain", x.mul(2).add(1).exp().tanh(), 1),
            new Program("a product", x.matmul(w), 1),
            new Program("a product and a chain", x.matmul(w).add(1).maximum(0), 1),
            new Program("two products", x.matmul(w).matmul(x), 2),
            new Program("a tower of products", x.matmul(w).matmul(x).matmul(w).matmul(x), 2),
            new Program("softmax", x.softmax(-1), 1),
            new Program("weights times values", x.matmul(w.t()).softmax(-1).matmul(w), 2),
            new Program("a branch that is joined", x.matmul(w).add(w.matmul(x)), 2),
            new Program("normalised", x.sub(x.mean(true, -1)).mul(2), 1),
            new Program("a sum of everything", x.mul(x).sum(), 0),
            new Program("transposed twice", x.t().matmul(w).t().add(x), 2));
    List<DynamicTest> tests = new ArrayList<>();
    for (Program program : programs) {
      tests.add(DynamicTest.dynamicTest(program.name(), () -> peak(program)));
    }
    return tests;
  }

  private static void peak(Program program) {
    Explanation plan = explain(program.output());
    long before = settled();
    resetPeakMemory();
    program.output().eval();
    long measured = memory().peak() - before;
    double ideal = program.blocks() * (4 << 20) + (64 << 10);
    assertTrue(measured <= 1.05 * ideal, measured + " bytes, ideal " + ideal + "\n" + plan);
    assertTrue(plan.peakBytes() <= 1.05 * ideal, plan.toString());
    assertTrue(measured <= 1.05 * (plan.peakBytes() + (64 << 10)), measured + "\n" + plan);
  }

  @Test
  void aFusedChainMovesItsOperandsAndItsResultAndNothingElse() throws Exception {
    int n = 1 << 16;
    Array x = normal(key(1), n).eval();
    Array y = normal(key(2), n).eval();
    Trace trace = new Trace();
    Array z = x.mul(2).add(y).exp().sub(1).maximum(0).mul(x).tanh().add(3);
    trace.record(z::eval);
    assertEquals(1, trace.spans().size());
    Span span = trace.spans().getFirst();
    assertEquals(3 * 4.0 * n, span.work().traffic());
    assertEquals(span.work().bytes(), span.work().traffic());
  }

  @Test
  void smallResultsShareMemoryAndGiveItBack() {
    Array x = ones(16).eval();
    long before = settled();
    for (int i = 0; i < 20_000; i++) {
      x = x.mul(1.0001).add(1).eval();
    }
    // 20,000 results of 64 bytes, of which one is reachable.
    for (int i = 0; i < 50 && memory().active() - before > (256 << 10); i++) {
      System.gc();
    }
    assertTrue(memory().active() - before <= 256 << 10, memory().toString());
    assertTrue(x.get("0").item() > 20_000);
  }
}
