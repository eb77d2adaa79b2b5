package lazuli.array.plan;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lazuli.array.Array;
import org.junit.jupiter.api.Test;

/** Which graphs share a plan. */
class PlansTest {
  private final Evaluator evaluator = new Evaluator("cpu");

  private float[] run(Array array) {
    evaluator.evaluate(List.of(array.node()));
    return array.toFloatArray();
  }

  @Test
  void chainsThatDifferInAScalarShareOnePlan() {
    Array x = array(1f, 2f, 3f);
    assertArrayEquals(new float[] {2.5f, 4.5f, 6.5f}, run(x.mul(2).add(0.5)));
    assertEquals(1, evaluator.plansMade());
    for (int i = 0; i < 100; i++) {
      float scale = i + 3;
      float shift = 0.25f * i + 100;
      assertArrayEquals(
          new float[] {scale + shift, 2 * scale + shift, 3 * scale + shift},
          run(x.mul(scale).add(shift)));
    }
    assertEquals(1, evaluator.plansMade());
  }

  @Test
  void equalScalarsAreOneAndDifferentOnesAreNot() {
    Array x = array(1f, 2f);
    // The same subexpression twice, then two different ones.
    assertArrayEquals(new float[] {8, 10}, run(x.add(3).add(x.add(3))));
    assertArrayEquals(new float[] {9, 11}, run(x.add(3).add(x.add(4))));
    assertArrayEquals(new float[] {13, 15}, run(x.add(5).add(x.add(6))));
    assertArrayEquals(new float[] {12, 14}, run(x.add(5).add(x.add(5))));
    assertEquals(2, evaluator.plansMade());
  }

  @Test
  void constantsOfDefinitionsStayWhatTheyAre() {
    // softmax along the first axis is expanded; its own constants must not follow the user's.
    Array x = array(new float[][] {{1, 2}, {3, 4}});
    for (double scale : new double[] {0, 1, 2, -1}) {
      Array y = x.mul(scale).logSumExp(0).mul(scale);
      float[] got = run(y);
      double expected = scale * Math.log(Math.exp(scale) + Math.exp(3 * scale));
      assertEquals(expected, got[0], 1e-5);
    }
    assertEquals(1, evaluator.plansMade());
  }

  @Test
  void scalarsOfKernelsThatCannotTakeThemMakeANewPlan() {
    // Narrow types run on the reference kernels.
    Array x = array(1, 2, 3).astype(lazuli.array.type.DType.U8);
    for (int i = 1; i < 4; i++) {
      assertArrayEquals(new float[] {1 + i, 2 + i, 3 + i}, run(x.add(i)));
    }
  }

  @Test
  void wholeArraysOfOneValueFollowTheirValue() {
    for (int i = 1; i < 5; i++) {
      assertArrayEquals(new float[] {i, i}, run(full(i, F32, 2)));
      assertArrayEquals(
          new float[] {2f * i}, run(ones(1, 2).matmul(full(i, F32, 2, 1)).reshape(1)));
    }
  }

  @Test
  void shapesTypesAndLayoutsMakePlansOfTheirOwn() {
    Array x = arange(12).astype(F32).reshape(3, 4).eval();
    run(x.add(1));
    run(x.t().eval().add(1));
    run(x.get("0").eval().add(1));
    run(x.astype(F64).eval().add(1));
    run(x.add(2));
    assertEquals(4, evaluator.plansMade());
  }

  @Test
  void moreScalarsThanAPlanTakesAreConstants() {
    Array x = array(0f);
    double expected = 0;
    Array y = x;
    for (int i = 0; i < 200; i++) {
      y = y.add(i * 0.5);
      expected += i * 0.5;
    }
    assertEquals(expected, run(y)[0]);
    assertEquals(expected, run(shifted(x))[0]);
    assertTrue(evaluator.plansMade() <= 2);
  }

  private static Array shifted(Array x) {
    Array y = x;
    for (int i = 0; i < 200; i++) {
      y = y.add(i * 0.5);
    }
    return y;
  }

  @Test
  void theOldestPlansGo() {
    // A slice holds its own positions, so that no plan serves another one.
    for (int i = 1; i < 1200; i++) {
      run(ones(1200).get("{}:", i).add(1));
    }
    assertEquals(1199, evaluator.plansMade());
    run(ones(1200).get("{}:", 1199).add(1));
    assertEquals(1199, evaluator.plansMade());
    run(ones(1200).get("{}:", 1).add(1));
    assertEquals(1200, evaluator.plansMade());
  }

  /** A random key is a parameter as a scalar is; equal keys are one value, others are not. */
  @Test
  void anotherKeyNeedsNoOtherPlan() {
    float[] before = run(uniform(key(0), 5).add(normal(key(1), 5)));
    for (int i = 1; i < 20; i++) {
      float[] one = run(uniform(key(i), 5));
      float[] other = run(normal(key(i + 1), 5));
      float[] both = run(uniform(key(i), 5).add(normal(key(i + 1), 5)));
      for (int j = 0; j < 5; j++) {
        assertEquals(one[j] + other[j], both[j], 1e-6f);
        assertTrue(both[j] != before[j]);
      }
    }
    assertEquals(3, evaluator.plansMade());
    run(uniform(key(7), 5).add(normal(key(7), 5)));
    assertEquals(4, evaluator.plansMade(), "one key twice is another graph");
    float[] reference =
        assertDoesNotThrow(() -> on("reference", () -> uniform(key(42), 5).toFloatArray()));
    assertArrayEquals(reference, run(uniform(key(42), 5)));
  }
}
