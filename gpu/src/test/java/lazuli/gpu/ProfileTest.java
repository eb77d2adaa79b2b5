package lazuli.gpu;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.profile.DeviceUse;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Span;
import lazuli.array.profile.Trace;
import lazuli.array.type.DType;
import lazuli.gpu.exec.SimulatedCard;
import lazuli.gpu.kernels.PeakCode;
import lazuli.gpu.lib.CublasLt;
import org.junit.jupiter.api.Test;

/** What a trace says of a device, and the limits that its rates are held against. */
class ProfileTest {
  @Test
  void aTraceHasTheDevicesTimeBesideItsSteps() throws Exception {
    Trace trace = new Trace();
    on(
        "sim",
        () -> {
          Array x = normal(key(1), F32, 40, 40).eval();
          return trace.record(() -> x.exp().matmul(x).softmax(1).eval());
        });
    DeviceUse use = trace.uses().getFirst();
    assertEquals(1, trace.uses().size());
    assertEquals(trace.spans().size(), use.launches());
    assertEquals(trace.spans().stream().mapToLong(Span::nanos).sum(), use.busyNanos());
    assertTrue(use.elapsedNanos() >= use.busyNanos(), use.toString());
    assertEquals("a second run makes its launches one CUDA graph", use.replay());
    assertEquals("", use.before());
  }

  @Test
  void theProcessorHasNoTimeOfItsOwn() throws Exception {
    Trace trace = new Trace();
    on("cpu", () -> trace.record(() -> ones(F32, 5).add(1.0).eval()));
    assertEquals(List.of(), trace.uses());
  }

  @Test
  void theStateOfACardIsAskedForAsOftenAsATraceNeedsIt() {
    Deque<String> states = new ArrayDeque<>(List.of("1980 MHz", "1410 MHz"));
    SimulatedCard card = new SimulatedCard(text -> text);
    GpuBackend backend =
        new GpuBackend(card.gpu(), new Processor(), states::pop, new CublasLt.Found.Absent("none"));
    assertEquals("1980 MHz", backend.state());
    assertEquals("1410 MHz", backend.state());
  }

  @Test
  void theLimitsOfACardAreMeasuredOnMemoryThatIsGivenBack() {
    SimulatedCard card = new SimulatedCard(text -> text);
    Peaks peaks = new GpuPeaks(card.gpu(), new GpuPeaks.Sizes(2, 1, 1 << 14, 1 << 10)).measured();
    for (double rate :
        new double[] {
          peaks.f32(),
          peaks.f64(),
          peaks.half(),
          peaks.bandwidth(),
          peaks.cache(),
          peaks.launchNanos()
        }) {
      assertTrue(rate > 0 && Double.isFinite(rate), peaks.toString());
    }
    assertEquals(card.gpu().device(), peaks.device());
    assertEquals(4, peaks.threads());
    assertEquals(0, card.gpu().pool().usage().active());
    // Products are counted as they are made: of 16 x 8 x 16, a warp each.
    card.sim().takeCounters();
    new GpuPeaks(card.gpu(), new GpuPeaks.Sizes(3, 1, 1 << 10, 1 << 10)).measured();
    long products = card.sim().takeCounters().get("peak_bf16").matrixProducts();
    assertEquals(6 * 4 * 3 * PeakCode.flops(DType.BF16), products * 2.0 * 16 * 8 * 16);
  }

  /** The simulator has no limits that mean anything. */
  @Test
  void aSimulatedCardHasNoLimits() {
    SimulatedCard card = new SimulatedCard(text -> text);
    assertNull(new GpuBackend(card.gpu(), new Processor()).peaks());
    assertFalse(card.gpu().measures());
  }
}
