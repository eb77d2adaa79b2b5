package lazuli.gpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import lazuli.array.attention.Attention;
import lazuli.array.attention.AttentionShape;
import lazuli.array.attention.Causal;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Candidate;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import lazuli.gpu.exec.Gpu;

/**
 * Measures the kernels of a device for attention and for products against each other, once for each
 * class of shapes, on memory of its own; from then on their times are what was measured. Mutable:
 * the times.
 */
final class Contest {
  private static final int RUNS = 3;

  private final Gpu gpu;
  private final Map<Object, Map<String, Double>> measured = new ConcurrentHashMap<>();

  Contest(Gpu gpu) {
    this.gpu = gpu;
  }

  /** Shapes that share a winner: sizes within a factor of two. */
  private record Group(
      List<DType> types,
      Causal causal,
      boolean changed,
      long pairs,
      long group,
      long queries,
      long keys,
      long dim,
      long valueDim) {
    static Group of(Attention op, AttentionShape s, List<Aval> inputs) {
      List<DType> types = new ArrayList<>();
      inputs.forEach(in -> types.add(in.dtype()));
      return new Group(
          types,
          op.causal(),
          op.visible() != null || op.score() != null,
          log2(s.batch() * s.keyHeads()),
          s.heads() / Math.max(1, s.keyHeads()),
          log2(s.queries()),
          log2(s.keys()),
          s.dim(),
          s.valueDim());
    }

    private static long log2(long x) {
      return 64 - Long.numberOfLeadingZeros(Math.max(1, x) - 1);
    }
  }

  /** {@return the candidates, with measured times where there are several to choose from} */
  List<Candidate> timed(Attention op, List<Aval> inputs, Aval output, List<Candidate> all) {
    // With data that decides what is seen, the times of other data say nothing.
    boolean data =
        op.extras().starts() || op.extras().lengths() || op.extras().tables() > 0 || op.masked();
    if (data || op.forced() != null) {
      return all;
    }
    return timed(Group.of(op, op.shape(inputs), inputs), inputs, output, all);
  }

  /** Products that share a winner: sizes within a factor of two. */
  private record Sizes(DType type, long batch, long rows, long columns, long depth) {
    static Sizes of(List<Aval> inputs, Aval output) {
      Shape shape = output.shape();
      long rows = shape.dim(-2);
      long columns = shape.dim(-1);
      long batch = shape.size() / Math.max(1, rows * columns);
      long depth = inputs.getFirst().shape().dim(-1);
      return new Sizes(
          output.dtype(),
          Group.log2(batch),
          Group.log2(rows),
          Group.log2(columns),
          Group.log2(depth));
    }
  }

  /** {@return the candidates of a product, with measured times where there are several} */
  List<Candidate> timed(List<Aval> inputs, Aval output, List<Candidate> all) {
    return timed(Sizes.of(inputs, output), inputs, output, all);
  }

  private List<Candidate> timed(Object group, List<Aval> inputs, Aval output, List<Candidate> all) {
    List<Candidate.Offer> offers = new ArrayList<>();
    for (Candidate c : all) {
      if (c instanceof Candidate.Offer offer) {
        offers.add(offer);
      }
    }
    if (offers.size() < 2 || !gpu.measures()) {
      return all;
    }
    Map<String, Double> times =
        measured.computeIfAbsent(group, key -> measure(offers, inputs, output));
    if (times.isEmpty()) {
      return all;
    }
    List<Candidate> told = new ArrayList<>();
    for (Candidate c : all) {
      Double nanos = times.get(c.name());
      told.add(
          c instanceof Candidate.Offer offer && nanos != null
              ? new Candidate.Offer(
                  offer.kernel(),
                  offer.why() + String.format(Locale.ROOT, "; measured %.1f us", nanos / 1e3),
                  nanos)
              : c);
    }
    return told;
  }

  /** {@return the fastest of some runs of each kernel; empty when there is no memory for that} */
  private Map<String, Double> measure(List<Candidate.Offer> offers, List<Aval> in, Aval out) {
    List<Buffer> buffers = new ArrayList<>();
    try {
      List<View> inputs = new ArrayList<>();
      for (Aval aval : in) {
        inputs.add(zeros(aval, buffers));
      }
      View output = zeros(out, buffers);
      Map<String, Double> times = new HashMap<>();
      for (Candidate.Offer offer : offers) {
        offer.kernel().launch(inputs, output);
        double best = Double.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
          long start = gpu.mark();
          offer.kernel().launch(inputs, output);
          long end = gpu.mark();
          best = Math.min(best, gpu.nanosBetween(start, end));
          gpu.unmark(start);
          gpu.unmark(end);
        }
        times.put(offer.name(), best);
      }
      return times;
    } catch (ArrayException full) {
      return Map.of();
    } finally {
      buffers.forEach(gpu.pool()::release);
    }
  }

  private View zeros(Aval aval, List<Buffer> buffers) {
    Buffer buffer = gpu.pool().allocate(Math.max(1, aval.bytes()));
    buffers.add(buffer);
    gpu.clear(buffer.segment().address(), buffer.bytes());
    return View.contiguous(buffer, aval.dtype(), aval.shape());
  }
}
