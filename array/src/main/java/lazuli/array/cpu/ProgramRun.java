package lazuli.array.cpu;

import java.util.List;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.type.DType;

/** A fused program at work on one thread: blocks of elements, with registers in the cache. */
final class ProgramRun {
  private final Registers program;
  private final Stages stages;
  private final List<Feed> feeds;
  private final long[] at;

  /**
   * Fills the constants.
   *
   * @param feeds the operands
   * @param most the most elements of one block
   */
  ProgramRun(Registers program, List<Feed> feeds, Number[] parameters, int most) {
    this(program, Stages.blocks(program), feeds, parameters, most);
  }

  /** The same with another way to compute the blocks. */
  ProgramRun(Registers program, Stages stages, List<Feed> feeds, Number[] parameters, int most) {
    this.program = program;
    this.stages = stages;
    this.feeds = feeds;
    long bytes = 8L * ((most + 7) & -8);
    long memory = Scratch.current().bytes(Slot.REGISTERS, bytes * program.slots());
    at = new long[program.slots() + 1];
    for (int i = 0; i < program.slots(); i++) {
      at[i] = memory + i * bytes;
    }
    stages.fill(at, most, parameters);
    for (int i = 0; i < feeds.size(); i++) {
      if (feeds.get(i).constant()) {
        load(i, 0, most);
      }
    }
  }

  /** Computes n elements from a number on, in row-major order, to adjacent places. */
  void block(long start, int n, long output) {
    for (int i = 0; i < feeds.size(); i++) {
      Feed feed = feeds.get(i);
      if (feed.dense() && inPlace(program.inputs().get(i))) {
        at[i] = feed.address(start);
      } else if (!feed.constant()) {
        load(i, start, n);
      }
    }
    at[program.output()] = output;
    stages.run(at, n);
  }

  private boolean inPlace(DType type) {
    return Bank.direct(type) || stages.raw() && type.isHalf();
  }

  private void load(int input, long start, int n) {
    DType type = program.inputs().get(input);
    if (stages.raw() && type.isHalf()) {
      feeds.get(input).read(Movers.same(2), start, n, at[input], 2);
      return;
    }
    Bank bank = Bank.of(type);
    feeds.get(input).read(Movers.load(type), start, n, at[input], bank == null ? 0 : bank.bytes());
  }
}
