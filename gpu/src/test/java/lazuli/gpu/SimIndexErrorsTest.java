package lazuli.gpu;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.profile.Trace;
import lazuli.array.type.ArrayException;
import org.junit.jupiter.api.Test;

/** An index out of bounds is found by a thread of the device, and told as on the processor. */
class SimIndexErrorsTest {
  private static ArrayException error(String backend, Supplier<Array> make) throws Exception {
    return on(backend, () -> assertThrows(ArrayException.class, () -> make.get().eval()));
  }

  private static void same(Supplier<Array> make) throws Exception {
    ArrayException there = error("sim", make);
    assertEquals(error("cpu", make).getMessage(), there.getMessage());
    // The device and its flag can be used again.
    double[] fine =
        on("sim", () -> arange(5).take(array(new int[] {4, 0}, I32), 0).toDoubleArray());
    assertArrayEquals(new double[] {4, 0}, fine);
  }

  private static Array x() {
    return arange(60).reshape(3, 4, 5).astype(F32);
  }

  @Test
  void theErrorIsTheProcessors() throws Exception {
    same(() -> x().take(array(new int[] {0, 4, 1}, I32), 1));
    same(() -> x().take(array(new long[] {0, -5, 1}), 1));
    same(() -> x().take(array(new long[] {1L << 40}), 0));
    same(() -> x().takeAlongAxis(full(7, I32, 3, 1, 1).broadcastTo(3, 1, 5), 1));
    same(() -> x().at(":, :, {}", array(new int[] {9}, I32)).add(1.0));
    same(() -> x().putAlongAxis(full(-9, I32, 3, 4, 1), ones(F32, 3, 4, 1), 2));
  }

  @Test
  void theLaterOfTwoIsNamed() throws Exception {
    same(
        () ->
            x().take(array(new int[] {2, 0}, I32), 0)
                .take(array(new int[] {3, 3, 3}, I32), 1)
                .take(array(new int[] {0, 5}, I32), 2));
  }

  @Test
  void nothingIsStoredAndATraceTellsItToo() throws Exception {
    on(
        "sim",
        () -> {
          Array bad = x().take(array(new int[] {3}, I32), 0);
          Trace trace = new Trace();
          assertThrows(ArrayException.class, () -> trace.record(bad::eval));
          assertFalse(bad.evaluated());
          assertThrows(ArrayException.class, bad::eval, "again");
          return 0;
        });
  }

  @Test
  void repeatedPlansTellItFromTheirGraph() throws Exception {
    on(
        "sim",
        () -> {
          for (int i = 0; i < 5; i++) {
            int last = i == 3 ? 60 : i;
            Array index = array(new int[] {1, last}, I32);
            Array y = x().reshape(60).take(index, 0).add(1.0);
            if (i == 3) {
              ArrayException e = assertThrows(ArrayException.class, y::eval);
              assertEquals(
                  "take was given index 60 (element [1] of the index array) for axis 0 of size 60",
                  e.given().substring(e.given().indexOf("take was")));
            } else {
              assertArrayEquals(new double[] {2, 1 + last}, y.toDoubleArray());
            }
          }
          return 0;
        });
  }
}
