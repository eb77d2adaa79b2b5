package lazuli.gpu.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class WaitingTest {
  @Test
  void itAsksUntilItIsDoneAndParksInBetween() {
    int[] asked = new int[1];
    long start = System.nanoTime();
    Waiting.until(
        "it",
        () -> {
          asked[0]++;
          return System.nanoTime() - start > 1_000_000;
        });
    assertTrue(asked[0] > 1);
  }

  @Test
  void anInterruptEndsTheWaitAndStays() {
    Thread.currentThread().interrupt();
    CancellationException e =
        assertThrows(CancellationException.class, () -> Waiting.until("it", () -> false));
    assertEquals(
        "waiting for it was interrupted; the GPU goes on with what it was given", e.getMessage());
    assertTrue(Thread.interrupted());
  }

  @Test
  void errorsOfTheDriverComeOut() {
    assertThrows(
        DriverException.class,
        () ->
            Waiting.until(
                "it",
                () -> {
                  throw new DriverException("cuStreamQuery", 700, "x", "");
                }));
  }
}
