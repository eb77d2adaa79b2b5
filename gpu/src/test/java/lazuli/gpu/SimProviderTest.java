package lazuli.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import lazuli.array.backend.BackendProvider;
import lazuli.array.backend.BackendProvider.Availability.Available;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.sim.SimDriver;
import org.junit.jupiter.api.Test;

class SimProviderTest {
  @Test
  void isFoundByServiceLoaderAndSaysWhatItIs() {
    BackendProvider found =
        ServiceLoader.load(BackendProvider.class).stream()
            .filter(p -> p.type() == SimProvider.class)
            .findFirst()
            .orElseThrow()
            .get();
    assertEquals("sim", found.kind());
    Available answer = (Available) found.probe();
    assertEquals("simulated GPU: correct, slow, its times mean nothing", answer.backend().about());
    assertSame(answer.backend(), ((Available) found.probe()).backend());
  }

  /** Backends are looked for in every session: whoever never computes on a GPU opens none. */
  @Test
  void nothingIsOpenedBeforeTheFirstUse() {
    AtomicInteger opened = new AtomicInteger();
    Gpu gpu =
        new Gpu(
            () -> {
              opened.incrementAndGet();
              return new SimDriver(1, 1 << 20);
            },
            "sim",
            0,
            "simulated GPU",
            1 << 20);
    GpuBackend backend = new GpuBackend(gpu, new Processor());
    backend.device();
    backend.about();
    assertEquals(0, backend.pool().usage().active());
    assertEquals(0, opened.get());
    backend.pool().release(backend.pool().allocate(100));
    backend.pool().release(backend.pool().allocate(5000));
    assertEquals(1, opened.get(), "one driver for all");
    assertTrue(gpu.multiprocessors() > 0);
    assertEquals(1, opened.get());
  }
}
