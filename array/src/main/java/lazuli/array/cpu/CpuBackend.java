package lazuli.array.cpu;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.attention.Attention;
import lazuli.array.attention.AttentionGradient;
import lazuli.array.attention.AttentionStatistic;
import lazuli.array.backend.Backend;
import lazuli.array.backend.Candidate;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.Pool;
import lazuli.array.cpu.attention.AttentionKernels;
import lazuli.array.op.Arange;
import lazuli.array.op.ArgReduce;
import lazuli.array.op.ArgSort;
import lazuli.array.op.Aval;
import lazuli.array.op.Concat;
import lazuli.array.op.Copy;
import lazuli.array.op.Fill;
import lazuli.array.op.Fused;
import lazuli.array.op.FusedMatMul;
import lazuli.array.op.FusedReduce;
import lazuli.array.op.Gather;
import lazuli.array.op.LayerNorm;
import lazuli.array.op.MatMul;
import lazuli.array.op.Op;
import lazuli.array.op.PutAlong;
import lazuli.array.op.Random;
import lazuli.array.op.Reduce;
import lazuli.array.op.RmsNorm;
import lazuli.array.op.Scan;
import lazuli.array.op.Scatter;
import lazuli.array.op.SliceUpdate;
import lazuli.array.op.Softmax;
import lazuli.array.op.Sort;
import lazuli.array.op.TakeAlong;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Device;

/**
 * The processor's kernels and memory. Operations that are not offered, such as arithmetic on u64,
 * run with the reference kernels, on the same memory and under the name {@code reference}.
 */
final class CpuBackend implements Backend {
  // Rates for estimates, rounded down from measurements on a 2023 server core.
  private static final double FLOPS_PER_NANO = 80;
  private static final double BYTES_PER_NANO = 20;
  private static final double ELEMENTS_PER_NANO = 4;
  private static final double NANOS = 200;

  private final Pool pool;

  CpuBackend(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public Pool pool() {
    return pool;
  }

  @Override
  public List<Candidate> candidates(Op op, List<Aval> inputs, Aval output) {
    Work work = op.work(inputs, output);
    double elements = output.shape().size();
    for (Aval in : inputs) {
      elements = Math.max(elements, in.shape().size());
    }
    double moved = Math.max(elements / ELEMENTS_PER_NANO, work.bytes() / BYTES_PER_NANO);
    return switch (op) {
      case MatMul product ->
          offer(
              MatMulKernel.of(
                  output.shape(),
                  inputs.getFirst().shape().dim(-1),
                  output.dtype(),
                  work,
                  casts(List.of("a", "b"), inputs)),
              "computes in vectors of " + Species.BITS + " bits",
              Math.max(work.flops() / FLOPS_PER_NANO, work.bytes() / BYTES_PER_NANO));
      case Fused program when Registers.holds(program) ->
          offer(
              new FusedKernel(program, inputs.size(), work),
              "one pass over memory, in blocks that stay in the cache",
              Math.max(work.flops() / ELEMENTS_PER_NANO, work.bytes() / BYTES_PER_NANO));
      case FusedMatMul product when MatMulKernel.fits(product, inputs.getFirst().dtype()) ->
          offer(
              MatMulKernel.of(
                  FusedMatMul.product(inputs).shape(),
                  inputs.getFirst().shape().dim(-1),
                  product,
                  inputs.size(),
                  output.dtype(),
                  work,
                  casts(List.of("a", "b"), inputs.subList(0, 2))),
              "what follows the product is applied to each tile in the cache",
              Math.max(work.flops() / FLOPS_PER_NANO, work.bytes() / BYTES_PER_NANO));
      case FusedReduce reduce when FusedReduceKernel.fits(reduce) ->
          offer(
              FusedReduceKernel.of(reduce, inputs.size(), work),
              "the operand is folded while it is in the cache",
              Math.max(work.flops() / ELEMENTS_PER_NANO, work.bytes() / BYTES_PER_NANO));
      case Copy copy -> offer(new CopyKernel(work), "moves bytes", moved);
      case SliceUpdate update -> offer(new SliceUpdateKernel(update, work), "moves bytes", moved);
      case Fill fill -> offer(new FillKernel(fill, work), "writes vectors", moved);
      case Arange range -> offer(new SequenceKernel(range, work), "writes in order", moved);
      case Random random ->
          offer(new SequenceKernel(random, work), "every element by itself", 30 * elements);
      case Reduce reduce when Bank.of(output.dtype()) != null ->
          offer(new ReduceKernel(reduce, work), "folds vectors", moved);
      case ArgReduce reduce when Bank.of(inputs.getFirst().dtype()) != null ->
          offer(new ArgReduceKernel(reduce, work), "scans in order", elements);
      case Gather gather ->
          offer(new GatherKernel(gather, work), "checks indices, then moves rows", 2 * moved);
      case Scatter scatter ->
          offer(new ScatterKernel(scatter, work), "puts values in order", 4 * moved);
      case TakeAlong take ->
          offer(new AlongKernel(take, take.axis(), work), "line by line", 10 * elements);
      case PutAlong put ->
          offer(new AlongKernel(put, put.axis(), work), "line by line", 10 * elements);
      case Concat concat -> offer(new ConcatKernel(concat.axis(), work), "moves bytes", moved);
      case Scan scan ->
          offer(new LineKernel(scan, scan.axis(), work), "line by line", 3 * elements);
      case Sort sort ->
          offer(new LineKernel(sort, sort.axis(), work), "line by line", 3 * work.flops());
      case ArgSort sort ->
          offer(new LineKernel(sort, sort.axis(), work), "line by line", 4 * work.flops());
      case Softmax softmax
          when softmax.axis() == output.shape().rank() - 1 && output.dtype().isFloat() ->
          offer(
              new SoftmaxKernel(work, casts(softmax.operands(), inputs)),
              "reads and writes each row once",
              Math.max(elements, moved));
      case RmsNorm norm when NormKernel.fits(inputs, output) ->
          offer(
              new NormKernel(
                  false, norm.eps(), norm.weighted(), false, work, casts(norm.operands(), inputs)),
              "reads and writes each row once",
              Math.max(elements, moved));
      case LayerNorm norm when NormKernel.fits(inputs, output) ->
          offer(
              new NormKernel(
                  true,
                  norm.eps(),
                  norm.weighted(),
                  norm.biased(),
                  work,
                  casts(norm.operands(), inputs)),
              "reads and writes each row once",
              Math.max(elements, moved));
      case Attention attention -> AttentionKernels.candidates(attention, inputs, output);
      case AttentionStatistic statistic -> AttentionKernels.candidates(statistic, inputs, output);
      case AttentionGradient gradient -> AttentionKernels.candidates(gradient, inputs, output);
      default -> List.of();
    };
  }

  /** The conversions of half types that a kernel computing in f32 makes as it loads. */
  private static List<Dispatch.Cast> casts(List<String> names, List<Aval> inputs) {
    List<Dispatch.Cast> casts = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      DType dtype = inputs.get(i).dtype();
      if (dtype.isHalf()) {
        casts.add(new Dispatch.Cast(names.get(i), dtype, DType.F32, "tile load", "kernel"));
      }
    }
    return casts;
  }

  private static List<Candidate> offer(Kernel kernel, String why, double nanos) {
    return List.of(new Candidate.Offer(kernel, why, NANOS + nanos / Workers.threads()));
  }
}
