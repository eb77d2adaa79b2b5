package lazuli.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import lazuli.array.backend.BackendProvider.Availability.Available;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.op.Build;
import lazuli.array.op.Node;
import lazuli.array.op.Unary;
import lazuli.array.plan.Evaluator;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import lazuli.gpu.exec.SimulatedCard;
import lazuli.gpu.sim.SimDriver;
import org.junit.jupiter.api.Test;

/** What a user sees and keeps when a device runs out of memory, is lost, or is interrupted. */
class GpuFaultsTest {
  private final Evaluator evaluator = new Evaluator("sim");
  private final GpuBackend backend =
      (GpuBackend) ((Available) evaluator.backends().found().get("sim")).backend();
  private final SimDriver sim = SimulatedCard.behind(backend.gpu());

  private Node given(int n) {
    Aval aval = new Aval(Shape.of(n, n), DType.F32, Device.CPU);
    return evaluator.give(
        aval,
        view -> {
          for (int i = 0; i < n * n; i++) {
            Elements.set(view.buffer().segment(), DType.F32, i, i % 7 - 3);
          }
        });
  }

  private double[] values(Node node) {
    View view = evaluator.read(node);
    double[] values = new double[(int) view.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Elements.get(view.buffer().segment(), view.dtype(), view.offset() + i);
    }
    return values;
  }

  /** Several steps, each with memory of its own. */
  private static Node chain(Node x) {
    return Build.softmax(Build.matmul(Build.unary(Unary.EXP, x), x), 1);
  }

  @Test
  void aSingleFailedAllocationIsRetriedAfterTheCacheWasGivenBack() {
    Node x = given(40);
    double[] right = values(chain(x));
    for (int n = 0; n < 4; n++) {
      backend.gpu().pool().trim();
      sim.failAllocation(n);
      assertArrayEquals(right, values(chain(x)), "allocation " + n);
    }
  }

  @Test
  void memoryThatRunsOutAtAnyAllocationIsToldAndLeavesEverythingAsItWas() {
    Node x = given(40);
    Node first = chain(x);
    double[] right = values(first);
    int refused = 0;
    // Reachable, so that nothing is given back while it is counted.
    List<Node> reachable = new ArrayList<>();
    for (int n = 0; n < 6; n++) {
      long before = evaluator.usage().active();
      backend.gpu().pool().trim();
      sim.failAllocations(n, 1000);
      Node again = chain(x);
      reachable.add(again);
      try {
        evaluator.evaluate(List.of(again));
      } catch (ArrayException full) {
        refused++;
        assertTrue(
            full.given()
                .matches(
                    "\\w+ to f32\\[40,40\\]: sim was asked for 6400 bytes beside \\d+ in use:"
                        + " cuMemAllocAsync answered .*"),
            full.given());
        assertTrue(full.given().contains("CUDA_ERROR_OUT_OF_MEMORY"), full.given());
        assertTrue(full.fix().startsWith("use smaller arrays"), full.fix());
        assertEquals(before, evaluator.usage().active(), "nothing is left behind");
      }
      sim.failAllocations(0, 0);
      assertArrayEquals(right, values(again), "the same arrays can be used again");
    }
    reachable.add(first);
    assertEquals(7, reachable.size());
    assertTrue(refused >= 2, refused + " refusals");
  }

  @Test
  void aLostDeviceSaysSoAndTheProcessorGoesOn() throws Exception {
    Node x = given(20);
    double[] kept = values(x);
    sim.lose("the GPU has fallen off the bus");
    ArrayException lost =
        assertThrows(ArrayException.class, () -> evaluator.evaluate(List.of(chain(x))));
    assertTrue(
        lost.given().contains("the GPU has fallen off the bus"), () -> "told: " + lost.given());
    assertEquals("a device that answers", lost.accepted());
    assertEquals(
        "the GPU does nothing more for this process: restart the kernel; arrays on the GPU are"
            + " lost. If it happens again, please report the operation",
        lost.fix());
    assertThrows(ArrayException.class, () -> values(x));
    double[] here =
        evaluator
            .backends()
            .on("cpu", () -> values(Build.unary(Unary.NEG, Build.fill(DType.F32, Shape.of(3), 2))));
    assertArrayEquals(new double[] {-2, -2, -2}, here);
    assertEquals(400, kept.length);
  }

  @Test
  void everythingIsGivenBackInTheEnd() {
    Node x = given(30);
    List<lazuli.array.plan.Storage> made = new ArrayList<>();
    evaluator.scoped(
        made,
        () -> {
          evaluator.evaluate(List.of(chain(x)));
          return 0;
        });
    assertFalse(made.isEmpty());
    backend.gpu().pool().trim();
    List<String> left = sim.leaks();
    assertEquals(
        1,
        left.stream().filter(l -> l.contains("bytes at")).count(),
        () -> "only x is on the device: " + left);
    assertEquals(
        List.of(),
        left.stream()
            .filter(l -> !l.contains("bytes at") && !l.startsWith("module ") && !l.startsWith("st"))
            .toList());
  }

  @Test
  void memoryThatWasGivenBackIsNotReadAgain() {
    Buffer buffer = backend.pool().allocate(1000);
    View stale = View.contiguous(buffer, DType.F32, Shape.of(100));
    backend.pool().release(buffer);
    backend.gpu().pool().trim();
    ArrayException e =
        assertThrows(
            ArrayException.class,
            () ->
                backend
                    .pool()
                    .read(stale.buffer(), 0, java.lang.foreign.Arena.ofAuto().allocate(400)));
    assertTrue(e.given().contains("into memory of 1024 bytes that was freed"), e.given());
  }

  @Test
  void anInterruptLeavesTheDeviceUsable() {
    Node x = given(20);
    double[] right = values(chain(x));
    long before = evaluator.usage().active();
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, () -> evaluator.evaluate(List.of(chain(x))));
    assertFalse(Thread.interrupted());
    assertEquals(before, evaluator.usage().active());
    assertArrayEquals(right, values(chain(x)));
  }
}
