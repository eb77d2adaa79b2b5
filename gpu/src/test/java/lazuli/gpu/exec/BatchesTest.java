package lazuli.gpu.exec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import lazuli.array.backend.View;
import lazuli.array.op.Fused;
import lazuli.array.op.Unary;
import lazuli.array.profile.Work;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import lazuli.gpu.kernels.FusedKernel;
import org.junit.jupiter.api.Test;

/** Launches of a plan that comes again are one graph. */
class BatchesTest {
  private final SimulatedCard card = new SimulatedCard(text -> text);
  private final Gpu gpu = card.gpu();
  private final Object plan = new Object();

  private View of(double value, int n) {
    double[] values = new double[n];
    Arrays.fill(values, value);
    return card.given(DType.F32, Shape.of(n), values);
  }

  private View apply(Unary row, View x) {
    View to = card.empty(DType.F32, x.shape());
    Fused program =
        new Fused(
            x.shape(),
            List.of(new Fused.Load(0, DType.F32), new Fused.Apply(row, 0, -1, -1, DType.F32)));
    new FusedKernel(gpu, program, Work.NONE).launch(List.of(x), to);
    return to;
  }

  /** {@return -x squared, made by two launches} */
  private double[] run(View x) {
    gpu.begin(plan);
    View result = apply(Unary.NEG, apply(Unary.SQUARE, x));
    gpu.end();
    return card.read(result);
  }

  private static double[] all(double value, int n) {
    double[] values = new double[n];
    Arrays.fill(values, value);
    return values;
  }

  @Test
  void theSecondRunMakesAGraphThatLaterOnesLaunchWithTheirAddressesAndLengths() {
    assertEquals("a second run makes its launches one CUDA graph", gpu.replay(plan));
    assertArrayEquals(all(-4, 8), run(of(2, 8)));
    assertEquals("a second run makes its launches one CUDA graph", gpu.replay(plan));
    assertEquals(2, card.takeCalls("launch"));
    assertArrayEquals(all(-9, 8), run(of(3, 8)));
    assertEquals(0, card.takeCalls("launch"));
    assertEquals(1, card.takeCalls("launchGraph"));
    assertEquals(2, card.takeCalls("addLaunch"));
    for (int n : new int[] {8, 16, 400, 4}) {
      assertArrayEquals(all(-25, n), run(of(5, n)), n + " elements");
    }
    assertEquals(0, card.takeCalls("launch"));
    assertEquals(4, card.takeCalls("launchGraph"));
    assertEquals(0, card.takeCalls("addLaunch"));
    assertEquals(
        "2 launches are one CUDA graph, launched 5 times; 2 of them got other arguments last",
        gpu.replay(plan));
  }

  @Test
  void theSameMemoryNeedsNoChange() {
    View x = of(2, 8);
    View y = card.empty(DType.F32, Shape.of(8));
    for (int i = 0; i < 4; i++) {
      gpu.begin(plan);
      gpu.clear(y.buffer().segment().address(), 32);
      gpu.clear(x.buffer().segment().address(), 16);
      gpu.end();
    }
    assertEquals(0, card.takeCalls("setGraphArguments"));
    assertTrue(gpu.replay(plan).endsWith("launched 3 times; 0 of them got other arguments last"));
    assertArrayEquals(new double[] {0, 0, 0, 0, 2, 2, 2, 2}, card.read(x));
  }

  @Test
  void stepsOfTheProcessorMakeNoGraphAndSayWhy() {
    View x = of(2, 8);
    for (int i = 0; i < 3; i++) {
      gpu.begin(plan);
      View square = apply(Unary.SQUARE, x);
      gpu.hostStep("cpu:sort");
      assertArrayEquals(all(4, 8), card.read(square));
      View negated = apply(Unary.NEG, square);
      gpu.end();
      assertArrayEquals(all(-4, 8), card.read(negated));
    }
    assertEquals("no CUDA graph: step cpu:sort runs on the CPU", gpu.replay(plan));
    assertEquals(0, card.takeCalls("launchGraph"));
  }

