package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import lazuli.array.profile.Peaks;
import lazuli.array.type.Device;
import org.junit.jupiter.api.Test;

class CpuPeaksTest {
  @Test
  void everyLimitIsMeasured() {
    AtomicInteger calls = new AtomicInteger();
    Peaks peaks = CpuPeaks.measure(calls::incrementAndGet);
    assertTrue(calls.get() > 0);
    assertEquals(Device.CPU, peaks.device());
    assertEquals(Workers.threads(), peaks.threads());
    assertFalse(peaks.name().isBlank());
    // No machine that runs this is slower than 10 MFLOP/s or faster than 10 PFLOP/s.
    for (double rate : new double[] {peaks.f32(), peaks.f64(), peaks.bandwidth(), peaks.cache()}) {
      assertTrue(rate > 1e7 && rate < 1e16, peaks.toString());
    }
    assertTrue(peaks.launchNanos() > 0 && peaks.launchNanos() < 1e9, peaks.toString());
  }

  @Test
  void theSmallestLaunchIsMeasuredWithoutAnEvaluator() {
    assertTrue(CpuPeaks.measure().launchNanos() > 1);
  }
}
