package lazuli.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReserveTest {
  private final OutOfMemoryError full = new OutOfMemoryError("Java heap space");

  @Test
  void aFullHeapIsSeenThroughWhatTheCompilerAndJShellWrapItIn() {
    assertSame(full, Reserve.fullHeap(full));
    assertSame(full, Reserve.fullHeap(new IllegalStateException(new RuntimeException(full))));
    assertSame(full, Reserve.fullHeap(new InternalError("Exception during compilation", full)));
    assertNull(Reserve.fullHeap(new InternalError("something else")));
  }

  @Test
  void theAdviceSaysHowLargeTheHeapIs() {
    String advice = Reserve.advice(full);
    assertTrue(advice.startsWith("The heap of "), advice);
    assertEquals("", Reserve.advice(new InternalError("something else")));
  }
}
