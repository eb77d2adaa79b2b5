package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * The whole text of the errors of composed operations, raised in the line that builds the graph.
 */
class OperationErrorsTest {
  private record Case(String name, Executable body, String text) {}

  private static final String EINSUM =
      "  accepted: one term of letters for each operand, separated by commas, \"...\" at most once in"
          + " each; then \"->\" and the letters of the result\n  fix: ";

  @TestFactory
  Stream<DynamicTest> theWholeTextIsAsWritten() {
    Array a = zeros(2, 3);
    return Stream.of(
            new Case(
                "einsum letter",
                () -> einsum("ij,j2->i", a, a),
                """
                einsum has "2", which is no letter
                    ij,j2->i
                        ^
                """
                    + EINSUM
                    + "use the letters a to z and A to Z"),
            new Case(
                "einsum terms",
                () -> einsum("ij->i", a, a),
                """
                einsum has 1 terms for 2 operands
                    ij->i
                      ^
                """
                    + EINSUM
                    + "add a term for each operand"),
            new Case(
                "einsum rank",
                () -> einsum("ij,jkl->ik", a, a),
                """
                einsum has 3 letters for operand 1 of shape [2,3]
                    ij,jkl->ik
                       ^
                """
                    + EINSUM
                    + "write one letter for each dimension, or \"...\" for some"),
            new Case(
                "einsum size",
                () -> einsum("ij,jk->ik", a, a),
                """
                einsum has "j" of size 2 in operand 1 and 3 before
                    ij,jk->ik
                       ^
                """
                    + EINSUM
                    + "equal letters name equal sizes; use another letter or reshape the operand"),
            new Case(
                "einsum result",
                () -> einsum("ij->ik", a),
                """
                einsum has "k" in the result only
                    ij->ik
                         ^
                """
                    + EINSUM
                    + "use letters of the operands"),
            new Case(
                "concatenate",
                () -> concatenate(0, a, zeros(2, 4)),
                """
                concatenate along axis 0 was given shapes [2,3] and [2,4] (operand 1)
                  accepted: equal shapes except along the axis
                  fix: check the axis, or slice the operands to one size"""),
            new Case(
                "split",
                () -> a.split(2, 1),
                """
                split was given 2 parts for axis 1 of size 3
                  accepted: a number of parts that divides 3
                  fix: use splitAt(axis, places...) for parts of different sizes"""),
            new Case(
                "topk",
                () -> a.topk(4, 1),
                """
                topk was given k = 4 for axis 1 of size 3
                  accepted: k from 0 to 3
                  fix: take fewer elements"""),
            new Case(
                "unflatten",
                () -> a.unflatten(1, 2, -1),
                """
                unflatten was given axis 1 of size 3 and sizes [2,-1]
                  accepted: sizes whose product is 3
                  fix: use -1 for one size to let it be computed"""),
            new Case(
                "asStrided",
                () -> a.asStrided(new long[] {4}, new long[] {2}, 0),
                """
                asStrided was given shape [4], strides [2] and offset 0, which reach elements 0 to 6
                  accepted: elements 0 to 5 of f32[2,3]
                  fix: make the shape or the strides smaller"""),
            new Case(
                "float indices",
                () -> a.take(zeros(2), 0),
                """
                take was given indices of type f32
                  accepted: integers
                  fix: convert them, such as idx.astype(I32)"""),
            new Case(
                "typed index out of bounds",
                () -> a.get(at(0), at(7)),
                """
                the index [at(0), at(7)] has index 7 for dimension 1 of shape [2,3], in at(7)
                  accepted: at(i), range(start, stop), all(), ELLIPSIS, NEWAXIS, integer arrays and bool masks
                  fix: use -3 to 2"""),
            new Case(
                "values of a slice",
                () -> a.get("{}, 0"),
                """
                the slice "{}, 0" was given 0 values
                  accepted: 1, one for each {}
                  fix: pass the missing values"""),
            new Case(
                "value of an update",
                () -> a.at("0").set(zeros(2)),
                """
                an update was given a value of shape [2] for a part of shape [3]
                  accepted: a shape that broadcasts to [3]
                  fix: reshape the value, or choose a part of its shape"""),
            new Case(
                "fraction into integers",
                () -> zeros(I32, 3).at("0").set(0.5),
                """
                an update was given 0.5 for an array of type i32
                  accepted: whole numbers
                  fix: convert the array first, such as x.astype(F32)"""),
            new Case(
                "arithmetic on fp8",
                () -> zeros(DType.F8_E4M3, 2).exp(),
                """
                exp was given f8_e4m3, a type that only stores
                  accepted: bool, integers, f16, bf16, f32 or f64
                  fix: convert the operand first, such as x.astype(BF16)"""),
            new Case(
                "bits of floats",
                () -> a.bitwiseAnd(a),
                """
                bitwiseAnd was given f32
                  accepted: bool or an integer type
                  fix: convert the operands first, such as x.astype(I32)"""),
            new Case(
                "pad",
                () -> a.pad("mirror", 1),
                """
                pad was given mode "mirror" and widths [1] for shape [2,3]
                  accepted: mode constant, edge, reflect or symmetric; widths of 0 or more: one for all ends, before and after for all axes, or before and after for each of the 2 axes
                  fix: write before0, after0, before1, after1, and so on"""),
            new Case(
                "rope",
                () -> rope(zeros(2, 4, 6), 5),
                """
                rope was given dims 5 for f32[2,4,6]
                  accepted: an even number from 2 to 6
                  fix: use the head dimension"""),
            new Case(
                "quantize",
                () -> quantize(zeros(2, 64), 16, 4),
                """
                quantize was given groups of 16 and 4 bits
                  accepted: groups of 32, 64 or 128; 4 or 8 bits
                  fix: use quantize(x, 64, 4)"""),
            new Case(
                "matrices",
                () -> inv(a),
                """
                inv was given shape [2,3]
                  accepted: square matrices: [..., N, N]
                  fix: use qr, svd or pinv for other matrices"""),
            new Case(
                "a singular matrix, when it runs",
                () -> inv(zeros(2, 2)).eval(),
                """
                inv met matrix 0, which is singular
                  accepted: another matrix
                  fix: use pinv for matrices without an inverse"""),
            new Case(
                "randint",
                () -> randint(key(1), DType.U8, 0, 300, 2),
                """
                randint was given 0 to 300 and type u8
                  accepted: u8 holds 0 to 255
                  fix: use a wider type"""))
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.name,
                    () ->
                        assertEquals(
                            c.text, assertThrows(ArrayException.class, c.body).getMessage())));
  }
}
