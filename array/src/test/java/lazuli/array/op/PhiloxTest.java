package lazuli.array.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
  /** The known answers that the authors publish with Random123 (kat_vectors, philox4x32 10). */
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void theAuthorsVectorsHold(String counter, String key, String expected) {
    int[] c = words(counter);
    int[] k = words(key);
    Philox.block(c, k[0], k[1]);
    assertArrayEquals(words(expected), c);
  }

  private static int[] words(String text) {
    String[] parts = text.strip().split(" ");
    int[] out = new int[parts.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Integer.parseUnsignedInt(parts[i], 16);
    }
    return out;
  }

  private static Random op(Distribution d, long key, DType type, int n) {
    return new Random(d, key, new Aval(Shape.of(n), type, Device.CPU));
  }

  @Test
  void anElementDependsOnItsIndexOnly() {
    for (Distribution d : Distribution.values()) {
      Random op = op(d, 99, DType.F64, 40);
      double[] whole = new double[40];
      Philox.fill(op, 0, whole, 40);
      for (int first = 0; first < 7; first++) {
        double[] part = new double[11];
        Philox.fill(op, first, part, 11);
        for (int i = 0; i < 11; i++) {
          assertEquals(whole[first + i], part[i]);
        }
      }
    }
  }

  @Test
  void uniformNumbersStayBelowOneInEveryType() {
    for (DType type : new DType[] {DType.F16, DType.BF16, DType.F32, DType.F64}) {
      double[] values = new double[100_000];
      Philox.fill(op(Distribution.UNIFORM, 5, type, values.length), 0, values, values.length);
      double sum = 0;
      for (double v : values) {
        assertTrue(v >= 0 && v < 1);
        assertEquals(v, lazuli.array.type.Rounding.to(type, v), "exact in " + type);
        sum += v;
      }
      // The mean of n uniform numbers has standard deviation 0.289 / sqrt(n); truncation lowers it.
      assertEquals(0.5, sum / values.length, 5 * 0.289 / Math.sqrt(values.length) + 0x1p-8);
    }
  }

  @Test
  void normalNumbersHaveTheRightMoments() {
    int n = 200_000;
    double[] values = new double[n];
    Philox.fill(op(Distribution.NORMAL, 7, DType.F64, n), 0, values, n);
    double[] moments = new double[5];
    for (double v : values) {
      for (int p = 1; p <= 4; p++) {
        moments[p] += Math.pow(v, p) / n;
      }
    }
    double sigma = 1 / Math.sqrt(n);
    assertEquals(0, moments[1], 5 * sigma);
    assertEquals(1, moments[2], 5 * Math.sqrt(2) * sigma);
    assertEquals(0, moments[3], 5 * Math.sqrt(15) * sigma);
    assertEquals(3, moments[4], 5 * Math.sqrt(96) * sigma);
  }

  @Test
  void splitKeysDifferFromEachOtherAndFromTheParent() {
    Set<Long> keys = new HashSet<>();
    keys.add(1L);
    for (int i = 0; i < 10_000; i++) {
      assertTrue(keys.add(Philox.split(1, i)));
    }
    assertNotEquals(Philox.split(1, 0), Philox.split(2, 0));
  }
}