  @Test
  void fewLaunchesMakeNoGraph() {
    View x = of(2, 8);
    for (int i = 0; i < 3; i++) {
      gpu.begin(plan);
      View y = apply(Unary.NEG, x);
      gpu.end();
      assertArrayEquals(all(-2, 8), card.read(y));
    }
    assertEquals("no CUDA graph: it is one launch", gpu.replay(plan));
    Object nothing = new Object();
    for (int i = 0; i < 2; i++) {
      gpu.begin(nothing);
      gpu.end();
    }
    assertEquals("no CUDA graph: it launches nothing", gpu.replay(nothing));
  }

  /** Another kernel is no other argument: the graph is made anew, and given up in the end. */
  @Test
  void otherKernelsMakeAnotherGraphAndManyNone() {
    Unary[] rows = {
      Unary.NEG, Unary.NEG, Unary.SQUARE, Unary.ABS, Unary.NEG, Unary.SQUARE, Unary.ABS, Unary.ABS
    };
    for (Unary row : rows) {
      View x = of(2, 8);
      gpu.begin(plan);
      View y = apply(row, apply(row, x));
      gpu.end();
      assertArrayEquals(all(row == Unary.SQUARE ? 16 : 2, 8), card.read(y), row.label());
    }
    assertEquals("no CUDA graph: its kernels changed in 4 of 6 runs", gpu.replay(plan));
    assertEquals(4, card.takeCalls("launchGraph"));
    assertEquals(3 + 1, card.takeCalls("destroyExecutable"), "none is left behind");
    assertEquals(0, card.takeCalls("setGraphArguments"));
  }

  @Test
  void anAbandonedRunLaunchesNothingOfWhatItHeldBack() {
    run(of(2, 8));
    run(of(2, 8));
    View x = of(2, 8);
    card.takeCalls("launch");
    gpu.begin(plan);
    apply(Unary.SQUARE, x);
    gpu.abandon();
    assertEquals(0, card.takeCalls("launch"));
    assertArrayEquals(all(-9, 8), run(of(3, 8)));
  }

  @Test
  void memoryThatIsGivenBackInBetweenIsNotUsedByAGraph() {
    run(of(2, 8));
    run(of(2, 8));
    View x = of(3, 8);
    gpu.begin(plan);
    View square = apply(Unary.SQUARE, x);
    gpu.pool().trim();
    View y = apply(Unary.NEG, square);
    gpu.end();
    assertArrayEquals(all(-9, 8), card.read(y));
    gpu.pool().trim();
    gpu.synchronize("test");
    assertEquals(List.of(), card.sim().leaks().stream().filter(l -> l.contains("graph")).toList());
  }

  @Test
  void onlySoManyGraphsAreKept() {
    for (int i = 0; i < 70; i++) {
      Object one = new Object();
      for (int k = 0; k < 2; k++) {
        gpu.begin(one);
        gpu.clear(card.empty(DType.F32, Shape.of(4)).buffer().segment().address(), 16);
        gpu.clear(card.empty(DType.F32, Shape.of(4)).buffer().segment().address(), 16);
        gpu.end();
      }
    }
    assertEquals(
        64, card.sim().leaks().stream().filter(l -> l.startsWith("instantiated graph")).count());
  }

  @Test
  void aDriverThatRefusesGraphsGetsLaunches() {
    run(of(2, 8));
    card.refuse("instantiate");
    assertArrayEquals(all(-9, 8), run(of(3, 8)));
    assertTrue(
        gpu.replay(plan).startsWith("no CUDA graph: the driver refused one: instantiate answered"),
        gpu.replay(plan));
    assertArrayEquals(all(-16, 8), run(of(4, 8)));
  }

  @Test
  void aLostDeviceIsToldOf() {
    run(of(2, 8));
    View x = of(2, 8);
    gpu.synchronize("test");
    gpu.begin(plan);
    apply(Unary.NEG, apply(Unary.SQUARE, x));
    card.sim().lose("gone");
    ArrayException lost = assertThrows(ArrayException.class, gpu::end);
    assertTrue(
        lost.given().startsWith("evaluation on sim (simulated GPU): cu")
            && lost.given().endsWith("it is of one of neg, square"),
        lost.given());
  }
}
