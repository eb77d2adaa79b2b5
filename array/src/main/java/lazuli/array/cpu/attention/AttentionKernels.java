package lazuli.array.cpu.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.attention.Attention;
import lazuli.array.attention.AttentionRefusal;
import lazuli.array.attention.AttentionShape;
import lazuli.array.backend.Candidate;
import lazuli.array.cpu.Workers;
import lazuli.array.op.Aval;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Refusal;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;

/** The attention kernels of the CPU: which can run, and what they are estimated to cost. */
public final class AttentionKernels {
  // Rates for the choice of kernel, rounded down from measurements on a 2023 server core.
  private static final double FLOPS_PER_NANO = 80;
  private static final double BYTES_PER_NANO = 25;
  private static final double NANOS_PER_TASK = 200;

  private AttentionKernels() {}

  /**
   * {@return an offer or a refusal of each kernel}
   *
   * @param op the attention
   * @param inputs what is known of q, k, v and perhaps the mask
   * @param output what is known of the result
   */
  public static List<Candidate> candidates(Attention op, List<Aval> inputs, Aval output) {
    AttentionShape shape = AttentionShape.of(inputs);
    List<Candidate> all = new ArrayList<>();
    AttentionRefusal refusal = refusal(shape, output.dtype());
    if (refusal != null) {
      for (String name : List.of("flash", "split")) {
        all.add(new Candidate.Refused(new Refusal(name, refusal)));
      }
      return all;
    }
    Geometry g = Geometry.of(shape, op.scale(), op.causal());
    double bytes = op.work(inputs, output).bytes();
    List<Dispatch.Cast> casts = casts(op.operands(), inputs, output.dtype());
    all.add(flash(g, casts, bytes));
    return all;
  }

  private static @org.jspecify.annotations.Nullable AttentionRefusal refusal(
      AttentionShape s, DType dtype) {
    if (dtype == DType.F64) {
      return new AttentionRefusal.Wide(dtype);
    }
    String[] names = {"B", "Hq", "Hkv", "Tq", "Tk", "D", "Dv", "Hq*Tq"};
    long[] sizes = {
      s.batch(),
      s.heads(),
      s.keyHeads(),
      s.queries(),
      s.keys(),
      s.dim(),
      s.valueDim(),
      s.heads() * s.queries()
    };
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] > Integer.MAX_VALUE) {
        return new AttentionRefusal.Large(names[i], sizes[i]);
      }
    }
    return null;
  }

  private static Candidate flash(Geometry g, List<Dispatch.Cast> casts, double bytes) {
    double executed = FlashPlan.executed(g);
    int threads = Workers.threads();
    double cost =
        NANOS_PER_TASK + Math.max(executed / FLOPS_PER_NANO, bytes / BYTES_PER_NANO) / threads;
    String why =
        String.format(Locale.ROOT, "tiles keep the %d x %d scores in cache", g.queries(), g.keys());
    Work work = new Work(g.flops(), executed, bytes, FlashPlan.traffic(g, bytes));
    return new Candidate.Offer(new FlashKernel(g, casts, work), why, cost);
  }

  /** Conversions in the tile load: to the result's type by promotion, to f32 by the kernel. */
  private static List<Dispatch.Cast> casts(List<String> names, List<Aval> inputs, DType output) {
    List<Dispatch.Cast> casts = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      DType type = inputs.get(i).dtype();
      if (type != DType.F32 && type != DType.BOOL) {
        String origin = i < 3 && type != output ? "promotion" : "kernel";
        casts.add(new Dispatch.Cast(names.get(i), type, DType.F32, "tile load", origin));
      }
    }
    return casts;
  }
}
