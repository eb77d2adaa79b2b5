package lazuli.array.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.Backend;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Candidate;
import lazuli.array.backend.Pool;
import lazuli.array.op.Aval;
import lazuli.array.op.Build;
import lazuli.array.op.Node;
import lazuli.array.op.Op;
import lazuli.array.op.Unary;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import org.junit.jupiter.api.Test;

/** The processor's kernels never get memory that only a device reads. */
class DeviceMemoryTest {
  private static final Device FAR = new Device("far", 0);

  /** A device without kernels, whose memory the processor does not read. */
  private static final class Far implements Backend, Pool {
    @Override
    public Device device() {
      return FAR;
    }

    @Override
    public List<Candidate> candidates(Op op, List<Aval> inputs, Aval output) {
      return new ArrayList<>();
    }

    @Override
    public Pool pool() {
      return this;
    }

    @Override
    public boolean hosted() {
      return false;
    }

    @Override
    public Buffer allocate(long bytes) {
      throw new AssertionError("nothing can be computed, so nothing is allocated");
    }

    @Override
    public void release(Buffer buffer) {}

    @Override
    public Usage usage() {
      return new Usage(0, 0, 0, 0);
    }
  }

  @Test
  void anOperationThatTheDeviceRefusesIsNotGivenToTheInterpreter() {
    Node x = Build.unary(Unary.EXP, Build.fill(DType.F32, Shape.of(10), 1.0));
    Walk walk = new Walk();
    walk.follow(List.of(x));
    Capabilities capabilities = new Capabilities("far", new Far(), new Far());
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class, () -> Planner.plan(walk, List.of(x), capabilities));
    assertEquals("no kernel of far runs", refused.getMessage().substring(0, 21));
  }
}
