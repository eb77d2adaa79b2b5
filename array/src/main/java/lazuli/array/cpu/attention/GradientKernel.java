package lazuli.array.cpu.attention;

import java.util.List;
import lazuli.array.attention.term.Derivative;
import lazuli.array.attention.term.Program;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Workers;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of attention by tiles: weights are computed again from the log-sum-exp and never
 * written out (Dao et al., FlashAttention, 2022). One task for each key head, whose queries it goes
 * through for every tile of keys; scratch grows with Tq + Tk.
 *
 * @param slope the derivative of the score change, or null
 * @param operands operands of the attention; the state and its gradient follow
 */
record GradientKernel(
    Geometry geometry,
    Rules rules,
    @Nullable Program slope,
    int operands,
    List<Dispatch.Cast> casts,
    Work work)
    implements Kernel {

  static GradientKernel of(
      Geometry g,
      Rules rules,
      lazuli.array.attention.Attention forward,
      int operands,
      List<Dispatch.Cast> casts,
      Work work) {
    Program slope = forward.score() == null ? null : new Program(Derivative.of(forward.score()));
    return new GradientKernel(g, rules, slope, operands, casts, work);
  }

  @Override
  public String name() {
    return "flash";
  }

  @Override
  public String details() {
    return FlashTask.QUERIES + "x" + GradientTask.TILE + " tiles, weights from the log-sum-exp";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    if (output.shape().size() == 0) {
      return;
    }
    FlashPlan plan = FlashPlan.of(geometry, rules, inputs, output, 1);
    Operand state = Operand.of(inputs.get(operands));
    Operand d = Operand.of(inputs.get(operands + 1));
    List<TableData> tables = rules.tables(inputs);
    long to = Memory.address(output);
    int tasks = geometry.batch() * geometry.keyHeads();
    long nanos = (long) (work.executed() / 50);
    Workers.run(
        tasks, nanos, task -> new GradientTask(plan, slope, tables, state, d, to, task).run());
  }
}
