package lazuli.array.cpu;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.View;
import lazuli.array.op.FusedMatMul;

/**
 * What follows a matrix product, applied in place to the parts of its result that were just
 * written.
 */
final class Epilogue {
  private final Registers program;
  private final List<Feed> feeds = new ArrayList<>();
  private final Number[] parameters;
  private final long start;
  private final int bytes;

  /**
   * Prepares a program.
   *
   * @param inputs its operands without the product, in the shape of its result
   * @param output the product, and the result
   */
  Epilogue(Registers program, FusedMatMul op, List<View> inputs, View output, Number[] parameters) {
    this.program = program;
    this.parameters = parameters;
    this.start = Memory.address(output);
    this.bytes = output.dtype().bytes();
    int next = 0;
    for (int i = 0; i <= inputs.size(); i++) {
      feeds.add(new Feed(i == op.product() ? output : inputs.get(next++)));
    }
  }

  /** Applies it to a tile: rows of n adjacent elements, a number of bytes apart. */
  void apply(long address, int rows, long rowBytes, int n) {
    boolean whole = rowBytes == (long) n * bytes;
    int lines = whole ? 1 : rows;
    long length = whole ? (long) rows * n : n;
    int most = (int) Math.min(FusedKernel.BLOCK, length);
    ProgramRun run = new ProgramRun(program, feeds, parameters, most);
    for (int i = 0; i < lines; i++) {
      long line = address + i * rowBytes;
      for (long done = 0; done < length; done += most) {
        long at = line + done * bytes;
        run.block((at - start) / bytes, (int) Math.min(most, length - done), at);
      }
    }
  }
}
