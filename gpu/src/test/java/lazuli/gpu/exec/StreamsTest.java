package lazuli.gpu.exec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import lazuli.array.backend.View;
import lazuli.array.op.Fused;
import lazuli.array.op.Unary;
import lazuli.array.profile.Work;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import lazuli.gpu.kernels.FusedKernel;
import lazuli.gpu.sim.Counters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two streams and what orders them: the simulator does each as late, or as early, as it may. */
class StreamsTest {
  private static final Shape SHAPE = Shape.of(64);

  private final SimulatedCard card = new SimulatedCard(text -> text);

  private static double[] all(double value) {
    double[] values = new double[64];
    Arrays.fill(values, value);
    return values;
  }

  private static void negate(SimulatedCard card, View from, View to) {
    Fused program =
        new Fused(
            SHAPE,
            List.of(
                new Fused.Load(0, DType.F32), new Fused.Apply(Unary.NEG, 0, -1, -1, DType.F32)));
    new FusedKernel(card.gpu(), program, Work.NONE).launch(List.of(from), to);
  }

  /** Writes, negates, gives the memory back, and writes other values to it. */
  private static double[][] reused(SimulatedCard card) {
    View first = card.given(DType.F32, SHAPE, all(1));
    View minus = card.empty(DType.F32, SHAPE);
    negate(card, first, minus);
    card.gpu().pool().release(first.buffer());
    View second = card.given(DType.F32, SHAPE, all(2));
    assertEquals(first.buffer(), second.buffer(), "the memory is used again");
    return new double[][] {card.read(minus), card.read(second)};
  }

  private static SimulatedCard card(boolean early) {
    SimulatedCard card = new SimulatedCard(text -> text);
    card.given(DType.F32, SHAPE, all(9));
    if (early) {
      card.sim().early(card.gpu().uploads());
    }
    card.takeWaits();
    return card;
  }

  private static boolean right(double[][] got) {
    return Arrays.equals(all(-1), got[0]) && Arrays.equals(all(2), got[1]);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void launchesAndCopiesAreOrderedHoweverLateOrEarlyTheyRun(boolean early) {
    SimulatedCard card = card(early);
    assertTrue(right(reused(card)));
    assertEquals(4, card.takeWaits());
  }

  /** Without one of the waits that order the streams, values are wrong when copies run late. */
  @Test
  void aMissingWaitForACopyIsSeen() {
    assertEquals(List.of(1, 3), wrong(false));
  }

  /**
   * A copy that does not wait for launches overwrites what they have not read yet. The first wait
   * is for fresh memory, which the simulator has at once.
   */
  @Test
  void aMissingWaitForALaunchIsSeen() {
    assertEquals(List.of(2), wrong(true));
  }

  private static List<Integer> wrong(boolean early) {
    List<Integer> seen = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      SimulatedCard card = card(early);
      card.leaveOutWait(n);
      if (!right(reused(card))) {
        seen.add(n);
      }
    }
    return seen;
  }

  /** Memory that nothing uses any more is written without waiting for launches. */
  @Test
  void aCopyDoesNotWaitForLaunchesThatHaveNothingToDoWithIt() {
    View free = card.given(DType.F32, SHAPE, all(1));
    card.gpu().pool().release(free.buffer());
    card.gpu().synchronize("test");
    View x = card.given(DType.F32, SHAPE, all(3));
    View y = card.empty(DType.F32, SHAPE);
    card.gpu().synchronize("test");
    negate(card, x, y);
    card.gpu().pool().release(x.buffer());
    card.takeWaits();
    View other = card.given(DType.F32, SHAPE, all(2));
    assertEquals(2, card.takeWaits(), "x was in use by the launch: both ways");
    assertArrayEquals(all(2), card.read(other));
    View[] spare = {card.empty(DType.F32, SHAPE), card.empty(DType.F32, SHAPE)};
    card.gpu().pool().release(spare[0].buffer());
    card.gpu().pool().release(spare[1].buffer());
    card.gpu().synchronize("test");
    negate(card, y, card.empty(DType.F32, SHAPE));
    card.takeWaits();
    View last = card.given(DType.F32, SHAPE, all(4));
    assertEquals(spare[0].buffer(), last.buffer());
    assertEquals(1, card.takeWaits(), "free before the launch: launches wait for the copy only");
    assertArrayEquals(all(4), card.read(last));
  }

  @Test
  void aLaunchReturnsBeforeItRuns() {
    View x = card.given(DType.F32, SHAPE, all(3));
    View y = card.empty(DType.F32, SHAPE);
    negate(card, x, y);
    assertEquals(Counters.NONE, card.sim().counters());
    assertArrayEquals(all(-3), card.read(y));
    assertFalse(Counters.NONE.equals(card.sim().counters()));
  }

  @Test
  void anErrorThatIsToldLateNamesWhatItMayBeOf() {
    View x = card.given(DType.F32, SHAPE, all(3));
    View y = card.empty(DType.F32, SHAPE);
    card.gpu().synchronize("test");
    negate(card, x, y);
    card.sim().lose("an address that is not there");
    ArrayException late = assertThrows(ArrayException.class, () -> card.read(y));
    assertTrue(
        late.given().startsWith("copy from sim on sim (simulated GPU): cu")
            && late.given()
                .endsWith(
                    "an address that is not there; an error of a kernel is told late: it is of one"
                        + " of neg"),
        late.given());
  }

  @Test
  void anInterruptedWaitLeavesTheDeviceAtWork() {
    View x = card.given(DType.F32, SHAPE, all(3));
    View y = card.empty(DType.F32, SHAPE);
    negate(card, x, y);
    Thread.currentThread().interrupt();
    CancellationException stopped =
        assertThrows(CancellationException.class, () -> card.gpu().synchronize("test"));
    assertTrue(
        stopped.getMessage().endsWith("it goes on when something waits for it again"),
        stopped.getMessage());
    assertTrue(Thread.interrupted());
    assertArrayEquals(all(-3), card.read(y));
  }
}
