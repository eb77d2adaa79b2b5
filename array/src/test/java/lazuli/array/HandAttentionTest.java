package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.profile.Explanation;
import lazuli.array.type.DType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Attention written by hand, replaced on request, and left alone where it is something else. */
class HandAttentionTest {
  record Input(Array q, Array k, Array v) {}

  /** A way to write attention, or nearly. */
  private interface Form {
    Array of(Array q, Array k, Array v);
  }

  private static Input input(DType type, long... batch) {
    long[] q = java.util.Arrays.copyOf(batch, batch.length + 2);
    q[batch.length] = 9;
    q[batch.length + 1] = 8;
    long[] k = q.clone();
    k[batch.length] = 13;
    long[] v = k.clone();
    v[batch.length + 1] = 5;
    return new Input(
        normal(key(1), q).astype(type).eval(),
        normal(key(2), k).astype(type).eval(),
        normal(key(3), v).astype(type).eval());
  }

  private static Array scores(Array q, Array k) {
    return q.matmul(k.swapaxes(-1, -2));
  }

  private static final Array BIAS = normal(key(4), 9, 13).eval();
  private static final Array SEEN = tril(ones(9, 13), 3).gt(0).eval();
  private static final double NONE = Double.NEGATIVE_INFINITY;

  @TestFactory
  List<DynamicTest> everyWayToWriteItIsReplaced() {
    List<DynamicTest> tests = new ArrayList<>();
    all(tests, "plain", (q, k, v) -> scores(q, k).softmax(-1).matmul(v));
    all(tests, "factor", (q, k, v) -> scores(q, k).mul(0.3).softmax(-1).matmul(v));
    all(tests, "divisor", (q, k, v) -> scores(q, k).div(Math.sqrt(8)).softmax(-1).matmul(v));
    all(tests, "scaled query", (q, k, v) -> scores(q.mul(0.3), k).softmax(-1).matmul(v));
    all(tests, "bias", (q, k, v) -> scores(q, k).mul(0.3).add(BIAS).softmax(-1).matmul(v));
    all(tests, "bias first", (q, k, v) -> BIAS.add(scores(q, k)).mul(0.3).softmax(-1).matmul(v));
    all(tests, "mask", (q, k, v) -> where(SEEN, scores(q, k).mul(0.3), NONE).softmax(-1).matmul(v));
    all(
        tests,
        "hidden",
        (q, k, v) -> where(SEEN.logicalNot(), -1e9, scores(q, k)).mul(0.3).softmax(-1).matmul(v));
    all(
        tests,
        "written out",
        (q, k, v) -> {
          Array s = scores(q, k).mul(0.3);
          Array e = s.sub(s.max(true, -1)).exp();
          return e.div(e.sum(true, -1)).matmul(v);
        });
    all(
        tests,
        "softmax in f32",
        (q, k, v) -> scores(q, k).mul(0.3).astype(F32).softmax(-1).astype(q.dtype()).matmul(v));
    return tests;
  }

  private static void all(List<DynamicTest> tests, String name, Form form) {
    for (DType type : new DType[] {F32, F64, BF16}) {
      for (long[] batch : new long[][] {{2, 3}, {3}, {}}) {
        tests.add(
            DynamicTest.dynamicTest(
                name + " " + type + " rank " + (batch.length + 2),
                () -> replaced(form, input(type, batch))));
      }
    }
  }

  private static void replaced(Form form, Input in) {
    Array expected = form.of(in.q(), in.k(), in.v());
    Compiled<Input, Array> f =
        compile((Input p) -> form.of(p.q(), p.k(), p.v()), REPLACE_ATTENTION);
    Array got = f.apply(in);
    Explanation.Row step =
        explain(got).steps().stream().filter(s -> s.op().equals("sdpa")).findFirst().orElseThrow();
    assertEquals("attention by hand, replaced", step.origin());
    assertEquals(expected.shape(), got.shape());
    assertEquals(expected.dtype(), got.dtype());
    double tolerance = in.q().dtype() == BF16 ? 4e-2 : 1e-5;
    assertArrayEquals(expected.toDoubleArray(), got.toDoubleArray(), tolerance);
  }

  @TestFactory
  List<DynamicTest> whatIsNoAttentionStays() {
    Array temperature = ones(9, 1).mul(2).eval();
    List<DynamicTest> tests = new ArrayList<>();
    kept(tests, "another axis", (q, k, v) -> scores(q, k).softmax(-2).matmul(v));
    kept(
        tests,
        "a factor for each row",
        (q, k, v) -> scores(q, k).mul(temperature).softmax(-1).matmul(v));
    kept(tests, "a cap", (q, k, v) -> scores(q, k).tanh().softmax(-1).matmul(v));
    kept(tests, "a mild mask", (q, k, v) -> where(SEEN, scores(q, k), -5).softmax(-1).matmul(v));
    kept(
        tests,
        "weights that are read elsewhere",
        (q, k, v) -> {
          Array w = scores(q, k).softmax(-1);
          return w.matmul(v).add(w.sum());
        });
    kept(tests, "no softmax", (q, k, v) -> scores(q, k).matmul(v));
    return tests;
  }

  private static void kept(List<DynamicTest> tests, String name, Form form) {
    tests.add(
        DynamicTest.dynamicTest(
            name,
            () -> {
              Input in = input(F32, 2, 3);
              Compiled<Input, Array> f =
                  compile((Input p) -> form.of(p.q(), p.k(), p.v()), REPLACE_ATTENTION);
              Array got = f.apply(in);
              assertEquals(
                  0, explain(got).steps().stream().filter(s -> s.op().equals("sdpa")).count());
              assertArrayEquals(
                  form.of(in.q(), in.k(), in.v()).toFloatArray(), got.toFloatArray(), 1e-6f);
            }));
  }

  /** The plan of a plain sdpa does not claim to be a replacement, although it is the same graph. */
  @Test
  void onlyReplacementsSaySo() {
    Input in = input(F32, 2, 3);
    Compiled<Input, Array> f =
        compile(
            (Input p) -> scores(p.q(), p.k()).mul(0.25).softmax(-1).matmul(p.v()),
            REPLACE_ATTENTION);
    Array replaced = f.apply(in);
    Array plain = sdpa(in.q(), in.k(), in.v(), scale(0.25));
    replaced.eval();
    assertEquals("", explain(plain).steps().getLast().origin());
    assertEquals("flash", plain.eval().dispatch().kernel());
    assertArrayEquals(plain.toFloatArray(), replaced.toFloatArray(), 1e-6f);
  }

  @Test
  void bothOptionsTogether() {
    Compiled<Input, Array> f =
        compile(
            (Input p) ->
                scores(p.q(), p.k())
                    .div(Math.sqrt(p.q().shape().dim(-1)))
                    .softmax(-1)
                    .matmul(p.v()),
            SHAPELESS,
            REPLACE_ATTENTION);
    for (long n : new long[] {4, 40}) {
      Array q = normal(key(n), 1, 2, n, 8);
      Array got = f.apply(new Input(q, q, q));
      assertEquals("attention by hand, replaced", explain(got).steps().getLast().origin());
      assertArrayEquals(sdpa(q, q, q).toFloatArray(), got.toFloatArray(), 1e-5f);
    }
    assertEquals(1, f.recompiles().size());
  }
}
