package lazuli.array.plan;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.KvCache;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A new length takes over the plan of another: no planning, the same steps, the same numbers. */
class RelengthTest {
  private static final Array WEIGHTS = normal(key(1), 24, 24).eval();
  private static final Array BIAS = normal(key(2), 24).eval();

  static Array rows(int length) {
    return normal(key(length), length, 24).eval();
  }

  /** Graphs whose plan holds for every length from 2 on, but where lengths meet by chance. */
  static Stream<Arguments> graphs() {
    return Stream.of(
        graph("chain", x -> x.mul(2).add(1).tanh().mul(x)),
        graph("scalar of the length", x -> x.mul(x.shape().dim(0)).sum(0)),
        graph("cast", x -> x.astype(BF16).mul(BIAS)),
        graph("sums", x -> x.mul(2).sum(0).add(x.square().sum(0))),
        graph("sum of rows", x -> x.abs().sum(true, 1).add(x)),
        graph("mean and variance", x -> x.sub(x.mean(0)).square().mean(0)),
        graph("largest", x -> x.add(1).argmax(0)),
        graph("scan", x -> x.cumsum(0).mul(0.5)),
        graph("layer", x -> x.matmul(WEIGHTS).add(BIAS).maximum(0)),
        graph("transposed", x -> x.t().mul(2).matmul(x).sum()),
        graph("heads", x -> x.reshape(x.shape().dim(0), 4, 6).swapaxes(0, 1).add(1).sum(1)),
        graph("softmax", x -> x.matmul(WEIGHTS).softmax(-1).sum(0)),
        graph("norms", x -> layerNorm(rmsNorm(x, 1e-5), 1e-5).mul(BIAS)),
        graph("joined", x -> concatenate(0, x, BIAS.expandDims(0)).mul(2)),
        graph(
            "attention",
            x -> {
              Array k = x.reshape(1, 1, x.shape().dim(0), 24);
              return sdpa(BIAS.reshape(1, 1, 1, 24), k, k.mul(0.5)).add(1);
            }),
        graph(
            "causal attention",
            x -> {
              Array k = x.reshape(1, 1, x.shape().dim(0), 24);
              return sdpa(k, k, k, causal()).sum();
            }));
  }

  private static Arguments graph(String name, Function<Array, Array> graph) {
    return Arguments.of(name, graph);
  }

  /** What a plan does, as a user sees it. */
  private static String steps(Evaluator evaluator, Array x) {
    return evaluator.explain(List.of(x.node())).toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("graphs")
  void aLengthTakesOverTheStepsOfAnother(String name, Function<Array, Array> graph) {
    Evaluator evaluator = new Evaluator("cpu");
    evaluator.evaluate(List.of(graph.apply(rows(37)).node()));
    long made = evaluator.plansMade();
    long before = evaluator.plansRelengthed();
    List<Integer> lengths = List.of(2, 3, 5, 17, 64, 101, 700);
    for (int length : lengths) {
      Array x = rows(length);
      String fresh = steps(new Evaluator("cpu"), graph.apply(x));
      assertEquals(fresh, steps(evaluator, graph.apply(x)), "length " + length);
      Array taken = graph.apply(x);
      Array own = graph.apply(x);
      evaluator.evaluate(List.of(taken.node()));
      new Evaluator("cpu").evaluate(List.of(own.node()));
      assertArrayEquals(own.toDoubleArray(), taken.toDoubleArray(), "length " + length);
    }
    // Short rows may be reduced by other kernels: then a plan is made, once for all of them.
    assertTrue(evaluator.plansMade() - made <= 2, made + " then " + evaluator.plansMade());
    assertTrue(evaluator.plansRelengthed() - before >= lengths.size() - 2);
  }

  private static void thousand(IntFunction<Array> graph, int most) {
    Evaluator evaluator = new Evaluator("cpu");
    for (int length = 1; length <= 1000; length++) {
      evaluator.evaluate(List.of(graph.apply(length).node()));
    }
    assertTrue(evaluator.plansMade() <= most, evaluator.plansMade() + " plans");
  }

  @Test
  void aThousandLengthsOfAChainNeedThreePlans() {
    Array all = normal(key(0), 1000, 8).eval();
    List<Array> given = new ArrayList<>();
    for (int i = 0; i <= 1000; i++) {
      given.add(all.get("0:{}", i).eval());
    }
    // Length 1 broadcasts, and at length 8 both lengths are one.
    thousand(n -> given.get(n).mul(2).add(1).tanh(), 3);
    thousand(n -> given.get(n).mul(2).sum(0).add(n), 5);
  }

  @Test
  void aGrowingCacheNeedsAPlanForItsFirstTokensOnly() {
    Evaluator evaluator = new Evaluator("cpu");
    KvCache cache = KvCache.growing(F32, 1, 2, 16, 16);
    Array q = normal(key(5), 1, 2, 1, 16).eval();
    for (int i = 0; i < 1000; i++) {
      Array kv = normal(key(i), 1, 2, 1, 16).eval();
      cache = cache.append(kv, kv);
      evaluator.evaluate(List.of(cache.attend(q).mul(0.5).node()));
    }
    assertTrue(evaluator.plansMade() <= 16, evaluator.plansMade() + " plans");
  }

  @Test
  void lengthsThatMeetByChanceAreAnotherFamily() {
    Evaluator evaluator = new Evaluator("cpu");
    for (int[] dims : new int[][] {{5, 7}, {6, 6}, {7, 5}, {9, 9}, {1, 9}, {9, 1}, {3, 8}}) {
      Array x = normal(key(0), DType.F32, dims[0], dims[1]).eval();
      Array y = normal(key(1), DType.F32, dims[1], dims[0]).eval();
      Array got = x.add(y.t()).sum(0);
      Array own = x.add(y.t()).sum(0);
      evaluator.evaluate(List.of(got.node()));
      new Evaluator("reference").evaluate(List.of(own.node()));
      assertArrayEquals(own.toDoubleArray(), got.toDoubleArray(), 1e-6);
    }
    assertTrue(evaluator.plansMade() <= 5, evaluator.plansMade() + " plans");
  }

  @Test
  void slicesAndPositionsAreNoPartOfAFamily() {
    Evaluator evaluator = new Evaluator("cpu");
    for (int n : new int[] {8, 9, 10}) {
      Array x = rows(n);
      Array got = x.get("2:").add(x.get("{}:", 0).get("1:").get("1:"));
      evaluator.evaluate(List.of(got.node()));
      Array own = x.get("2:").mul(2);
      assertArrayEquals(own.toDoubleArray(), got.toDoubleArray());
    }
    assertEquals(3, evaluator.plansMade());
    assertEquals(0, evaluator.plansRelengthed());
  }
}
