package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class LaneSumTest {
  @Test
  void lanesAreAddedInHalves() {
    Random random = new Random(12);
    for (int round = 0; round < 20_000; round++) {
      float[] x = new float[Species.LANES];
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(6)));
      }
      float actual = LaneSum.of(FloatVector.fromArray(Species.F32, x, 0));
      for (int n = x.length / 2; n > 0; n /= 2) {
        for (int i = 0; i < n; i++) {
          x[i] += x[i + n];
        }
      }
      assertEquals(x[0], actual, "round " + round + " seed 12");
    }
  }
}
