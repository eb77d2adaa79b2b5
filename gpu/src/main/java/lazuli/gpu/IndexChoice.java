package lazuli.gpu;

import java.util.List;
import lazuli.array.backend.Candidate;
import lazuli.array.backend.Kernel;
import lazuli.array.op.ArgReduce;
import lazuli.array.op.ArgSort;
import lazuli.array.op.Aval;
import lazuli.array.op.Bitcast;
import lazuli.array.op.Concat;
import lazuli.array.op.Gather;
import lazuli.array.op.Op;
import lazuli.array.op.PutAlong;
import lazuli.array.op.Scan;
import lazuli.array.op.Scatter;
import lazuli.array.op.SearchSorted;
import lazuli.array.op.SliceUpdate;
import lazuli.array.op.Sort;
import lazuli.array.op.TakeAlong;
import lazuli.array.op.Update;
import lazuli.array.profile.Refusal;
import lazuli.array.profile.Work;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.kernels.ArgReduceKernel;
import lazuli.gpu.kernels.GatherKernel;
import lazuli.gpu.kernels.PlaceKernel;
import lazuli.gpu.kernels.ScanKernel;
import lazuli.gpu.kernels.ScatterKernel;
import lazuli.gpu.kernels.SearchKernel;
import lazuli.gpu.kernels.SortKernel;

/** The kernels that move elements by their place or by their order. */
final class IndexChoice {
  // Rates for the choice of kernel only, of a card with 2 TB/s; they were not measured.
  private static final double LAUNCH = 3000;
  private static final double BYTES_PER_NANO = 2000;

  /** One index after another: three loads that wait for each other, some 400 ns each. */
  private static final double INDEX = 1200;

  private IndexChoice() {}

  /** Why a GPU kernel does not take the operands. */
  private record Reason(String code, String text) implements Refusal.Reason {}

  /** {@return the candidates, none for operations of another kind} */
  static List<Candidate> candidates(Gpu gpu, Op op, List<Aval> inputs, Aval output) {
    Work work = op.work(inputs, output);
    return switch (op) {
      case Gather gather -> offer(new GatherKernel(gpu, op, work), "a thread for each element");
      case TakeAlong along -> offer(new GatherKernel(gpu, op, work), "a thread for each element");
      case Scatter(var axes, var update) ->
          scatter(gpu, op, update, inputs.get(1), inputs.get(2).shape().size(), output, work);
      case PutAlong(int axis, var update) ->
          scatter(gpu, op, update, inputs.get(2), inputs.get(1).shape().dim(axis), output, work);
      case Concat c -> offer(new PlaceKernel(gpu, op, work), "moves elements");
      case SliceUpdate u -> offer(new PlaceKernel(gpu, op, work), "moves elements");
      case Bitcast b -> offer(new PlaceKernel(gpu, op, work), "moves elements");
      case ArgReduce reduce ->
          offer(new ArgReduceKernel(gpu, reduce, work), "keys of all types compare alike");
      case Scan scan ->
          ScanKernel.has(scan.row(), output.dtype())
              ? offer(new ScanKernel(gpu, scan, work), "joins in a fixed order")
              : refused("scan", "NO_PTX", "no PTX for " + op.label() + " of " + output.dtype());
      case Sort(int axis) -> sort(gpu, op, axis, inputs.getFirst(), work);
      case ArgSort(int axis) -> sort(gpu, op, axis, inputs.getFirst(), work);
      case SearchSorted search ->
          offer(new SearchKernel(gpu, search, work), "a thread for each value");
      default -> List.of();
    };
  }

  private static List<Candidate> offer(Kernel kernel, String why) {
    return List.of(
        new Candidate.Offer(kernel, why, LAUNCH + kernel.work().bytes() / BYTES_PER_NANO));
  }

  private static List<Candidate> refused(String kernel, String code, String text) {
    return List.of(new Candidate.Refused(new Refusal(kernel, new Reason(code, text))));
  }

  private static List<Candidate> scatter(
      Gpu gpu, Op op, Update update, Aval values, long steps, Aval output, Work work) {
    if (!ScatterKernel.has(update, output.dtype())) {
      return refused("scatter", "NO_PTX", "no PTX for " + op.label() + " of " + output.dtype());
    }
    Kernel kernel = new ScatterKernel(gpu, op, work);
    double nanos = LAUNCH + work.bytes() / BYTES_PER_NANO + steps * INDEX;
    long threads = values.shape().size() / Math.max(1, steps);
    String why = threads + " threads walk " + steps + " indices in order";
    return List.of(new Candidate.Offer(kernel, why, nanos));
  }

  private static List<Candidate> sort(Gpu gpu, Op op, int axis, Aval in, Work work) {
    long n = in.shape().dim(axis);
    long lines = n == 0 ? 0 : in.shape().size() / n;
    if (!SortKernel.fits(lines, n)) {
      return refused(
          "bitonic", "SIZE_TOO_LARGE", lines + " lines of " + n + ", padded to a power of two");
    }
    double passes = Math.max(1, Math.log(Math.max(2, n)) / Math.log(2) - 9);
    double nanos = LAUNCH * passes + passes * passes * 24 * in.shape().size() / BYTES_PER_NANO;
    return List.of(
        new Candidate.Offer(
            new SortKernel(gpu, op, axis, work), "the same network whatever the values", nanos));
  }
}
