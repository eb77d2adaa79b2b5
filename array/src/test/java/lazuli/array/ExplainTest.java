package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import lazuli.array.profile.Explanation;
import org.junit.jupiter.api.Test;

class ExplainTest {
  @Test
  void theTextNamesStepsCastsAndKernelsPassedOver() throws Exception {
    Array x = zeros(BF16, 4, 8).eval();
    Array w = zeros(8, 3).eval();
    Array y = x.matmul(w).softmax(-1).mul(2);
    Explanation plan = on("reference", () -> explain(y));
    assertEquals(
        """
        step  op       kernel     result    bytes   flop  origin
           1  cast     reference  f32[4,8]    128  32.00  promotion: a bf16 to f32
           2  matmul   reference  f32[4,3]     48  192.0
           3  softmax  reference  f32[4,3]     48  60.00
           4  mul      reference  f32[4,3]     48  12.00
        step 1: cast a bf16 to f32 (promotion, copy)
        step 3: not naive: takes 4 steps and writes 80 bytes of intermediates
        backend reference, predicted peak 176 bytes
        """,
        plan.text());
    assertFalse(y.evaluated());
    assertEquals("bf16", plan.steps().getFirst().dispatch().casts().getFirst().from().label());
  }

  private static String lastOrigin(Array x) {
    return explain(x).steps().getLast().origin();
  }

  @Test
  void attentionByHandIsRecognised() {
    Array q = zeros(2, 16, 8).eval();
    Array v = zeros(2, 16, 4).eval();
    Array mask = zeros(16, 16).eval();
    String note =
        "attention by hand: sdpa(q, k, v), or compile(f, REPLACE_ATTENTION), does not write its"
            + " 2048 bytes of weights";
    Array scores = q.matmul(q.t()).mul(0.5).add(mask);
    assertEquals(note, lastOrigin(scores.softmax(-1).matmul(v)));
    Array e = scores.sub(scores.max(true, -1)).exp();
    assertEquals(note, lastOrigin(e.div(e.sum(true, -1)).matmul(v)));
    assertEquals("", lastOrigin(scores.softmax(1).matmul(v)));
    assertEquals("", lastOrigin(mask.softmax(-1).matmul(mask)));
    assertEquals("", lastOrigin(scores.matmul(v)));
  }
}
