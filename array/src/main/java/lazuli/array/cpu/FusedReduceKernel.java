package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.op.FusedReduce;
import lazuli.array.op.Reduction;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * Reduces what a fused program computes, block by block in the cache: its operands are read once
 * and its result is never written. Cut into parts as {@link ReduceKernel} does, by shape alone.
 */
final class FusedReduceKernel implements Kernel {
  private static final long PART = 1 << 17;

  /** Shorter rows of neighbouring results cost more than they save. */
  private static final long SHORT_ROW = 32;

  private final Registers program;
  private final Tiers tiers;
  private final Reduction row;
  private final DType dtype;
  private final Work work;
  private final long outer;
  private final long count;
  private final long inner;
  private final long weight;

  private FusedReduceKernel(FusedReduce op, int inputs, Work work, Tiers.Mode mode, long[] sizes) {
    this.program = Registers.of(op.program(), inputs, false);
    // What is folded stays in registers, whatever its type.
    this.tiers = new Tiers(program, DType.F32, mode);
    this.row = op.reduce().row();
    this.dtype = op.program().dtype();
    this.work = work;
    this.outer = sizes[0];
    this.count = sizes[1];
    this.inner = sizes[2];
    this.weight = program.steps().size() + 2L;
  }

  /** Whether the reduced dimensions are neighbours, and are the last or leave long rows. */
  static boolean fits(FusedReduce op) {
    long[] sizes = sizes(op);
    return sizes.length == 3
        && (sizes[2] == 1 || sizes[2] >= SHORT_ROW)
        && Bank.of(op.program().dtype()) != null
        && Registers.holds(op.program());
  }

  static FusedReduceKernel of(FusedReduce op, int inputs, Work work) {
    return of(op, inputs, work, Tiers.MODE);
  }

  static FusedReduceKernel of(FusedReduce op, int inputs, Work work, Tiers.Mode mode) {
    return new FusedReduceKernel(op, inputs, work, mode, sizes(op));
  }

  /** The sizes before, of and after the reduced dimensions; empty when they are no neighbours. */
  private static long[] sizes(FusedReduce op) {
    Shape shape = op.program().shape();
    long[] sizes = {1, 1, 1};
    int at = 0;
    for (int i = 0; i < shape.rank(); i++) {
      long dim = shape.dim(i);
      boolean reduced = op.reduce().axes().contains(i);
      if (dim == 1) {
        continue;
      }
      if (reduced && at == 2) {
        return new long[0];
      }
      at = reduced ? 1 : at == 1 ? 2 : at;
      sizes[at] *= dim;
    }
    return sizes;
  }

  @Override
  public String name() {
    return tiers.now().generated() ? "reduce, generated loop" : "reduce";
  }

  @Override
  public String details() {
    return "the operand is computed in blocks and never written: " + tiers.details();
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
    long results = output.shape().size();
    if (results == 0) {
      return;
    }
    List<Feed> feeds = new ArrayList<>();
    for (View in : inputs) {
      feeds.add(new Feed(in));
    }
    Folding folding = Folding.of(row, dtype);
    Stages stages = tiers.launch(results * count);
    Results to = new Results(row, output, Memory.address(output), count);
    if (inner == 1) {
      rows(stages, feeds, parameters, folding, to, results);
    } else {
      columns(stages, feeds, parameters, folding, to, results);
    }
    Reference.reachabilityFence(inputs);
  }

  private void rows(
      Stages stages,
      List<Feed> feeds,
      Number[] parameters,
      Folding folding,
      Results to,
      long results) {
    int parts = (int) Math.max(1, Math.ceilDiv(count, PART));
    int together = Math.clamp(PART / Math.max(1, count), 1, Results.MOST);
    Results.Parts partial = to.parts(results, parts);
    Workers.run(
        Math.toIntExact(Math.ceilDiv(results, together) * parts),
        results * count * weight / 8,
        item -> {
          int part = item % parts;
          long first = (long) (item / parts) * together;
          int some = (int) Math.min(together, results - first);
          Results.Block block = to.block(some);
          long start = first * count + part * PART;
          long end =
              parts == 1 ? (first + some) * count : Math.min((first + 1) * count, start + PART);
          if (count == 0) {
            folding.none(block, some);
          } else {
            fold(stages, feeds, parameters, folding, first, start, end, block);
          }
          partial.add(part, first, some, block);
        });
    partial.finish();
  }

  /** Folds elements start to end, whose first belongs to a result's row, into the row's result. */
  private void fold(
      Stages stages,
      List<Feed> feeds,
      Number[] parameters,
      Folding folding,
      long first,
      long start,
      long end,
      Results.Block block) {
    int most = (int) Math.min(FusedKernel.BLOCK, end - start);
    ProgramRun run = new ProgramRun(program, stages, feeds, parameters, most);
    int bytes = Objects.requireNonNull(Bank.of(dtype)).bytes();
    long memory = Scratch.current().bytes(Slot.ROW, 8L * FusedKernel.BLOCK);
    for (long at = start; at < end; at += most) {
      int n = (int) Math.min(most, end - at);
      run.block(at, n, memory);
      for (int done = 0; done < n; ) {
        long element = at + done;
        long result = element / count;
        long left = Math.min((result + 1) * count - element, n - done);
        int piece = (int) Math.min(left, Folding.RUN);
        boolean fresh = element == Math.max(start, result * count);
        folding.run(memory + (long) done * bytes, piece, block, (int) (result - first), fresh);
        done += piece;
      }
    }
  }

  private void columns(
      Stages stages,
      List<Feed> feeds,
      Number[] parameters,
      Folding folding,
      Results to,
      long results) {
    int wide = (int) Math.min(inner, Results.MOST);
    int across = Math.toIntExact(Math.ceilDiv(inner, wide));
    long deep = Math.max(1, PART / wide);
    int parts = (int) Math.max(1, Math.ceilDiv(count, deep));
    Results.Parts partial = to.parts(results, parts);
    Workers.run(
        Math.toIntExact(outer * across * parts),
        results * count * weight / 8,
        item -> {
          int part = item % parts;
          long column = (long) (item / parts % across) * wide;
          long before = item / parts / across;
          int n = (int) Math.min(wide, inner - column);
          Results.Block block = to.block(n);
          long end = Math.min(count, (part + 1) * deep);
          if (part * deep >= end) {
            folding.none(block, n);
          } else {
            ProgramRun run = new ProgramRun(program, stages, feeds, parameters, n);
            folding.rows(
                (r, memory) -> run.block((before * count + r) * inner + column, n, memory),
                n,
                part * deep,
                end,
                block);
          }
          partial.add(part, before * inner + column, n, block);
        });
    partial.finish();
  }
}
