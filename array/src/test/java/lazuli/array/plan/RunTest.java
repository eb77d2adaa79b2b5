package lazuli.array.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import lazuli.array.backend.Backend;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Candidate;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.Pool;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.op.Build;
import lazuli.array.op.Node;
import lazuli.array.op.Op;
import lazuli.array.op.Reduction;
import lazuli.array.op.Unary;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import org.junit.jupiter.api.Test;

/** What happens to memory when a plan runs to its end, fails, or is interrupted in the middle. */
class RunTest {
  /** Counts buffers; every kernel runs {@code action} with its number. */
  private static final class Counting implements Backend, Pool {
    final Set<Buffer> live = new HashSet<>();
    int launched;
    int allocated;
    java.util.function.IntConsumer action = i -> {};

    @Override
    public Device device() {
      return Device.CPU;
    }

    @Override
    public Pool pool() {
      return this;
    }

    @Override
    public List<Candidate> candidates(Op op, List<Aval> inputs, Aval output) {
      Kernel kernel =
          new Kernel() {
            @Override
            public String name() {
              return "counting";
            }

            @Override
            public Work work() {
              return Work.NONE;
            }

            @Override
            public void launch(List<View> in, View out) {
              for (View view : in) {
                assertFalse(!live.contains(view.buffer()), "reads freed memory");
              }
              action.accept(launched++);
            }
          };
      return List.of(new Candidate.Offer(kernel, "counts", 1));
    }

    @Override
    public Buffer allocate(long bytes) {
      Buffer buffer = new Buffer(Device.CPU, Arena.ofAuto().allocate(bytes), bytes + allocated++);
      live.add(buffer);
      return buffer;
    }

    @Override
    public void release(Buffer buffer) {
      if (!live.remove(buffer)) {
        throw new AssertionError("released twice: " + buffer);
      }
    }

    @Override
    public Usage usage() {
      return new Usage(live.size(), 0, 0, 1L << 40);
    }
  }

  private final Counting backend = new Counting();
  private final Ownership ownership = new Ownership();

  /** exp, sum, add, sum, add: every vector and every sum dies on the way. */
  private static Node graph() {
    Node x = Build.unary(Unary.EXP, Build.fill(DType.F32, Shape.of(10), 1.0));
    for (int i = 0; i < 2; i++) {
      x = Build.add(x, Build.reduce(Reduction.SUM, x, true));
    }
    return x;
  }

  private void run(Node output) {
    Walk walk = new Walk();
    walk.follow(List.of(output));
    Capabilities capabilities = new Capabilities("counting", backend, backend);
    Plan plan = Planner.plan(walk, List.of(output), capabilities);
    Run run = new Run(plan, walk, ownership, backend, false);
    run.steps();
    run.settle(List.of(output), null);
  }

  @Test
  void onlyTheResultIsLeft() {
    Node output = graph();
    run(output);
    assertEquals(5, backend.launched);
    assertEquals(1, backend.live.size());
    assertEquals(3, backend.allocated, "one vector, overwritten in place, and two sums");
    ownership.release(((Stored) java.util.Objects.requireNonNull(output.value())).storage());
    assertEquals(Set.of(), backend.live);
  }

  @Test
  void anInterruptBetweenStepsGivesEverythingBack() {
    Node output = graph();
    backend.action =
        i -> {
          if (i == 2) {
            Thread.currentThread().interrupt();
          }
        };
    CancellationException e = assertThrows(CancellationException.class, () -> run(output));
    assertEquals(
        "evaluation was interrupted before sum; nothing was stored, and every array is as it was",
        e.getMessage());
    assertEquals(3, backend.launched);
    assertEquals(Set.of(), backend.live);
    assertNull(output.value());
    assertFalse(Thread.interrupted());
  }

  @Test
  void aKernelThatFailsGivesEverythingBack() {
    for (int failing = 0; failing < 5; failing++) {
      Counting fresh = backend;
      fresh.launched = 0;
      int at = failing;
      fresh.action =
          i -> {
            if (i == at) {
              throw new IllegalArgumentException("broken kernel");
            }
          };
      Node output = graph();
      assertThrows(IllegalArgumentException.class, () -> run(output));
      assertEquals(Set.of(), fresh.live, "failing at " + failing);
    }
  }
}
