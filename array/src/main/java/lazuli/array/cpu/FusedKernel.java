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
 * result in the first-level cache; later, when it was run often enough, with loops of its own (see
 * {@link Tiers}). Dense operands and results whose memory looks like registers are read and written
 * in place.
 */
final class FusedKernel implements Kernel {
  /** Elements of one block. */
  static final int BLOCK = 2048;

  /** Blocks that one thread claims at a time. */
  private static final int BLOCKS = 8;

  private final Registers program;
  private final DType dtype;
  private final Work work;

  private final Tiers tiers;
  private final int slots;
  private final boolean direct;

  /** Whether every operand that is not direct is of a half type. */
  private final boolean halves;

  FusedKernel(Fused fused, int inputs, Work work) {
    this(fused, inputs, work, Tiers.MODE);
  }

  FusedKernel(Fused fused, int inputs, Work work, Tiers.Mode mode) {
    this.program = Registers.of(fused, inputs);
    this.tiers = new Tiers(program, fused.dtype(), mode);
    this.slots = program.slots();
    this.direct = program.inputs().stream().allMatch(Bank::direct);
    this.halves = program.inputs().stream().allMatch(type -> Bank.direct(type) || type.isHalf());
    this.dtype = fused.dtype();
    this.work = work;
  }

  @Override
  public String name() {
    return tiers.now().generated() ? "generated loop" : "blocks";
  }

  @Override
  public String details() {
    return tiers.details();
  }

  Tiers tiers() {
    return tiers;
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
    Stages stages = tiers.launch(size);
    boolean inPlace = direct || stages.raw() && halves;
    if (inPlace && size <= BLOCK && small(stages, inputs, to, (int) size, parameters)) {
      return;
    }
    List<Feed> feeds = new ArrayList<>();
    boolean dense = inPlace && stages.whole();
    for (View in : inputs) {
      Feed feed = new Feed(in);
      feeds.add(feed);
      dense &= feed.dense();
    }
    long chunk = (long) BLOCK * BLOCKS;
    // A loop over a block in the first-level cache takes about an eighth of a nanosecond for each
    // element.
    long nanos = size * (stages.count() + 2) / 8;
    // One loop over operands in memory needs no blocks.
    int most = dense ? (int) chunk : BLOCK;
    Workers.run(
        Math.toIntExact(Math.ceilDiv(size, chunk)),
        nanos,
        item -> {
          long start = item * chunk;
          run(stages, feeds, to, start, Math.min(size, start + chunk), most, parameters);
        });
    Reference.reachabilityFence(inputs);
  }

  /** One block of operands that are read in place: no thread is woken and nothing is gathered. */
  private boolean small(Stages stages, List<View> inputs, long output, int n, Number[] parameters) {
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
    stages.fill(at, n, parameters);
    stages.run(at, n);
    Reference.reachabilityFence(inputs);
    return true;
  }

  private void run(
      Stages stages,
      List<Feed> feeds,
      long output,
      long start,
      long end,
      int length,
      Number[] parameters) {
    int most = (int) Math.min(length, end - start);
    ProgramRun run = new ProgramRun(program, stages, feeds, parameters, most);
    for (long block = start; block < end; block += most) {
      run.block(block, (int) Math.min(most, end - block), output + block * dtype.bytes());
    }
  }
}
