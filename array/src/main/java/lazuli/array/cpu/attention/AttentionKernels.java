package lazuli.array.cpu.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.attention.Attention;
import lazuli.array.attention.AttentionRefusal;
import lazuli.array.attention.AttentionShape;
import lazuli.array.backend.Candidate;
import lazuli.array.cpu.Workers;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.MachineCode;
import lazuli.array.op.Aval;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Refusal;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/** The attention kernels of the CPU: which can run, and what they are estimated to cost. */
public final class AttentionKernels {
  // Rates for the choice of kernel, rounded down from measurements on a 2023 server core.
  private static final double FLOPS_PER_NANO = 80;
  private static final double REFERENCE_FLOPS_PER_NANO = 1;
  private static final double DOT_FLOPS_PER_NANO = 30;
  private static final double BYTES_PER_NANO = 25;
  private static final double NANOS_PER_TASK = 200;
  private static final int CODE_QUERIES = 32;
  private static final int CODE_KEYS = 128;

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
    AttentionRefusal large = large(shape);
    if (large != null) {
      for (String name : List.of("flash", "split", "reference")) {
        all.add(new Candidate.Refused(new Refusal(name, large)));
      }
      return all;
    }
    Geometry g = Geometry.of(shape, op.scale(), op.causal());
    double bytes = op.work(inputs, output).bytes();
    all.add(reference(g, op.operands(), inputs, output.dtype(), bytes));
    if (output.dtype() == DType.F64) {
      for (String name : List.of("flash", "split")) {
        AttentionRefusal wide = new AttentionRefusal.Wide(output.dtype());
        all.add(new Candidate.Refused(new Refusal(name, wide)));
      }
      return all;
    }
    List<Dispatch.Cast> casts = casts(op.operands(), inputs, output.dtype(), DType.F32);
    String rounding =
        output.dtype() == DType.F32 ? "" : ", f32 inside, result rounded once to " + output.dtype();
    Bf16Code code = bf16(g, inputs);
    if (code == null) {
      all.add(flash(g, casts, bytes, rounding, null));
    } else {
      // Only a mask is still converted.
      List<Dispatch.Cast> masks = casts.stream().filter(c -> c.operand().equals("mask")).toList();
      String rounded = ", weights rounded to bf16, f32 sums, result rounded once to bf16";
      all.add(flash(g, masks, bytes, rounded, code));
    }
    all.add(split(g, casts, bytes, rounding));
    return all;
  }

  /**
   * The machine code for the products, when all of q, k and v are bf16 and there is any. With few
   * keys a row of weights rounded to bf16 is no more exact than the unfused form, and nothing is
   * gained.
   */
  private static @Nullable Bf16Code bf16(Geometry g, List<Aval> inputs) {
    boolean all = inputs.subList(0, 3).stream().allMatch(x -> x.dtype() == DType.BF16);
    boolean large = g.queries() >= CODE_QUERIES && g.keys() >= CODE_KEYS;
    return all && large ? MachineCode.bf16() : null;
  }

  private static @Nullable AttentionRefusal large(AttentionShape s) {
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

  private static Candidate flash(
      Geometry g,
      List<Dispatch.Cast> casts,
      double bytes,
      String rounding,
      @Nullable Bf16Code code) {
    double executed = FlashPlan.executed(g);
    int threads = Workers.threads();
    double cost =
        NANOS_PER_TASK + Math.max(executed / FLOPS_PER_NANO, bytes / BYTES_PER_NANO) / threads;
    String why =
        String.format(Locale.ROOT, "tiles keep the %d x %d scores in cache", g.queries(), g.keys());
    Work work = new Work(g.flops(), executed, bytes, FlashPlan.traffic(g, bytes));
    return new Candidate.Offer(new FlashKernel(g, casts, work, rounding, code), why, cost);
  }

  private static Candidate split(
      Geometry g, List<Dispatch.Cast> casts, double bytes, String rounding) {
    if (g.queries() > SplitPlan.MOST_QUERIES) {
      AttentionRefusal reason =
          new AttentionRefusal.ManyQueries(g.queries(), SplitPlan.MOST_QUERIES);
      return new Candidate.Refused(new Refusal("split", reason));
    }
    double nanos = Math.max(g.flops() / DOT_FLOPS_PER_NANO, bytes / BYTES_PER_NANO);
    double cost = NANOS_PER_TASK + nanos / Workers.threads();
    String why =
        String.format(
            Locale.ROOT, "Tq=%d: keys and values are read once for each key head", g.queries());
    Work work = new Work(g.flops(), g.flops(), bytes, bytes);
    return new Candidate.Offer(new SplitKernel(g, casts, work, rounding, (long) nanos), why, cost);
  }

  private static Candidate reference(
      Geometry g, List<String> names, List<Aval> inputs, DType output, double bytes) {
    double nanos = g.flops() / REFERENCE_FLOPS_PER_NANO;
    Work work = new Work(g.flops(), g.flops(), bytes, bytes);
    ReferenceKernel kernel =
        new ReferenceKernel(g, casts(names, inputs, output, DType.F64), work, (long) nanos);
    String why =
        output == DType.F64 ? "the only kernel that computes in float64" : "computes in float64";
    return new Candidate.Offer(kernel, why, NANOS_PER_TASK + nanos);
  }

  /** Conversions in the tile load: to the result's type by promotion, beyond it by the kernel. */
  private static List<Dispatch.Cast> casts(
      List<String> names, List<Aval> inputs, DType output, DType computed) {
    List<Dispatch.Cast> casts = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      DType type = inputs.get(i).dtype();
      if (type != computed && type != DType.BOOL) {
        String origin = i < 3 && type != output ? "promotion" : "kernel";
        casts.add(new Dispatch.Cast(names.get(i), type, computed, "tile load", origin));
      }
    }
    return casts;
  }
}
