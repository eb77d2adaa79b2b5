package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static lazuli.array.type.DType.BF16;
import static lazuli.array.type.DType.F32;
import static lazuli.array.type.DType.F64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.cpu.Workers;
import lazuli.array.cpu.code.MachineCode;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Masks that leave a block of queries a band of the keys, at many places of its ends. */
class BandTest {
  private static List<Mask> masks(int keys) {
    List<Mask> all = new ArrayList<>();
    for (int size : new int[] {1, 33, 64, 65, 200, 512, 600}) {
      all.add(causal().and(window(size)));
    }
    all.add(window(100, 37));
    all.add(causalTopLeft().and(window(130)));
    all.add(causal().and(dilated(3)));
    all.add(causal().and(prefix(70).or(window(90))));
    int[] ids = new int[keys];
    for (int k = 0; k < keys; k++) {
      ids[k] = k / 173;
    }
    all.add(documents(array(ids)));
    return all;
  }

  private static Array random(long seed, DType dtype, long... shape) {
    return normal(key(seed), F32, shape).astype(dtype).eval();
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BF16", "F32"})
  void agreesWithFloat64(DType dtype) {
    double tolerance = dtype == BF16 ? 2e-2 : 2e-6;
    for (int[] lengths : new int[][] {{700, 700}, {130, 901}}) {
      Array q = random(1, dtype, 1, 4, lengths[0], 40);
      Array k = random(2, dtype, 1, 2, lengths[1], 40);
      Array v = random(3, dtype, 1, 2, lengths[1], 72);
      for (Mask mask : masks(lengths[1])) {
        Array out = sdpa(q, k, v, mask, kernel("flash")).eval();
        assertEquals("flash", out.dispatch().kernel());
        if (dtype == BF16 && MachineCode.bf16() != null) {
          String details = out.dispatch().details();
          assertTrue(details.contains(", bands of at most 1280 keys at once"), details);
        }
        Array exact = sdpa(q.astype(F64), k.astype(F64), v.astype(F64), mask);
        double worst = out.astype(F64).sub(exact).abs().max().item();
        assertTrue(worst <= tolerance, mask + " " + lengths[0] + ": " + worst);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BF16", "F32"})
  void threadsChangeNoBitAndHiddenSlotsNeither(DType dtype) {
    int keys = 1500;
    Array q = random(1, dtype, 1, 3, keys, 64);
    Array k = random(2, dtype, 1, 3, keys, 64);
    Array v = random(3, dtype, 1, 3, keys, 64);
    // Only queries from 900 on are looked at, and with a window they see no key before 301.
    Mask mask = causal().and(window(600));
    Array early = arange(keys).lt(array(301)).reshape(keys, 1);
    int threads = Workers.threads();
    try {
      Workers.threads(1);
      float[] one = rows(sdpa(q, k, v, mask));
      Workers.threads(5);
      assertArrayEquals(one, rows(sdpa(q, k, v, mask)));
      for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e30}) {
        Array filler = full(bad, dtype, 1);
        Array badK = where(early, filler, k).eval();
        Array badV = where(early, filler, v).eval();
        assertArrayEquals(one, rows(sdpa(q, badK, badV, mask)), "hidden slots hold " + bad);
      }
    } finally {
      Workers.threads(threads);
    }
  }

  private static float[] rows(Array out) {
    return out.astype(F32).get("0, :, 900:, :").toFloatArray();
  }

  @Test
  void oneMaskServesLengthsInTurn() {
    Mask mask = causal().and(window(100));
    for (int round = 0; round < 2; round++) {
      for (int length : new int[] {300, 450, 300}) {
        Array q = random(length, BF16, 1, 2, length, 32);
        Array exact = sdpa(q.astype(F64), q.astype(F64), q.astype(F64), mask);
        double worst = sdpa(q, q, q, mask).astype(F64).sub(exact).abs().max().item();
        assertTrue(worst <= 2e-2, length + ": " + worst);
      }
    }
  }
}
