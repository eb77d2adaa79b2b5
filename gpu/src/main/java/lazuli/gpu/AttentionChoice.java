package lazuli.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.attention.Attention;
import lazuli.array.attention.AttentionRefusal;
import lazuli.array.attention.AttentionShape;
import lazuli.array.attention.Extras;
import lazuli.array.attention.Tile;
import lazuli.array.backend.Candidate;
import lazuli.array.op.Aval;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Refusal;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.kernels.AttentionKernel;
import lazuli.gpu.kernels.ScoreRules;
import org.jspecify.annotations.Nullable;

/** The attention kernels of a GPU: which can run, and what they are estimated to cost. */
final class AttentionChoice {
  private static final int MOST_TENSOR_DIM = 128;
  private static final int MOST_DIM = 256;
  private static final int MOST_ROWS = 64;

  // Rates for the choice of kernel only, of a card with 2 TB/s; they were not measured.
  private static final double LAUNCH = 5000;
  private static final double TENSOR_FLOPS_PER_NANO = 100_000;
  private static final double PLAIN_FLOPS_PER_NANO = 5_000;
  private static final double BYTES_PER_NANO = 2000;

  private AttentionChoice() {}

  /** Why a GPU kernel does not take the operands. */
  private record Reason(String code, String text) implements Refusal.Reason {}

  static List<Candidate> candidates(Gpu gpu, Attention op, List<Aval> inputs, Aval output) {
    AttentionShape s = op.shape(inputs);
    String missing = missing(op.extras());
    if (!missing.isEmpty()) {
      Refusal.Reason reason = new AttentionRefusal.NoForm(missing);
      return List.of(refused("flash", reason), refused("split", reason));
    }
    Work work = op.work(inputs, output);
    Refusal.Reason common = common(s, op.visible() != null, inputs, output);
    if (common != null) {
      return List.of(refused("flash", common), refused("split", common));
    }
    return List.of(
        flash(gpu, op, s, inputs, output, work), split(gpu, op, s, inputs, output, work));
  }

  /** {@return in words what no kernel has a form for} */
  private static String missing(Extras extras) {
    List<String> all = new ArrayList<>();
    if (extras.paged()) {
      all.add("pages");
    }
    if (extras.scaled()) {
      all.add(extras.format().label() + " codes");
    }
    return String.join(", ", all);
  }

  private static Refusal.@Nullable Reason common(
      AttentionShape s, boolean masked, List<Aval> inputs, Aval output) {
    if (output.dtype() == DType.F64) {
      return new AttentionRefusal.Wide(output.dtype());
    }
    long[] sizes = {
      s.queries() * s.heads(), s.keys(), s.batch() * s.keyHeads(), s.heads(), s.batch() * s.heads()
    };
    String[] names = {"Hq*Tq", "Tk", "B*Hkv", "Hq", "B*Hq"};
    long[] limits = {1 << 30, 1 << 30, 65535, 65535, masked ? 65535 : 1L << 40};
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] > limits[i]) {
        return new Reason(
            "SIZE_TOO_LARGE", names[i] + "=" + sizes[i] + " > " + limits[i] + ": the grid's limit");
      }
    }
    for (int i = 0; i < 3; i++) {
      if (inputs.get(i).dtype() == DType.F64) {
        return new AttentionRefusal.Wide(DType.F64);
      }
    }
    return null;
  }

  private static Candidate refused(String kernel, Refusal.Reason reason) {
    return new Candidate.Refused(new Refusal(kernel, reason));
  }

  private static Refusal.@Nullable Reason dims(AttentionShape s, int most) {
    long dim = Math.max(s.dim(), s.valueDim());
    return dim > most
        ? new Reason(
            "D_TOO_LARGE", "D=" + dim + " > " + most + ": its sums would not fit registers")
        : null;
  }

  /** {@return why a tile that was asked for is refused, or null} */
  private static Refusal.@Nullable Reason other(@Nullable Tile asked, Tile own) {
    return asked == null || asked.equals(own)
        ? null
        : new AttentionRefusal.OtherTiles(asked, "its tiles are " + own + " on the GPU");
  }

  private static Candidate flash(
      Gpu gpu, Attention op, AttentionShape s, List<Aval> inputs, Aval output, Work work) {
    DType type = inputs.getFirst().dtype();
    boolean same = true;
    for (int i = 1; i < 3; i++) {
      same &= inputs.get(i).dtype() == type;
    }
    boolean tensor = type.isHalf() && same;
    Refusal.Reason reason = dims(s, tensor ? MOST_TENSOR_DIM : MOST_DIM);
    if (reason != null) {
      return refused("flash", reason);
    }
    AttentionKernel kernel =
        new AttentionKernel(
            gpu,
            "flash",
            tensor,
            op,
            s,
            ScoreRules.of(op, inputs),
            1,
            casts(op, inputs, output, tensor),
            work);
    Refusal.Reason other = other(op.tile(), kernel.tile());
    if (other != null) {
      return refused("flash", other);
    }
    double rate = tensor ? TENSOR_FLOPS_PER_NANO : PLAIN_FLOPS_PER_NANO;
    // Tiles hold 64 or 16 rows, used or not.
    double fill = tensor ? Math.ceil(s.queries() / 64.0) * 64 / Math.max(1, s.queries()) : 1;
    double nanos = LAUNCH + Math.max(work.flops() * fill / rate, work.bytes() / 200);
    String why =
        tensor
            ? "half types run on tensor cores"
            : String.format(Locale.ROOT, "%s stays f32, no TF32", output.dtype());
    return new Candidate.Offer(kernel, why, nanos);
  }

  private static Candidate split(
      Gpu gpu, Attention op, AttentionShape s, List<Aval> inputs, Aval output, Work work) {
    long rows = s.heads() / Math.max(1, s.keyHeads()) * s.queries();
    if (rows > MOST_ROWS) {
      return refused(
          "split",
          new Reason(
              "TQ_TOO_LARGE",
              "Tq*Hq/Hkv="
                  + rows
                  + " > "
                  + MOST_ROWS
                  + ": it reads the keys once for a few queries"));
    }
    Refusal.Reason reason = dims(s, MOST_DIM);
    if (reason != null) {
      return refused("split", reason);
    }
    AttentionKernel kernel =
        new AttentionKernel(
            gpu,
            "split",
            false,
            op,
            s,
            ScoreRules.of(op, inputs),
            AttentionKernel.parts(s),
            casts(op, inputs, output, false),
            work);
    Refusal.Reason other = other(op.tile(), kernel.tile());
    if (other != null) {
      return refused("split", other);
    }
    double nanos =
        LAUNCH + Math.max(work.flops() / PLAIN_FLOPS_PER_NANO, work.bytes() / BYTES_PER_NANO);
    String why =
        String.format(
            Locale.ROOT, "Tq=%d: keys and values are read once for each key head", s.queries());
    return new Candidate.Offer(kernel, why, nanos);
  }

  private static List<Dispatch.Cast> casts(
      Attention op, List<Aval> inputs, Aval output, boolean tensor) {
    List<Dispatch.Cast> casts = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      DType type = inputs.get(i).dtype();
      boolean kept = tensor && i < 3;
      if (type != DType.F32 && !kept && (i < 3 || type.isFloat())) {
        String origin = i < 3 && type != output.dtype() ? "promotion" : "kernel";
        casts.add(new Dispatch.Cast(op.operands().get(i), type, DType.F32, "tile load", origin));
      }
    }
    return casts;
  }
}
