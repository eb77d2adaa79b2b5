package lazuli.array.cpu;

import java.util.List;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.type.DType;

/** A fused program at work on one thread: blocks of elements, with registers in the cache. */
final class ProgramRun {
  private final Registers program;
  private final List<Feed> feeds;
  private final long[] at;

  /**
   * Fills the constants.
   *
   * @param feeds the operands
   * @param most the most elements of one block
   */
  ProgramRun(Registers program, List<Feed> feeds, Number[] parameters, int most) {
    this.program = program;
    this.feeds = feeds;
    long bytes = 8L * ((most + 7) & -8);
    long memory = Scratch.current().bytes(Slot.REGISTERS, bytes * program.slots());
    at = new long[program.slots() + 1];
    for (int i = 0; i < program.slots(); i++) {
      at[i] = memory + i * bytes;
    }
    List<Registers.Constant> constants = program.constants();
    for (int i = 0; i < constants.size(); i++) {
      Registers.Constant c = constants.get(i);
      c.fill(at[c.slot()], most, parameters);
    }
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
      if (feed.dense() && Bank.direct(program.inputs().get(i))) {
        at[i] = feed.address(start);
      } else if (!feed.constant()) {
        load(i, start, n);
      }
    }
    at[program.output()] = output;
    List<Registers.Step> steps = program.steps();
    for (int i = 0; i < steps.size(); i++) {
      Registers.Step s = steps.get(i);
      s.loop().run(at[s.to()], at[s.a()], at[s.b()], at[s.c()], n);
    }
  }

  private void load(int input, long start, int n) {
    DType type = program.inputs().get(input);
    Bank bank = Bank.of(type);
    feeds.get(input).read(Movers.load(type), start, n, at[input], bank == null ? 0 : bank.bytes());
  }
}
