package lazuli.magics.check;

import static lazuli.array.Lazuli.arange;
import static lazuli.array.Lazuli.array;
import static lazuli.array.Lazuli.key;
import static lazuli.array.Lazuli.normal;
import static lazuli.array.Lazuli.zeros;
import static lazuli.magics.check.Check.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.type.DType;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.JavaCell;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CheckTest {
  private static final Array X = normal(key(1), 3, 4);
  private static final Array Q = normal(key(2), 1, 2, 6, 8);
  private static final Array K = normal(key(3), 1, 2, 6, 8);
  private static final Array V = normal(key(4), 1, 2, 6, 8);

  private static String said(Runnable work) {
    PrintStream before = System.out;
    var out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8).strip();
  }

  private static String failure(@Nullable Object actual, @Nullable Object expected) {
    return assertThrows(CheckFailed.class, () -> check("x", actual, expected)).getMessage();
  }

  static Stream<Arguments> solved() {
    return Stream.of(
        Arguments.of(
            array(1f, 2f), array(1f, 2.00002f), "f32 [2], off by at most 2.00e-5 (allowed 2e-05)"),
        Arguments.of(
            new float[] {1, 2}, array(1f, 2f), "f32 [2], off by at most 0 (allowed 2e-05)"),
        Arguments.of(
            new double[][] {{1}, {2}},
            array(1f, 2f).reshape(2, 1),
            "f32 [2,1], off by at most 0 (allowed 2e-05)"),
        Arguments.of(
            array(1f).astype(DType.BF16),
            array(1.004f),
            "bf16 [1], off by at most 0.00400 (allowed 5e-03)"),
        Arguments.of(array(1, 2), List.of(1, 2), "i32 [2], off by at most 0 (allowed 2e-05)"),
        Arguments.of(array(1, 2), new int[] {1, 2}, "i32 [2], equal"),
        Arguments.of(array(true, false), new boolean[] {true, false}, "bool [2], equal"),
        Arguments.of(0.3333333, 1.0 / 3, "f32 [], off by at most 3.33e-8 (allowed 2e-05)"),
        Arguments.of(7L, 7, "i64 [], equal"),
        Arguments.of(Double.NaN, Double.NaN, "f32 [], off by at most 0 (allowed 2e-05)"));
  }

  @ParameterizedTest
  @MethodSource("solved")
  void aSolvedExerciseIsOneQuietLine(Object actual, Object expected, String line) {
    assertEquals("ok    x: " + line, said(() -> check("x", actual, expected)));
  }

  @Test
  void wordsAndOtherValuesMustBeEqual() {
    assertEquals("ok    x", said(() -> check("x", "flash", "flash")));
    assertEquals("x: String 'naive', expected String 'flash'", failure("naive", "flash"));
    assertEquals("x: there is no answer yet: null, expected f32 [3,4]", failure(null, X));
    assertEquals("x: String 'no', expected 3", failure("no", 3));
    assertEquals("x: f32 [3,4], expected String 'flash'", failure(X, "flash"));
    assertEquals(
        "x: 1 of 1 value differs; the worst is 0, expected 1: off by 1.00, relative error up to"
            + " 1.00\n  allowed: equal values only",
        failure(false, true));
  }

  @Test
  void theMessageSaysWhereByHowMuchAndAgainstWhat() {
    Array expected = array(new float[][] {{1, 2, 3}, {4, 5, 6}});
    Array actual = array(new float[][] {{1, 2.5f, 3}, {4, 5, 7}});
    assertEquals(
        "scores: 2 of 6 values differ; the worst at [1,2] is 7, expected 6: off by 1.00, relative"
            + " error up to 0.250\n"
            + "  the first is at [0,1]: 2.5, expected 2\n"
            + "  allowed: 2e-05 * (1 + |expected|), the tolerance of f32",
        assertThrows(CheckFailed.class, () -> check("scores", actual, expected)).getMessage());
  }

  @Test
  void aToleranceOfOnesOwnIsUsedAndNamed() {
    check("x", array(1f), array(1.1f), 0.1);
    String message =
        assertThrows(CheckFailed.class, () -> check("x", array(1f), array(1.1f), 0.01))
            .getMessage();
    assertTrue(message.contains("  allowed: 1e-02 * (1 + |expected|), as asked"), message);
    String exact =
        assertThrows(CheckFailed.class, () -> check("x", array(1f), array(1.1f), 0)).getMessage();
    assertTrue(exact.contains("  allowed: equal values only"), exact);
    assertEquals(
        "check(\"x\"): the tolerance must be 0 or more; got -0.5",
        assertThrows(UsageException.class, () -> check("x", 1, 1, -0.5)).getMessage());
  }

  static Stream<Arguments> mistakes() {
    Array weights = Lazuli.attentionWeights(Q, K);
    Array scores = Q.matmul(K.transpose(0, 1, 3, 2));
    Array e = scores.exp();
    Array ramp = arange(20).astype(DType.F32).square();
    Array causal = Lazuli.sdpa(Q, K, V, Lazuli.causal());
    return Stream.of(
        Arguments.of(X.t(), X, "transposed? transpose(1, 0) of the answer is what is expected"),
        Arguments.of(
            weights.transpose(0, 1, 3, 2),
            weights,
            "transposed? transpose(0, 1, 3, 2) of the answer is what is expected"),
        Arguments.of(X.reshape(12), X, "the same values in the same order: reshape(3, 4)"),
        Arguments.of(X.add(1).t(), X, "the same sizes in another order: are two axes swapped?"),
        Arguments.of(
            X.sum(true, -1).broadcastTo(3, 4),
            X.sum(true, -1),
            "the answer repeats the expected values: it was broadcast by mistake"),
        Arguments.of(
            X.sum(-1).expandDims(0).add(X.sum(-1).expandDims(-1)),
            X.sum(-1).mul(2),
            "the shape was broadcast: two operands had shapes that fit each other only by repeating;"
                + " a reduction may need keepDims"),
        Arguments.of(X.neg(), X, "the sign is the opposite"),
        Arguments.of(
            scores,
            scores.mul(1 / Math.sqrt(8)),
            "every value is 2.8284 times the expected one: is a scale of 1/sqrt(8) missing or applied"
                + " twice?"),
        Arguments.of(
            X.mul(1.7), X, "every value is 1.7 times the expected one: is a factor missing?"),
        Arguments.of(X.add(3), X, "every value is too large by 3"),
        Arguments.of(
            ramp.get("1:"),
            ramp.get(":19"),
            "off by one? along axis 0 the answer has the values of the next place"),
        Arguments.of(
            ramp.get(":18"),
            ramp.get("1:19"),
            "off by one? along axis 0 the answer has the values of the previous place"),
        Arguments.of(
            X.softmax(0),
            X.softmax(-1),
            "the answer sums to 1 along axis 0, expected along axis 1: softmax over the other axis?"),
        Arguments.of(
            e,
            scores.softmax(-1),
            "each row is the expected one times a number of its own: is the division by the row's"
                + " sum missing, or made twice?"),
        Arguments.of(
            Lazuli.sdpa(Q, K, V),
            causal,
            "only the last row along axis 2 agrees: is the causal mask missing, or aligned to the"
                + " first key instead of the last?"),
        Arguments.of(
            Lazuli.ones(3, 4),
            Lazuli.concatenate(0, zeros(2, 4), Lazuli.ones(1, 4)),
            "only rows that should be exactly 0 differ (2): a row that sees no key is 0, not an"
                + " average"),
        Arguments.of(
            X.astype(DType.BF16).astype(DType.F32),
            X,
            "the difference is as small as the rounding of bf16: was something stored or computed in"
                + " bf16?"),
        Arguments.of(
            X.mul(Double.POSITIVE_INFINITY).sub(X.mul(Double.POSITIVE_INFINITY)),
            X,
            "12 values are NaN: 0 / 0, infinity - infinity, or exp of a number that overflows;"
                + " softmax first subtracts the largest score, and a row that sees no key needs a"
                + " rule"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aCommonMistakeIsRecognised(Array actual, Array expected, String hint) {
    String message = failure(actual, expected);
    List<String> hints =
        message.lines().filter(l -> l.startsWith("  hint: ")).map(l -> l.substring(8)).toList();
    assertFalse(hints.isEmpty(), message);
    assertEquals(hint, hints.getFirst(), message);
    assertTrue(hints.size() <= 2, message);
  }

  @Test
  void anUnexplainedDifferenceGetsNoHint() {
    String message = failure(normal(key(7), 3, 4), X);
    assertFalse(message.contains("hint"), message);
    assertTrue(message.startsWith("x: 12 of 12 values differ; the worst at ["), message);
  }

  @Test
  void anotherShapeIsSaidWithBoth() {
    String message = failure(zeros(2, 3), X);
    assertEquals("x: the shape is f32 [2,3], expected f32 [3,4]", message);
  }

  @Test
  void emptyArraysAgree() {
    assertEquals(
        "ok    x: f32 [0,3], off by at most 0 (allowed 2e-05)",
        said(() -> check("x", zeros(0, 3), zeros(0, 3))));
  }

  @Test
  void aFailureIsAnErrorOfTheCellSoThatGradersSeeIt() {
    try (JavaCell cell = new JavaCell()) {
      cell.evaluate("import static lazuli.magics.check.Check.check;");
      var failed = assertThrows(Throwable.class, () -> cell.evaluate("check(\"sum\", 1 + 1, 3)"));
      assertTrue(failed.getMessage().contains("sum: 1 of 1 value differs"), failed.getMessage());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
