package lazuli.array.transform;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import lazuli.array.Array;
import lazuli.array.Compiled;
import lazuli.array.Key;
import lazuli.array.type.ArrayException;
import org.junit.jupiter.api.Test;

class CompileTest {
  record Input(Array x, Array w, double scale) {}

  record Output(Array y, List<Array> parts) {}

  @Test
  void theFunctionRunsOnceForEachKindAndSaysWhy() {
    int[] runs = new int[1];
    Compiled<Input, Output> f =
        compile(
            (Input in) -> {
              runs[0]++;
              Array y = in.x().matmul(in.w()).mul(in.scale());
              return new Output(y.sum(), List.of(y, in.x().add(1)));
            });
    for (int i = 1; i < 5; i++) {
      Output out = f.apply(new Input(ones(2, 3).mul(i), ones(3, 2), 2));
      assertEquals(4 * 3 * i * 2, out.y().item());
      assertArrayEquals(
          new float[] {i + 1, i + 1, i + 1, i + 1, i + 1, i + 1},
          out.parts().get(1).toFloatArray());
    }
    assertEquals(1, runs[0]);
    f.apply(new Input(ones(4, 3), ones(3, 2), 2));
    f.apply(new Input(ones(4, 3), ones(F64, 3, 2), 2));
    f.apply(new Input(ones(4, 3), ones(F64, 3, 2), 3));
    f.apply(new Input(ones(2, 3), ones(3, 2), 2));
    assertEquals(
        List.of(
            "first call",
            "x changed from f32[2,3] to f32[4,3]",
            "w changed from f32[3,2] to f64[3,2]"),
        f.recompiles());
    assertEquals(4, runs[0], "another scale runs the function, but needs no other plan");
  }

  record Step(Array x, double rate, int layers, Key key, String mode) {}

  /** Numbers are parameters of the plan; only one that leads to other operations is listed. */
  @Test
  void numbersCauseNoRecompilation() {
    Compiled<Step, Array> f =
        compile(
            (Step s) -> {
              Array y = s.x().add(uniform(s.key(), 3).mul(0.001));
              for (int i = 0; i < s.layers(); i++) {
                y = y.mul(s.rate());
              }
              return y;
            });
    for (int i = 1; i < 20; i++) {
      Array got = f.apply(new Step(ones(3), i, 2, key(i), "a"));
      assertEquals(i * i, got.get("0").item(), 0.001 * i * i);
    }
    assertEquals(List.of("first call"), f.recompiles());
    assertEquals(8, f.apply(new Step(ones(3), 2, 3, key(0), "a")).get("0").item(), 0.01);
    assertEquals(8, f.apply(new Step(ones(3), 2, 3, key(0), "b")).get("0").item(), 0.01);
    assertEquals(
        List.of(
            "first call",
            "rate changed from 19.0 to 2.0; layers changed from 2 to 3;"
                + " key.bits changed from 19 to 0",
            "mode changed from a to b"),
        f.recompiles());
  }

  @Test
  void ofOneAndTwoArraysAndInsideGradients() {
    UnaryOperator<Array> square = compile(x -> x.square().sum())::apply;
    assertArrayEquals(new float[] {2, 4}, grad(square).apply(array(1f, 2f)).toFloatArray());
    BinaryOperator<Array> product = compile((x, y) -> x.mul(y).add(x));
    assertEquals(8, product.apply(scalar(2, F32), scalar(3, F32)).item());
    assertEquals(20, product.apply(scalar(4, F32), scalar(4, F32)).item());
    UnaryOperator<Array> slope = compile(grad(x -> x.mul(x).mul(x).sum()))::apply;
    assertEquals(12, slope.apply(scalar(2, F32)).item());
    assertEquals(27, slope.apply(scalar(3, F32)).item());
  }

  @Test
  void askingForValuesInsideIsAnErrorThatTeaches() {
    Compiled<Array, Array> f = compile(x -> x.sum().item() > 0 ? x : x.neg());
    ArrayException e = assertThrows(ArrayException.class, () -> f.apply(ones(3)));
    assertEquals(
        """
        the values of f32[3] were asked for inside a function that compile traces
          accepted: array operations, whose values are there when the result is evaluated
          fix: look at values outside of the function; choose with where(condition, a, b), not if""",
        e.getMessage());
    assertTrue(ones(3).sum().item() == 3, "later evaluations are as before");
  }
}
