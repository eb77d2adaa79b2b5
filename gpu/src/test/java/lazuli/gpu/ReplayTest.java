package lazuli.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.op.Build;
import lazuli.array.op.Distribution;
import lazuli.array.op.Node;
import lazuli.array.op.Reduction;
import lazuli.array.op.Unary;
import lazuli.array.plan.Evaluator;
import lazuli.array.profile.Explanation;
import lazuli.array.profile.Trace;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import org.junit.jupiter.api.Test;

/** A graph that is evaluated again becomes one launch, and explain says so. */
class ReplayTest {
  private final Evaluator evaluator = new Evaluator("sim");

  private Node given(double first, int n) {
    Aval aval = new Aval(Shape.of(n), DType.F32, Device.CPU);
    return evaluator.give(
        aval,
        view -> {
          for (int i = 0; i < n; i++) {
            Elements.set(view.buffer().segment(), DType.F32, i, first + i % 3);
          }
        });
  }

  private double[] values(Node node) {
    View view = evaluator.read(node);
    double[] values = new double[(int) view.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Elements.get(view.buffer().segment(), view.dtype(), view.offset() + i);
    }
    return values;
  }

  private static Node soft(Node x) {
    return Build.softmax(Build.unary(Unary.SQUARE, x), 0);
  }

  private static double[] expected(double first, int n) {
    double sum = 0;
    double[] all = new double[n];
    for (int i = 0; i < n; i++) {
      all[i] = Math.exp(Math.pow(first + i % 3, 2) - Math.pow(first + 2, 2));
      sum += all[i];
    }
    for (int i = 0; i < n; i++) {
      all[i] /= sum;
    }
    return all;
  }

  private String replay(Node node) {
    Explanation explained = evaluator.explain(List.of(node));
    assertTrue(explained.text().endsWith(explained.replay() + "\n"));
    return explained.replay();
  }

  @Test
  void aGraphIsSharedByRunsWithOtherValuesAndLengths() {
    assertEquals("a second run makes its launches one CUDA graph", replay(soft(given(0, 9))));
    int[] lengths = {9, 9, 9, 300, 31, 9};
    for (int i = 0; i < lengths.length; i++) {
      Node y = soft(given(0.25 * i, lengths[i]));
      assertArrayEquals(expected(0.25 * i, lengths[i]), values(y), 1e-6);
    }
    assertEquals(2, evaluator.plansRelengthed());
    String text = replay(soft(given(0, 9)));
    assertTrue(text.matches("2 launches are one CUDA graph, launched 5 times; .*"), text);
  }

  /** What lives inside a run only keeps its memory: the first and the last launch differ. */
  @Test
  void launchesInBetweenNeedNoOtherAddresses() {
    List<Node> results = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Node x = given(i, 9);
      Node y = Build.softmax(Build.softmax(Build.softmax(Build.softmax(x, 0), 0), 0), 0);
      evaluator.evaluate(List.of(y));
      results.add(x);
      results.add(y);
    }
    Node again = given(1, 9);
    assertEquals(
        "4 launches are one CUDA graph, launched 4 times; 2 of them got other arguments last",
        replay(Build.softmax(Build.softmax(Build.softmax(Build.softmax(again, 0), 0), 0), 0)));
    double[] first = values(results.get(1));
    for (int i = 1; i < 5; i++) {
      assertArrayEquals(first, values(results.get(2 * i + 1)), 1e-6, "results are not overwritten");
    }
  }

  private static Node summed(Node x) {
    return Build.reduce(Reduction.SUM, Build.softmax(Build.softmax(x, 0), 0), false, 0);
  }

  /** A plan whose lengths grow does not keep the memory of every length. */
  @Test
  void memoryOfOtherLengthsIsGivenBack() {
    List<Node> reachable = new ArrayList<>();
    for (int n = 100; n < 100_000; n *= 3) {
      for (int i = 0; i < 3; i++) {
        Node x = given(1, n);
        Node y = summed(x);
        assertArrayEquals(new double[] {1}, values(y), 1e-4);
        reachable.add(y);
      }
    }
    long cached = evaluator.usage().cached();
    Node small = given(1, 100);
    for (int i = 0; i < 4; i++) {
      assertArrayEquals(new double[] {1}, values(summed(small)), 1e-4);
    }
    assertTrue(evaluator.usage().cached() <= cached + 4096, "kept for all, not for one plan");
    assertTrue(replay(summed(small)).startsWith("3 laun"));
  }

  /**
   * A result that takes over the memory of what it was made of is not overwritten by a later run.
   */
  @Test
  void aResultInTheMemoryOfAnIntermediateIsKept() {
    List<Node> results = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Node y = Build.unary(Unary.NEG, Build.softmax(given(0.5 * i, 30), 0));
      evaluator.evaluate(List.of(y));
      results.add(y);
    }
    double[] same = values(results.getFirst());
    for (Node y : results) {
      assertArrayEquals(same, values(y), 1e-6);
    }
    assertEquals(-1, java.util.Arrays.stream(same).sum(), 1e-6);
  }

  @Test
  void aStepOfTheProcessorIsTheReasonForNone() {
    for (int i = 0; i < 3; i++) {
      Node x = Build.random(Distribution.GUMBEL, 3, DType.F32, Shape.of(5));
      evaluator.evaluate(List.of(soft(x)));
    }
    Node x = Build.random(Distribution.GUMBEL, 3, DType.F32, Shape.of(5));
    String text = replay(soft(x));
    assertTrue(text.matches("no CUDA graph: step cpu:\\w+ runs on the CPU"), text);
  }

  /** A trace times every launch by itself, and results are the same. */
  @Test
  void aTraceSeesLaunchesNotGraphs() throws Exception {
    for (int i = 0; i < 3; i++) {
      Trace trace = new Trace();
      Node y = soft(given(i, 9));
      trace.record(
          () -> {
            evaluator.evaluate(List.of(y));
            return y;
          });
      assertEquals(2, trace.spans().size());
      assertArrayEquals(expected(i, 9), values(y), 1e-6);
    }
  }

  @Test
  void anInterruptBetweenStepsForgetsWhatWasHeldBack() {
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(expected(1, 9), values(soft(given(1, 9))), 1e-6);
    }
    Node x = given(2, 9);
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, () -> evaluator.evaluate(List.of(soft(x))));
    assertArrayEquals(expected(2, 9), values(soft(x)), 1e-6);
  }
}
