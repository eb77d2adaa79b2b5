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

  /** The program's parts for the smallest launches, whose time is the overhead. */
  private final Registers.Step[] steps;

  private final Registers.Constant[] constants;
  private final int slots;
  private final boolean direct;

  FusedKernel(Fused fused, int inputs, Work work) {
    this.program = Registers.of(fused, inputs);
    this.steps = program.steps().toArray(new Registers.Step[0]);
    this.constants = program.constants().toArray(new Registers.Constant[0]);
    this.slots = program.slots();
    this.direct = program.inputs().stream().allMatch(Bank::direct);
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
    if (direct && size <= BLOCK && small(inputs, to, (int) size, parameters)) {
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
    int operands = inputs.size();
    long[] at = new long[slots + 1];
    for (int i = 0; i < operands; i++) {
      View in = inputs.get(i);
      if (!in.isContiguous()) {
        return false;
      }
      at[i] = Memory.address(in);
    }
    long bytes = 8L * ((n + 7) & -8);
    long memory = Scratch.current().bytes(Slot.REGISTERS, bytes * slots);
    for (int i = operands; i < slots; i++) {
      at[i] = memory + i * bytes;
    }
    at[slots] = output;
    for (Registers.Constant c : constants) {
      c.fill(at[c.slot()], n, parameters);
    }
    for (Registers.Step s : steps) {
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
