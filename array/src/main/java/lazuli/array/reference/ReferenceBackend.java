package lazuli.array.reference;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.Backend;
import lazuli.array.backend.Candidate;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.Pool;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.op.Op;
import lazuli.array.profile.Work;
import lazuli.array.type.Device;

/**
 * Runs every operation through the float64 interpreter, in the processor's memory. What it gives is
 * what an operation means.
 */
final class ReferenceBackend implements Backend {
  private final Pool pool = new PlainPool();

  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public List<Candidate> candidates(Op op, List<Aval> inputs, Aval output) {
    Work work = op.work(inputs, output);
    // About 20 ns for each operation of the interpreter: never the fastest choice.
    double cost = 1e4 + 20 * work.flops();
    return List.of(
        new Candidate.Offer(new Interpreted(op, output, work), "computes in float64", cost));
  }

  @Override
  public Pool pool() {
    return pool;
  }

  private record Interpreted(Op op, Aval output, Work work) implements Kernel {
    @Override
    public String name() {
      return "reference";
    }

    @Override
    public String details() {
      return "float64";
    }

    @Override
    public void launch(List<View> inputs, View to) {
      List<Dense> in = new ArrayList<>();
      for (View view : inputs) {
        in.add(Dense.read(view));
      }
      Interpreter.run(op, in, output).write(to);
    }
  }
}
