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
            "w changed from f32[3,2] to f64[3,2]",
            "scale changed from 2.0 to 3.0"),
        f.recompiles());
    assertEquals(4, runs[0]);
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
