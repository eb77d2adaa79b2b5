package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.AttentionState;
import lazuli.array.type.ArrayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message of masks, score changes and what goes with them, whole. */
class ExpressionErrorsTest {
  private static final Array Q = zeros(1, 4, 3, 8);
  private static final Array K = zeros(1, 2, 5, 8);
  private static final Array V = zeros(1, 2, 5, 6);
  private static final String SYMBOLIC =
      "eq, ne, lt, le, gt, ge for comparisons; and, or, not between them; condition.where(a, b) for"
          + " a choice";
  private static final String CHOICE =
      "write a.eq(b) for a == b, and condition.where(x, y) for if (condition) x else y";

  static Stream<Arguments> errors() {
    return Stream.of(
        row(
            () -> mask((b, h, q, k) -> q.equals(k) ? q.lt(k) : k.lt(q)),
            "equals was called on the symbol q, which has no value: the function runs once, for all"
                + " positions together",
            SYMBOLIC,
            CHOICE),
        row(
            () -> mask((b, h, q, k) -> q.sub(k).hashCode() > 0 ? q.lt(k) : k.lt(q)),
            "hashCode was called on the symbol q - k, which has no value: the function runs once,"
                + " for all positions together",
            SYMBOLIC,
            CHOICE),
        row(
            () -> mask((b, h, q, k) -> null),
            "a mask function returned null",
            "a condition on its symbols, such as q.sub(k).lt(256)",
            "return the condition under which q sees k"),
        row(
            () -> score((s, b, h, q, k) -> null),
            "a score function returned null",
            "a number computed from its symbols, such as s.sub(q.sub(k).mul(0.5))",
            "return the new score"),
        row(
            () -> window(0),
            "window was given a size of 0",
            "1 or more",
            "count positions: window(4) for instance"),
        row(
            () -> window(3, -1),
            "window was given right -1",
            "0 or more",
            "count positions: window(4) for instance"),
        row(
            () -> dilated(0),
            "dilated was given a step of 0",
            "1 or more",
            "count positions: dilated(4) for instance"),
        row(
            () -> neighbourhood(8, 8, 4),
            "neighbourhood was given a kernel of 4 for 8 x 8",
            "an odd kernel no larger than the picture",
            "use 3"),
        row(
            () -> mask((b, h, q, k) -> q.mod(0).eq(k)),
            "mod of the symbol q was given 0",
            "1 or more",
            "divide by a positive number"),
        row(
            () -> causal().and(null),
            "and of the mask causal() was given null",
            "another mask, such as window(256)",
            "leave and out"),
        row(
            () -> softCap(1).then(null),
            "then of the score change softCap(1.0) was given null",
            "another score change, such as softCap(50)",
            "leave then out"),
        row(
            () -> softCap(0),
            "softCap was given 0.0",
            "a finite number above 0",
            "leave softCap out when scores need no limit"),
        row(
            () -> alibi(ones(2, 2)),
            "alibi was given slopes f32[2,2]",
            "one floating number for each query head, [Hq]",
            "alibiSlopes(heads) makes them"),
        row(
            () -> alibiSlopes(0),
            "alibiSlopes was given 0 heads",
            "1 or more",
            "pass the number of query heads"),
        row(
            () -> documents(ones(I32, 1, 2, 3)),
            "documents was given ids i32[1,2,3]",
            "the document of each key, [Tk], or [B, Tk] when batches differ",
            "reshape ids to one dimension"),
        row(
            () -> mask((b, h, q, k) -> indexAt(ones(3), k).eq(0)),
            "indexAt was given f32[3]",
            "an array of integers",
            "use valueAt for numbers"),
        row(
            () -> mask((b, h, q, k) -> conditionAt(ones(3), k)),
            "conditionAt was given f32[3]",
            "an array of type bool",
            "compare it first, such as table.ne(0)"),
        row(
            () -> score((s, b, h, q, k) -> valueAt(ones(3), h, k)),
            "valueAt was given f32[3] and 2 symbols",
            "an array that is not empty, and one symbol for each of its dimensions",
            "pass 1 symbols, such as h or q"),
        row(
            () -> sdpa(Q, K, V, causal(), window(3)),
            "sdpa was given two masks: causal() and window(3)",
            "one mask expression",
            "say what both mean together: causal().and(window(3)) or causal().or(window(3))"),
        row(
            () -> sdpa(Q, K, V, softCap(1), softCap(2)),
            "sdpa was given two score changes: softCap(1.0) and softCap(2.0)",
            "one score change",
            "put them in order: first.then(second)"),
        row(
            () -> sdpa(Q, K, V, documents(ones(I32, 4))),
            "sdpa was given documents, which looks up q + (Tk - Tq) from 2 to 4 in dimension 0 of an"
                + " array of shape [4]",
            "places from 0 to 3",
            "give the array one element for each place, or limit the index: x.max(0).min(3)"),
        row(
            () -> sdpa(Q, K, V, sinks(ones(2))),
            "sdpa was given sinks f32[2] for 4 query heads",
            "a floating array of shape [Hq] = [4]",
            "one logit for each query head: sinks.reshape(4)"),
        row(
            () -> sdpa(Q, K, V, sinks(ones(I32, 4))),
            "sdpa was given sinks i32[4] for 4 query heads",
            "a floating array of shape [Hq] = [4]",
            "convert it: sinks.astype(F32)"),
        row(
            () -> sdpa(Q, K, V, keyLengths(ones(I32, 3))),
            "sdpa was given keyLengths i32[3] for a batch of 1",
            "integers of shape [B] = [1], or [1] when all are alike",
            "one number for each batch"),
        row(
            () -> sdpa(Q, K, V, keyStarts(ones(1))),
            "sdpa was given keyStarts f32[1] for a batch of 1",
            "integers of shape [B] = [1], or [1] when all are alike",
            "convert it: keyStarts.astype(I32)"),
        row(
            () -> sdpa(Q, K, V, keyLengths(array(new int[] {6}))).eval(),
            "keyLengths[0] is 6 for 5 key slots",
            "0 to 5",
            "clamp it, or make the cache larger"),
        row(
            () -> sdpa(Q, K, V, kernel("naive"), require(FUSED)),
            "sdpa was given both kernel(\"naive\") and require(FUSED)",
            "a fused kernel, or naive, which is not",
            "remove one of them"),
        row(
            () -> BlockMask.of(causal(), -1, 5, 64, 64),
            "blockMask was given -1 x 5 positions in tiles of 64 x 64",
            "lengths of 0 or more, tiles of 1 or more",
            "pass Tq, Tk and the sizes of a tile, such as 64, 64"),
        row(
            () -> BlockMask.of(causal(), 1L << 30, 1L << 30, 64, 64),
            "blockMask was asked for 2.81e+14 tiles",
            "at most 2^26 tiles",
            "use larger tiles"),
        row(
            AttentionState::merge,
            "merge was given no state",
            "one state or more",
            "pass the states of all parts"),
        row(
            () -> new AttentionState(Q, zeros(1, 4, 2)),
            "AttentionState was given out f32[1,4,3,8] and logSumExp f32[1,4,2]",
            "out [B, Hq, Tq, Dv] and logSumExp [B, Hq, Tq]",
            "take both from one attention(q, k, v)"));
  }

  private static Arguments row(Executable call, String given, String accepted, String fix) {
    return Arguments.of(given, accepted, fix, call);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("errors")
  void wrongUseFailsWhereItIsWritten(String given, String accepted, String fix, Executable call) {
    ArrayException e = assertThrows(ArrayException.class, call);
    assertEquals(given + "\n  accepted: " + accepted + "\n  fix: " + fix, e.getMessage());
  }

  @Test
  void requiringAFusedKernelThatIsNotThereNamesEveryReason() {
    Array g = grad((Array x) -> sdpa(x, K.astype(F64), V, require(FUSED)).sum()).apply(Q);
    assertEquals(
        "sdpa gradient was given require(FUSED), but no fused kernel can run: flash: dtype f64: it"
            + " computes in f32; split: split computes results, not gradients; reference: reference"
            + " computes results, not gradients\n"
            + "  accepted: operands that one of these kernels takes\n"
            + "  fix: change what the reasons name, or leave require(FUSED) out: naive runs then",
        assertThrows(ArrayException.class, g::eval).getMessage());
    Array out = sdpa(Q, K, V, kernel("flash"), require(FUSED)).eval();
    assertNotNull(out.dispatch());
    assertEquals("flash", out.dispatch().kernel());
  }
}
