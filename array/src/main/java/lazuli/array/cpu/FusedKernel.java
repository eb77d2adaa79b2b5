package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.op.Fused;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;

/**
 * Runs a fused program block by block, one compiled loop per operation, with every intermediate
 * result in the first-level cache. Dense operands and results whose memory looks like registers are
 * read and written in place.
 */
final class FusedKernel implements Kernel {
  /** Elements of one block. */
  static final int BLOCK = 2048;

  /** Blocks that one thread claims at a time. */
  private static final int BLOCKS = 8;

  private final Registers program;
  private final DType dtype;
  private final Work work;

  FusedKernel(Fused fused, int inputs, Work work) {
    this.program = Registers.of(fused, inputs);
    this.dtype = fused.dtype();
    this.work = work;
  }

  @Override
  public String name() {
    return "blocks";
  }

  @Override
  public String details() {
    return "blocks of " + BLOCK + ", " + program.steps().size() + " loops";
  }

  @Override
  public Work work() {
    return work;
  }

  @Override
  public boolean takesParameters() {
    return true;
  }

  @Override
  public void launch(List<View> inputs, View output) {
    launch(inputs, output, new Number[0]);
  }

  @Override
  public void launch(List<View> inputs, View output, Number[] parameters) {
    long size = output.shape().size();
    if (size == 0) {
      return;
    }
    long to = Memory.address(output);
    if (size <= BLOCK && small(inputs, to, (int) size, parameters)) {
      return;
    }
    List<Feed> feeds = new ArrayList<>();
    for (View in : inputs) {
      feeds.add(new Feed(in));
    }
    long chunk = (long) BLOCK * BLOCKS;
    // A loop over a block in the first-level cache takes about an eighth of a nanosecond for each
    // element.
    long nanos = size * (program.steps().size() + 2) / 8;
    Workers.run(
        Math.toIntExact(Math.ceilDiv(size, chunk)),
        nanos,
        item -> run(feeds, to, item * chunk, Math.min(size, (item + 1) * chunk), parameters));
    Reference.reachabilityFence(inputs);
  }

  /** One block of operands that are read in place: no thread is woken and nothing is gathered. */
  private boolean small(List<View> inputs, long output, int n, Number[] parameters) {
    for (int i = 0; i < inputs.size(); i++) {
      if (!Bank.direct(program.inputs().get(i)) || !inputs.get(i).isContiguous()) {
        return false;
      }
    }
    long bytes = 8L * ((n + 7) & -8);
    long memory = Scratch.current().bytes(Slot.REGISTERS, bytes * program.slots());
    long[] at = new long[program.slots() + 1];
    for (int i = 0; i < program.slots(); i++) {
      at[i] = memory + i * bytes;
    }
    for (int i = 0; i < inputs.size(); i++) {
      at[i] = Memory.address(inputs.get(i));
    }
    at[program.output()] = output;
    List<Registers.Constant> constants = program.constants();
    for (int i = 0; i < constants.size(); i++) {
      Registers.Constant c = constants.get(i);
      c.fill(at[c.slot()], n, parameters);
    }
    List<Registers.Step> steps = program.steps();
    for (int i = 0; i < steps.size(); i++) {
      Registers.Step s = steps.get(i);
      s.loop().run(at[s.to()], at[s.a()], at[s.b()], at[s.c()], n);
    }
    Reference.reachabilityFence(inputs);
    return true;
  }

  private void run(List<Feed> feeds, long output, long start, long end, Number[] parameters) {
    int most = (int) Math.min(BLOCK, end - start);
    ProgramRun run = new ProgramRun(program, feeds, parameters, most);
    for (long block = start; block < end; block += BLOCK) {
      run.block(block, (int) Math.min(BLOCK, end - block), output + block * dtype.bytes());
    }
  }
}
