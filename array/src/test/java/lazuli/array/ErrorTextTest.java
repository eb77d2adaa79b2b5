package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import lazuli.array.op.Build;
import lazuli.array.op.Softmax;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Shape;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** The whole text of every error, raised in the line that builds the graph. */
class ErrorTextTest {
  private record Case(String name, Executable body, String text) {}

  @TestFactory
  Stream<DynamicTest> theWholeTextIsAsWritten() {
    Array a = zeros(2, 3);
    return Stream.of(
            new Case(
                "broadcast",
                () -> a.add(zeros(4)),
                """
                add was given shapes [2,3] and [4]: dimension -1 is 3 and 4
                  accepted: equal sizes, or size 1, in every dimension counted from the last
                  fix: reshape or expandDims one operand so that the dimensions line up"""),
            new Case(
                "where",
                () -> where(zeros(BOOL, 5), a, a),
                """
                where was given shapes [5] and [2,3]: dimension -1 is 5 and 3
                  accepted: equal sizes, or size 1, in every dimension counted from the last
                  fix: reshape or expandDims one operand so that the dimensions line up"""),
            new Case(
                "neg of bool",
                () -> zeros(BOOL, 2).neg(),
                """
                neg was given bool
                  accepted: a number type
                  fix: use logicalNot(), or astype(I32) first"""),
            new Case(
                "literal out of range",
                () -> zeros(I32, 2).add(3_000_000_000L),
                """
                converting 3000000000 to i32 would result in overflow
                  accepted: i32 holds -2147483648 to 2147483647
                  fix: convert the array first, such as astype(I64), or pass scalar(3000000000L, I64)"""),
            new Case(
                "reshape",
                () -> a.reshape(4, 2),
                """
                reshape was given [2,3] (6 elements) and [4,2]
                  accepted: sizes whose product is 6
                  fix: use -1 for one size to let it be computed"""),
            new Case(
                "reshape with -1",
                () -> a.reshape(-1, 4),
                """
                reshape was given [2,3] (6 elements) and [-1,4]
                  accepted: sizes whose product is 6
                  fix: use -1 for one size to let it be computed"""),
            new Case(
                "reshape with two -1",
                () -> a.reshape(-1, -1),
                """
                reshape was given [-1,-1]
                  accepted: sizes of 0 or more, and -1 at most once
                  fix: write the sizes out"""),
            new Case(
                "negative size",
                () -> zeros(2, -3),
                """
                shape [2,-3] has the negative size -3
                  accepted: sizes of 0 or more
                  fix: pass -1 only to reshape, where it means "whatever is left\""""),
            new Case(
                "axis",
                () -> a.sum(2),
                """
                sum was given axis 2 for shape [2,3]
                  accepted: an axis from -2 to 1
                  fix: use -1 for the last axis"""),
            new Case(
                "axis of a scalar",
                () -> scalar(1, F32).softmax(-1),
                """
                softmax was given axis -1 for shape []
                  accepted: no axis: a scalar has none
                  fix: leave the axis out"""),
            new Case(
                "axis twice",
                () -> a.sum(1, -1),
                """
                sum was given axis -1 twice for shape [2,3]
                  accepted: each axis once
                  fix: remove the repeated axis; -1 and 1 are the same"""),
            new Case(
                "max of nothing",
                () -> zeros(2, 0).max(1),
                """
                max over axes [1] of f32[2,0] has no elements
                  accepted: at least one element to choose from
                  fix: check the shape first, or concatenate a starting value"""),
            new Case(
                "argmax of nothing",
                () -> zeros(0).argmax(0),
                """
                argmax over axis 0 of f32[0] has no elements
                  accepted: at least one element to choose from
                  fix: check the shape first"""),
            new Case(
                "matmul of integers",
                () -> zeros(I32, 2, 3).matmul(zeros(I32, 3, 2)),
                """
                matmul was given i32[2,3] and i32[3,2]
                  accepted: floating types: f16, bf16, f32 or f64
                  fix: convert one operand, such as a.astype(F32)"""),
            new Case(
                "matmul that wants a transpose",
                () -> a.matmul(zeros(5, 3)),
                """
                matmul was given f32[2,3] and f32[5,3]: inner sizes are 3 and 5
                  accepted: a [..., M, K] and b [..., K, N] with the same K
                  fix: transpose the second operand: a.matmul(b.t())"""),
            new Case(
                "matmul",
                () -> a.matmul(zeros(5, 4)),
                """
                matmul was given f32[2,3] and f32[5,4]: inner sizes are 3 and 5
                  accepted: a [..., M, K] and b [..., K, N] with the same K
                  fix: reshape or transpose one operand"""),
            new Case(
                "matmul of a scalar",
                () -> a.matmul(scalar(2, F32)),
                """
                matmul was given f32[2,3] and f32[]
                  accepted: at least one dimension in each operand
                  fix: use mul for a scalar"""),
            new Case(
                "matmul of different batches",
                () -> zeros(2, 4, 3).matmul(zeros(5, 3, 4)),
                """
                matmul (batch dimensions) was given shapes [2] and [5]: dimension -1 is 2 and 5
                  accepted: equal sizes, or size 1, in every dimension counted from the last
                  fix: reshape or expandDims one operand so that the dimensions line up"""),
            new Case(
                "transpose",
                () -> a.transpose(0, 0),
                """
                transpose was given axes [0, 0] for shape [2,3]
                  accepted: each of the 2 axes once
                  fix: use t() to exchange the last two, or transpose() to reverse all"""),
            new Case(
                "t of a vector",
                () -> zeros(3).t(),
                """
                t was given shape [3]
                  accepted: at least two dimensions
                  fix: use expandDims to add one"""),
            new Case(
                "expandDims",
                () -> a.expandDims(3),
                """
                expandDims was given axis 3 for shape [2,3]
                  accepted: an axis from -3 to 2
                  fix: use -1 to add the last axis"""),
            new Case(
                "squeeze",
                () -> a.squeeze(1),
                """
                squeeze was given axis 1 of shape [2,3], which has size 3
                  accepted: axes of size 1
                  fix: use get or a reduction to drop a larger axis"""),
            new Case(
                "broadcastTo",
                () -> a.broadcastTo(4, 3),
                """
                broadcastTo was given [2,3] and the target [4,3]
                  accepted: equal sizes, or size 1 in the operand, counted from the last dimension
                  fix: reshape or expandDims the operand so that the dimensions line up"""),
            new Case(
                "index out of bounds",
                () -> a.get("0, 7"),
                """
                the slice has index 7 for dimension 1 of shape [2,3]
                    0, 7
                       ^
                  accepted: parts separated by commas: an index, start:stop:step, "..." at most once, "new", or "{}" for a value
                  fix: use -3 to 2"""),
            new Case(
                "index of an empty dimension",
                () -> zeros(0).get("0"),
                """
                the slice has index 0 for dimension 0 of shape [0]
                    0
                    ^
                  accepted: parts separated by commas: an index, start:stop:step, "..." at most once, "new", or "{}" for a value
                  fix: the dimension is empty"""),
            new Case(
                "slice of too many dimensions",
                () -> a.get(":, :, 0:1"),
                """
                the slice has 3 dimensions for shape [2,3]
                    :, :, 0:1
                          ^
                  accepted: parts separated by commas: an index, start:stop:step, "..." at most once, "new", or "{}" for a value
                  fix: remove parts until there are at most 2"""),
            new Case(
                "slice that is no number",
                () -> a.get("0:x"),
                """
                the slice has "x", which is no whole number
                    0:x
                      ^
                  accepted: parts separated by commas: an index, start:stop:step, "..." at most once, "new", or "{}" for a value
                  fix: write a number"""),
            new Case(
                "slice with a step of 0",
                () -> a.get("::0"),
                """
                the slice has a step of 0
                    ::0
                    ^
                  accepted: parts separated by commas: an index, start:stop:step, "..." at most once, "new", or "{}" for a value
                  fix: use a step such as 2, or -1 to go backwards"""),
            new Case(
                "slice with three colons",
                () -> a.get("0:1:2:3"),
                """
                the slice has more than two colons
                    0:1:2:3
                         ^
                  accepted: parts separated by commas: an index, start:stop:step, "..." at most once, "new", or "{}" for a value
                  fix: write start:stop:step"""),
            new Case(
                "slice with an empty part",
                () -> a.get("0, "),
                """
                the slice has an empty part
                    0,\s
                       ^
                  accepted: parts separated by commas: an index, start:stop:step, "..." at most once, "new", or "{}" for a value
                  fix: write ":" for a whole dimension"""),
            new Case(
                "slice with two ellipses",
                () -> a.get("..., 0, ..."),
                """
                the slice has a second "..."
                    ..., 0, ...
                            ^
                  accepted: parts separated by commas: an index, start:stop:step, "..." at most once, "new", or "{}" for a value
                  fix: keep one "...\""""),
            new Case(
                "item",
                () -> a.item(),
                """
                item was called on f32[2,3], which has 6 elements
                  accepted: an array of one element
                  fix: reduce it first, or use get or toDoubleArray"""),
            new Case(
                "ragged rows",
                () -> array(new double[][] {{1, 2}, {3}}),
                """
                array was given rows of length 2 (row 0) and 1 (row 1)
                  accepted: rows of one length
                  fix: pad the shorter rows"""),
            new Case(
                "arange",
                () -> arange(0, 5, 0),
                """
                arange was given start 0.0, stop 5.0, step 0.0
                  accepted: finite numbers and a step that is not 0
                  fix: use full(value, dtype, shape) for a constant"""),
            new Case(
                "random integers",
                () -> normal(key(1), I32, 3),
                """
                normal was given dtype i32
                  accepted: f16, bf16, f32 or f64
                  fix: draw floats and convert, such as uniform(key, 3).mul(10).astype(I32)"""),
            new Case(
                "composite",
                () -> Build.composite(new Softmax(0), a.node(), a.node()),
                """
                softmax was given 2 operands
                  accepted: 1: x
                  fix: pass each operand once"""),
            new Case(
                "backend",
                () -> on("tpu", () -> a),
                """
                backend "tpu" is not known
                  accepted: one of %s
                  fix: use one of these names"""
                    .formatted(String.join(", ", Engine.EVALUATOR.backends().found().keySet()))),
            new Case(
                "Java array too long",
                () -> ones(1L << 32).toFloatArray(),
                """
                a copy of f32[4294967296] was asked for
                  accepted: at most 2147483639 elements in a Java array
                  fix: copy parts, such as get("0:1000")"""))
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.name,
                    () ->
                        assertEquals(
                            c.text, assertThrows(ArrayException.class, c.body).getMessage())));
  }

  @org.junit.jupiter.api.Test
  void threePartsAreAlsoDataForTools() {
    ArrayException e = assertThrows(ArrayException.class, () -> zeros(2, 3).sum(5));
    assertEquals("sum was given axis 5 for shape [2,3]", e.given());
    assertEquals("an axis from -2 to 1", e.accepted());
    assertEquals("use -1 for the last axis", e.fix());
    assertEquals(List.of(2L, 3L), List.of(Shape.of(2, 3).dim(0), Shape.of(2, 3).dim(-1)));
  }
}
