package lazuli.array.cpu.attention;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.attention.Attention;
import lazuli.array.attention.AttentionGradient;
import lazuli.array.attention.AttentionRefusal;
import lazuli.array.attention.AttentionShape;
import lazuli.array.attention.AttentionStatistic;
import lazuli.array.attention.BlockMask;
import lazuli.array.attention.Tile;
import lazuli.array.backend.Candidate;
import lazuli.array.cpu.Workers;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.Bf16Product;
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
    AttentionShape shape = op.shape(inputs);
    List<Candidate> all = new ArrayList<>();
    AttentionRefusal large = large(shape);
    if (large != null) {
      for (String name : List.of("flash", "split", "reference")) {
        all.add(new Candidate.Refused(new Refusal(name, large)));
      }
      return all;
    }
    Geometry g = Geometry.of(shape, op.scale(), op.causal());
    Work needed = op.work(inputs, output);
    Rules rules = Rules.of(op);
    Tile asked = op.tile();
    all.add(
        asked == null
            ? reference(g, rules, op.operands(), inputs, output.dtype(), needed)
            : new Candidate.Refused(
                new Refusal("reference", new AttentionRefusal.OtherTiles(asked, "it has none"))));
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
    String result = output.dtype() == DType.F32 ? "" : ", result rounded once to " + output.dtype();
    String says = words(op, shape);
    Bf16Code code = bf16(g, inputs);
    if (code == null) {
      all.add(flash(op, g, rules, inputs, casts, needed, says + rounding, null));
    } else {
      // Only a mask is still converted.
      List<Dispatch.Cast> masks =
          casts.stream().filter(c -> !List.of("q", "k", "v").contains(c.operand())).toList();
      String rounded = ", weights rounded to bf16, f32 sums" + result;
      all.add(flash(op, g, rules, inputs, masks, needed, says + rounded, code));
    }
    all.add(split(op, g, rules, inputs, casts, needed, says + rounding));
    return all;
  }

  /**
   * {@return an offer or a refusal of each kernel for the gradients of an attention}
   *
   * @param op the gradients
   * @param inputs what is known of the attention's operands, its state and the state's gradient
   * @param output what is known of the gradients
   */
  public static List<Candidate> candidates(AttentionGradient op, List<Aval> inputs, Aval output) {
    AttentionShape shape = op.forward().shape(inputs);
    List<Candidate> all = new ArrayList<>();
    AttentionRefusal reason = large(shape);
    if (reason == null && output.dtype() == DType.F64) {
      reason = new AttentionRefusal.Wide(output.dtype());
    }
    if (reason != null) {
      all.add(new Candidate.Refused(new Refusal("flash", reason)));
    } else {
      Attention forward = op.forward();
      Work work = op.work(inputs, output);
      Geometry g = Geometry.of(shape, forward.scale(), forward.causal());
      int n = forward.operands().size();
      List<Dispatch.Cast> casts =
          casts(forward.operands(), inputs.subList(0, n), DType.F32, DType.F32);
      GradientKernel kernel = GradientKernel.of(g, Rules.of(forward), forward, n, casts, work);
      double cost = NANOS_PER_TASK + work.executed() / FLOPS_PER_NANO / Workers.threads();
      String why = "weights are computed again by tiles and never written out";
      all.add(new Candidate.Offer(kernel, why, cost));
    }
    for (String name : List.of("split", "reference")) {
      all.add(new Candidate.Refused(new Refusal(name, new AttentionRefusal.NoGradient(name))));
    }
    return all;
  }

  /**
   * {@return an offer or a refusal of each kernel for a statistic of an attention}
   *
   * @param op the statistic
   * @param inputs what is known of the attention's operands
   * @param output what is known of the result
   */
  public static List<Candidate> candidates(AttentionStatistic op, List<Aval> inputs, Aval output) {
    AttentionShape shape = op.forward().shape(inputs);
    AttentionRefusal reason = large(shape);
    if (reason != null) {
      return List.of(new Candidate.Refused(new Refusal("rows", reason)));
    }
    Attention forward = op.forward();
    Work work = op.work(inputs, output);
    Geometry g = Geometry.of(shape, forward.scale(), forward.causal());
    double nanos = work.flops() / REFERENCE_FLOPS_PER_NANO;
    List<Dispatch.Cast> casts = casts(forward.operands(), inputs, DType.F64, DType.F64);
    StatisticKernel kernel =
        new StatisticKernel(g, Rules.of(forward), op, casts, work, (long) nanos);
    String why = "weights exist for one query at a time";
    return List.of(new Candidate.Offer(kernel, why, NANOS_PER_TASK + nanos));
  }

  /** What hides keys and changes scores, with the tiles that the expression gives. */
  private static String words(Attention op, AttentionShape shape) {
    if (op.words().isEmpty() || op.visible() == null && op.score() == null) {
      return "";
    }
    BlockMask tiles = op.tiles(shape, FlashTask.QUERIES);
    String counts = "";
    if (tiles != null) {
      String size = FlashTask.QUERIES + "x" + FlashTask.QUERIES;
      counts =
          tiles.known()
              ? ", " + size + " mask tiles: " + tiles.counts()
              : ", " + size + " mask tiles known when it runs";
    }
    return ", " + op.words() + counts;
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

  /** Why a tile that was asked for does not fit a kernel; null when it does. */
  private static @Nullable Candidate misfit(
      String kernel, @Nullable Tile tile, @Nullable Bf16Code code) {
    String why =
        tile == null
            ? ""
            : kernel.equals("split") != tile.splits()
                ? tile.splits()
                    ? "its tiles have 64 to 512 queries"
                    : "it takes all rows of a group at once, so its tiles are 1xKEYS"
                : code != null && !tile.splits() && tile.keys() < Bf16Product.COLUMNS
                    ? "the machine code for bf16 takes keys by " + Bf16Product.COLUMNS
                    : "";
    return why.isEmpty()
        ? null
        : new Candidate.Refused(
            new Refusal(kernel, new AttentionRefusal.OtherTiles(requireNonNull(tile), why)));
  }

  private static Tiling tiling(
      String kernel, Attention op, List<Aval> inputs, int usual, @Nullable Bf16Code code) {
    if (op.tile() == null && TunedTiles.current().isEmpty()) {
      return Tiling.DEFAULT;
    }
    TileClass group =
        TileClass.of(kernel, inputs.get(1).dtype(), op.extras().format(), op.shape(inputs));
    Tiling tiling = Tiling.of(op.tile(), group, usual);
    // A file may name a tile that fits another kernel or other machine code.
    return misfit(kernel, tiling.tile(), code) == null ? tiling : Tiling.DEFAULT;
  }

  private static Candidate flash(
      Attention op,
      Geometry g,
      Rules rules,
      List<Aval> inputs,
      List<Dispatch.Cast> casts,
      Work needed,
      String rounding,
      @Nullable Bf16Code code) {
    Candidate misfit = misfit("flash", op.tile(), code);
    if (misfit != null) {
      return misfit;
    }
    double bytes = needed.bytes();
    double pairs =
        needed.flops() / Math.max(1, 2.0 * g.batch() * g.keyHeads() * (g.dim() + g.valueDim()));
    double executed = FlashPlan.executed(g, pairs);
    int threads = Workers.threads();
    double cost =
        NANOS_PER_TASK + Math.max(executed / FLOPS_PER_NANO, bytes / BYTES_PER_NANO) / threads;
    String why =
        String.format(Locale.ROOT, "tiles keep the %d x %d scores in cache", g.queries(), g.keys());
    Work work = new Work(needed.flops(), executed, bytes, FlashPlan.traffic(g, bytes));
    Tiling tiling = tiling("flash", op, inputs, FlashTask.tileKeys(g), code);
    FlashKernel kernel = new FlashKernel(g, rules, casts, work, rounding, code, tiling);
    return new Candidate.Offer(kernel, why, cost);
  }

  private static Candidate split(
      Attention op,
      Geometry g,
      Rules rules,
      List<Aval> inputs,
      List<Dispatch.Cast> casts,
      Work needed,
      String rounding) {
    Candidate misfit = misfit("split", op.tile(), null);
    if (misfit != null) {
      return misfit;
    }
    if (g.queries() > SplitPlan.MOST_QUERIES) {
      AttentionRefusal reason =
          new AttentionRefusal.ManyQueries(g.queries(), SplitPlan.MOST_QUERIES);
      return new Candidate.Refused(new Refusal("split", reason));
    }
    double bytes = needed.bytes();
    double nanos = Math.max(needed.flops() / DOT_FLOPS_PER_NANO, bytes / BYTES_PER_NANO);
    double cost = NANOS_PER_TASK + nanos / Workers.threads();
    String why =
        String.format(
            Locale.ROOT, "Tq=%d: keys and values are read once for each key head", g.queries());
    Work work = new Work(needed.flops(), needed.flops(), bytes, bytes);
    Tiling tiling = tiling("split", op, inputs, SplitPlan.keysPerSplit(g), null);
    SplitKernel kernel = new SplitKernel(g, rules, casts, work, rounding, (long) nanos, tiling);
    return new Candidate.Offer(kernel, why, cost);
  }

  private static Candidate reference(
      Geometry g, Rules rules, List<String> names, List<Aval> inputs, DType output, Work needed) {
    double nanos = needed.flops() / REFERENCE_FLOPS_PER_NANO;
    Work work = Work.of(needed.flops(), needed.bytes());
    ReferenceKernel kernel =
        new ReferenceKernel(g, rules, casts(names, inputs, output, DType.F64), work, (long) nanos);
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
      if (type != computed && (type.isFloat() || i < 3)) {
        String origin = i < 3 && type != output ? "promotion" : "kernel";
        casts.add(new Dispatch.Cast(names.get(i), type, computed, "tile load", origin));
      }
    }
    return casts;
  }
}
