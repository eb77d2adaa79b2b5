package lazuli.array.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lazuli.array.type.Device;
import org.junit.jupiter.api.Test;

class DeviceUseTest {
  private static DeviceUse use(int launches, long busy, long elapsed) {
    return new DeviceUse(new Device("cuda", 0), launches, busy, elapsed, "a", "b", "c");
  }

  @Test
  void gapsSayWhoWaitsForWhom() {
    assertEquals(
        "cuda:0: 4 launches, busy 90.0 of 100.0 us, gaps 10 %: the device is what binds",
        use(4, 90_000, 100_000).text());
    assertEquals(
        "cuda:0: 4 launches, busy 30.0 of 100.0 us, gaps 70 %: host-bound, the device waits for"
            + " launches",
        use(4, 30_000, 100_000).text());
    assertTrue(use(2, 1, 2).hostBound());
    assertFalse(use(1, 1, 2).hostBound(), "one launch has no gaps");
  }

  @Test
  void timesThatMeanNothingGiveNoNegativeGaps() {
    assertEquals(0, use(2, 10, 5).gapNanos());
    assertEquals(0, use(0, 0, 0).gaps());
  }

  @Test
  void evaluationsAddUp() {
    DeviceUse sum =
        use(1, 10, 20).plus(new DeviceUse(new Device("cuda", 0), 2, 5, 10, "x", "y", "z"));
    assertEquals(new DeviceUse(new Device("cuda", 0), 3, 15, 30, "a", "y", "z"), sum);
  }
}
