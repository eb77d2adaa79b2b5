package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;

/**
 * A reduction of what a pointwise program computes, which is never written to memory.
 *
 * @param program gives the operand
 * @param reduce the reduction
 */
public record FusedReduce(Fused program, Reduce reduce) implements Primitive {
  @Override
  public String label() {
    return program.label() + "+" + reduce.label();
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    throw new IllegalStateException("the plan makes fused programs, not the graph");
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    double bytes = output.bytes();
    for (Aval in : inputs) {
      bytes += in.bytes();
    }
    return Work.of((program.operations() + 1.0) * program.shape().size(), bytes);
  }
}
