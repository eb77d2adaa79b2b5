package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message of sdpa and attentionWeights, whole. */
class AttentionErrorsTest {
  private static final Array Q = zeros(1, 4, 3, 8);
  private static final Array K = zeros(1, 2, 5, 8);
  private static final Array V = zeros(1, 2, 5, 6);

  static Stream<Arguments> errors() {
    return Stream.of(
        row(
            () -> sdpa(Q, K, V, scale(0.5), scale(0.25)),
            "sdpa was given scale twice: 0.5 and 0.25",
            "each option once",
            "remove one of them"),
        row(
            () -> sdpa(Q, K, V, scale(Double.NaN)),
            "sdpa was given scale NaN",
            "a finite number",
            "leave scale out for 1 / sqrt(D)"),
        row(
            () -> sdpa(Q, K, V, causal(), causal()),
            "sdpa was given causal() twice",
            "each option once",
            "remove one of them"),
        row(
            () -> sdpa(Q, K, V, causal(), causalTopLeft()),
            "sdpa was given both causal() and causalTopLeft()",
            "one alignment",
            "keep causal() when the last query sees the last key, causalTopLeft() when the first"
                + " query sees the first key only"),
        row(
            () -> sdpa(Q, K, V, mask(zeros(3, 5)), mask(ones(BOOL, 5))),
            "sdpa was given two masks: f32[3,5] and bool[5]",
            "one mask",
            "combine them first: add additive masks, logicalAnd bool masks"),
        row(
            () -> sdpa(Q, K, V, kernel("flash"), kernel("split")),
            "sdpa was given kernel twice: flash and split",
            "each option once",
            "remove one of them"),
        row(
            () -> sdpa(Q, K, V, (AttentionOption) null),
            "sdpa was given null as an option",
            "scale(x), causal(), causalTopLeft(), window(n) and other masks, mask(m), score changes,"
                + " sinks(z), keyStarts(s), keyLengths(n), kernel(name), tile(q, k), require(FUSED)",
            "leave the option out"),
        row(
            () -> sdpa(Q, K, V, mask(ones(I32, 3, 5))),
            "sdpa was given the integer mask i32[3,5]",
            "bool (true attends) or a floating type (added to the scores)",
            "mask.ne(0) if 1 means attend, or mask.astype(F32) if the numbers are to be added"),
        row(
            () -> sdpa(Q, K, V, mask(ones(3, 4))),
            "sdpa was given mask f32[3,4] for scores [B, Hq, Tq, Tk] = [1,4,3,5]",
            "a mask that broadcasts to the scores: each size, from the last on, equal or 1",
            "reshape it, or build it from Tq and Tk"),
        row(
            () -> sdpa(Q, K, V, mask(ones(1, 1, 1, 3, 5))),
            "sdpa was given mask f32[1,1,1,3,5] for scores [B, Hq, Tq, Tk] = [1,4,3,5]",
            "a mask that broadcasts to the scores: each size, from the last on, equal or 1",
            "reshape it, or build it from Tq and Tk"),
        row(
            () -> sdpa(zeros(2, 4, 3, 8), zeros(2, 2, 5, 8), zeros(2, 2, 5, 6), mask(ones(2, 5))),
            "sdpa was given mask f32[2,5] for scores [B, Hq, Tq, Tk] = [2,4,3,5]",
            "a mask that broadcasts to the scores: each size, from the last on, equal or 1",
            "a padding mask [B, Tk] is mask.reshape(2, 1, 1, 5)"),
        row(
            () -> sdpa(zeros(8), K, V),
            "sdpa was given q f32[8] with 1 dimension",
            "q [B, Hq, Tq, D]",
            "a single query is reshape(1, 1, 1, D)"),
        row(
            () -> sdpa(zeros(3, 8), K, V),
            "sdpa was given q f32[3,8] with 2 dimensions",
            "q [B, Hq, Tq, D]",
            "add batch and heads: q.reshape(1, 1, 3, 8)"),
        row(
            () -> sdpa(Q, zeros(2, 5, 8), V),
            "sdpa was given k f32[2,5,8] with 3 dimensions",
            "k [B, Hkv, Tk, D]",
            "add the batch: k.reshape(1, 2, 5, 8)"),
        row(
            () -> sdpa(Q, K, zeros(1, 1, 2, 5, 6)),
            "sdpa was given v f32[1,1,2,5,6] with 5 dimensions",
            "v [B, Hkv, Tk, Dv]",
            "merge the leading dimensions by reshape"),
        row(
            () -> sdpa(Q, zeros(1, 2, 8, 5), V),
            "sdpa was given q f32[1,4,3,8] and k f32[1,2,8,5]: head dimensions 8 and 5",
            "q [B, Hq, Tq, D] and k [B, Hkv, Tk, D] with the same D",
            "transpose k's last two dimensions: k.transpose(0, 1, 3, 2)"),
        row(
            () -> sdpa(Q, zeros(1, 2, 5, 7), V),
            "sdpa was given q f32[1,4,3,8] and k f32[1,2,5,7]: head dimensions 8 and 7",
            "q [B, Hq, Tq, D] and k [B, Hkv, Tk, D] with the same D",
            "project or slice one of them to the other's size"),
        row(
            () -> sdpa(Q, K, zeros(1, 4, 5, 6)),
            "sdpa was given k f32[1,2,5,8] and v f32[1,4,5,6]: 2 and 4 heads",
            "k [B, Hkv, Tk, D] and v [B, Hkv, Tk, Dv] with the same Hkv and Tk",
            "slice both from the same cache or sequence"),
        row(
            () -> sdpa(Q, K, zeros(1, 2, 4, 6)),
            "sdpa was given k f32[1,2,5,8] and v f32[1,2,4,6]: 5 and 4 keys",
            "k [B, Hkv, Tk, D] and v [B, Hkv, Tk, Dv] with the same Hkv and Tk",
            "slice both from the same cache or sequence"),
        row(
            () -> sdpa(Q, zeros(1, 3, 5, 8), zeros(1, 3, 5, 6)),
            "sdpa was given q f32[1,4,3,8] with 4 heads and k f32[1,3,5,8] with 3",
            "query heads that are a multiple of the key heads",
            "reshape q or k so that Hq is a multiple of Hkv"),
        row(
            () -> sdpa(Q, zeros(1, 8, 5, 8), zeros(1, 8, 5, 6)),
            "sdpa was given q f32[1,4,3,8] with 4 heads and k f32[1,8,5,8] with 8",
            "query heads that are a multiple of the key heads",
            "swap q and k, or slice k to 4 heads"),
        row(
            () -> sdpa(zeros(2, 4, 3, 8), zeros(3, 2, 5, 8), zeros(3, 2, 5, 6)),
            "sdpa was given q f32[2,4,3,8], k f32[3,2,5,8], v f32[3,2,5,6]: batches of 2 and 3",
            "the same batch everywhere, or 1 where it repeats",
            "slice or broadcast the smaller one"),
        row(
            () -> sdpa(Q.astype(I32), K.astype(I32), V.astype(BOOL)),
            "sdpa was given q i32[1,4,3,8], k i32[1,2,5,8], v bool[1,2,5,6]",
            "a floating type in at least one of q to v: f16, bf16, f32 or f64",
            "convert one operand, such as q.astype(F32)"),
        row(
            () -> attentionWeights(Q.astype(I32), K.astype(I32)),
            "attentionWeights was given q i32[1,4,3,8], k i32[1,2,5,8]",
            "a floating type in at least one of q to k: f16, bf16, f32 or f64",
            "convert one operand, such as q.astype(F32)"),
        row(
            () -> attentionWeights(Q, K, kernel("flash")),
            "attentionWeights was given kernel(\"flash\")",
            "scale(x), masks, score changes, sinks(z), keyStarts(s), keyLengths(n)",
            "remove it: weights are computed by core operations"),
        row(
            () -> attentionWeights(Q, K, mask(ones(I64, 5))),
            "attentionWeights was given the integer mask i64[5]",
            "bool (true attends) or a floating type (added to the scores)",
            "mask.ne(0) if 1 means attend, or mask.astype(F32) if the numbers are to be added"));
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
  void forcingARefusedKernelRaisesItsReason() {
    Array manyQueries =
        sdpa(zeros(1, 1, 9, 8), zeros(1, 1, 5, 8), zeros(1, 1, 5, 8), kernel("split"));
    assertEquals(
        "sdpa was forced to kernel \"split\", which refuses: Tq=9 > 8: it reads the keys once for a"
            + " few queries\n"
            + "  accepted: for these operands: reference, flash, naive\n"
            + "  fix: name one of these, or leave the choice to the plan",
        assertThrows(ArrayException.class, manyQueries::eval).getMessage());
    for (String name : new String[] {"flash", "split"}) {
      Array wide = sdpa(Q.astype(F64), K, V, kernel(name));
      assertEquals(
          "sdpa was forced to kernel \""
              + name
              + "\", which refuses: dtype f64: it computes in f32\n"
              + "  accepted: for these operands: reference, naive\n"
              + "  fix: name one of these, or leave the choice to the plan",
          assertThrows(ArrayException.class, wide::eval).getMessage());
    }
  }

  @Test
  void forcingAnUnknownKernelNamesTheKnownOnes() {
    Array unknown = sdpa(Q, K, V, kernel("flesh"));
    assertEquals(
        "sdpa was forced to kernel \"flesh\", which no backend has\n"
            + "  accepted: for these operands: reference, flash, split, naive\n"
            + "  fix: name one of these, or leave the choice to the plan",
        assertThrows(ArrayException.class, unknown::eval).getMessage());
  }

  @Test
  void reasonsSayWhatDecided() {
    AttentionRefusal[] reasons = {
      new AttentionRefusal.ManyQueries(512, 8),
      new AttentionRefusal.Wide(DType.F64),
      new AttentionRefusal.Large("Tk", 3_000_000_000L),
      new AttentionRefusal.NoGradient("split"),
      new AttentionRefusal.NoForm("window(8), sinks")
    };
    String[] codes = {"TQ_TOO_LARGE", "DTYPE_WIDE", "SIZE_TOO_LARGE", "NO_GRADIENT", "NO_FORM"};
    String[] texts = {
      "Tq=512 > 8: it reads the keys once for a few queries",
      "dtype f64: it computes in f32",
      "Tk=3000000000 > 2147483647: it counts in 32 bits",
      "split computes results, not gradients",
      "it has no form for window(8), sinks"
    };
    for (int i = 0; i < reasons.length; i++) {
      assertEquals(codes[i], reasons[i].code());
      assertEquals(texts[i], reasons[i].text());
    }
  }
}
