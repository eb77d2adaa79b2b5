package lazuli.gpu.kernels;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.attention.Attention;
import lazuli.array.attention.AttentionShape;
import lazuli.array.attention.BlockMask;
import lazuli.array.attention.Causal;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.GpuPool;
import org.jspecify.annotations.Nullable;

/**
 * Attention: {@link FlashHalf} on tensor cores, or {@link SplitAttention} in f32.
 *
 * @param gpu the device
 * @param name {@code flash} or {@code split}
 * @param tensorCores whether {@link FlashHalf} computes it
 * @param op the attention
 * @param shape the sizes
 * @param rules what is done to scores
 * @param parts over how many blocks the keys are split
 * @param casts for reports
 * @param work for reports
 */
public record AttentionKernel(
    Gpu gpu,
    String name,
    boolean tensorCores,
    Attention op,
    AttentionShape shape,
    ScoreRules rules,
    int parts,
    List<Dispatch.Cast> casts,
    Work work)
    implements Kernel {

  /** {@return how many parts the keys are split into: enough blocks for a large card} */
  public static int parts(AttentionShape s) {
    long rows = s.heads() / Math.max(1, s.keyHeads()) * s.queries();
    long blocks =
        s.batch() * s.keyHeads() * ((rows + SplitAttention.ROWS - 1) / SplitAttention.ROWS);
    // By shape alone, so that every card gives the same bits: about two blocks for each of 132
    // multiprocessors, and no part under 128 keys.
    long wanted = (264 + blocks - 1) / Math.max(1, blocks);
    return Math.clamp(Math.min(wanted, s.keys() / 128), 1, 64);
  }

  @Override
  public String details() {
    int dim = Math.toIntExact(Math.max(shape.dim(), shape.valueDim()));
    String tiles =
        tensorCores
            ? "mma.sync m16n8k16, " + FlashHalf.QUERIES + "x" + half(dim).keys() + " tiles"
            : SplitAttention.ROWS + "x" + SplitAttention.KEYS + " tiles, multiply-adds in f32";
    String split = parts > 1 ? ", " + parts + " parts of the keys merged by the last block" : "";
    String rounded = tensorCores ? ", weights rounded to the values' type" : "";
    String words = op.words();
    BlockMask map = op.tiles(shape, FlashHalf.QUERIES);
    if (map != null) {
      words +=
          tensorCores && map.known()
              ? ", " + FlashHalf.QUERIES + "x" + FlashHalf.QUERIES + " mask tiles: " + map.counts()
              : ", mask tiles known when it runs";
    }
    boolean terms = rules.visible() != null || rules.score() != null;
    return tiles + split + rounded + (terms ? ", " + words : "");
  }

  /** {@return its tile as users name it} */
  public lazuli.array.attention.Tile tile() {
    int dim = Math.toIntExact(Math.max(shape.dim(), shape.valueDim()));
    return tensorCores
        ? new lazuli.array.attention.Tile(FlashHalf.QUERIES, half(dim).keys())
        : new lazuli.array.attention.Tile(1, SplitAttention.KEYS);
  }

  /** {@return a form with the same tile as the one that runs} */
  private FlashHalf.Form half(int dim) {
    DType mask = op.masked() ? DType.BOOL : null;
    boolean causal = op.causal() != Causal.NONE;
    return new FlashHalf.Form(DType.BF16, dim, dim, true, causal, mask, rules);
  }

  @Override
  public void launch(List<View> inputs, View output) {
    if (output.shape().size() == 0) {
      return;
    }
    View q = inputs.get(0);
    View mask = op.masked() ? inputs.get(3) : null;
    int shift = op.causal() == Causal.LOWER_RIGHT ? (int) (shape.keys() - shape.queries()) : 0;
    List<Number> steps = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      steps.addAll(Gpu.arguments(repeated(inputs.get(i))));
    }
    steps.addAll(Gpu.arguments(mask == null ? new long[4] : mask(mask)));
    steps.addAll(rules.arguments(op, inputs));
    DType maskType = mask == null ? null : mask.dtype();
    long maskAt = GpuPool.address(mask == null ? q : mask);
    if (tensorCores) {
      flash(inputs, maskAt, maskType, output, shift, steps);
    } else {
      split(inputs, maskAt, maskType, output, shift, steps);
    }
  }

  /** {@return strides, where a batch of one repeats} */
  private static long[] repeated(View view) {
    long[] steps = view.strides().clone();
    if (view.shape().dim(0) == 1) {
      steps[0] = 0;
    }
    return steps;
  }

  /** {@return strides of a mask that broadcasts to [B, Hq, Tq, Tk]} */
  private static long[] mask(View view) {
    long[] steps = new long[4];
    int rank = view.shape().rank();
    for (int d = 0; d < rank; d++) {
      boolean one = view.shape().dim(d) == 1;
      steps[4 - rank + d] = one ? 0 : view.strides()[d];
    }
    return steps;
  }

  private static boolean aligned(View view) {
    boolean fits = view.strides()[3] == 1 && view.shape().dim(3) % 8 == 0;
    for (int d = 0; d < 3; d++) {
      fits &= view.strides()[d] % 8 == 0 || view.shape().dim(d) == 1;
    }
    return fits && GpuPool.address(view) % 16 == 0;
  }

  private static int padded(long size, int to) {
    return (int) Math.max(to, (size + to - 1) / to * to);
  }

  private void flash(
      List<View> in,
      long mask,
      @Nullable DType maskType,
      View output,
      int shift,
      List<Number> steps) {
    boolean vectors = aligned(in.get(0)) && aligned(in.get(1)) && aligned(in.get(2));
    FlashHalf.Form form =
        new FlashHalf.Form(
            in.get(0).dtype(),
            padded(shape.dim(), 16),
            padded(shape.valueDim(), 16),
            vectors,
            op.causal() != Causal.NONE,
            maskType,
            rules);
    long function = gpu.function(form, () -> FlashHalf.code(form));
    List<Number> arguments =
        Gpu.arguments(
            GpuPool.address(in.get(0)),
            GpuPool.address(in.get(1)),
            GpuPool.address(in.get(2)),
            mask,
            GpuPool.address(output),
            (int) shape.queries(),
            (int) shape.keys(),
            (int) shape.dim(),
            (int) shape.valueDim(),
            (int) shape.heads(),
            (int) (shape.heads() / shape.keyHeads()),
            shift,
            (float) op.scale());
    arguments.addAll(steps);
    int rows = (int) ((shape.queries() + FlashHalf.QUERIES - 1) / FlashHalf.QUERIES);
    Buffer map = rules.visible() == null ? null : map(in, form.keys(), rows, arguments);
    try {
      gpu.launch(
          op.label(),
          function,
          new Driver.Grid(
              rows, (int) shape.heads(), (int) shape.batch(), FlashHalf.THREADS, form.shared()),
          arguments);
    } finally {
      if (map != null) {
        gpu.pool().release(map);
      }
    }
  }

  /** {@return the map of the mask term's tiles} The reader's arguments for it are added. */
  private Buffer map(List<View> in, int keys, int rows, List<Number> arguments) {
    int columns = (int) ((shape.keys() + keys - 1) / keys);
    int batches = rules.perBatch() ? (int) shape.batch() : 1;
    int heads = rules.perHead() ? (int) shape.heads() : 1;
    long plane = (long) rows * columns;
    Buffer map = gpu.pool().allocate(Math.max(1, plane * batches * heads));
    long at = map.segment().address();
    if (plane > 0) {
      MaskTiles.Form form = new MaskTiles.Form(rules, keys);
      List<Number> own = Gpu.arguments(at, (int) shape.queries(), (int) shape.keys(), heads);
      own.addAll(rules.arguments(op, in));
      gpu.launch(
          "mask tiles",
          gpu.function(form, () -> MaskTiles.code(form)),
          new Driver.Grid(columns, rows, batches * heads, MaskTiles.THREADS, 0),
          own);
    }
    arguments.addAll(
        Gpu.arguments(at, rules.perBatch() ? plane * heads : 0L, rules.perHead() ? plane : 0L));
    return map;
  }

  private void split(
      List<View> in,
      long mask,
      @Nullable DType maskType,
      View output,
      int shift,
      List<Number> steps) {
    SplitAttention.Form form =
        new SplitAttention.Form(
            in.get(0).dtype(),
            in.get(1).dtype(),
            in.get(2).dtype(),
            output.dtype(),
            padded(shape.dim(), 4),
            padded(shape.valueDim(), 32),
            op.causal() != Causal.NONE,
            maskType,
            parts > 1,
            rules);
    long function = gpu.function(form, () -> SplitAttention.code(form));
    int group = (int) (shape.heads() / shape.keyHeads());
    int rows = (int) (group * shape.queries());
    int tiles = (rows + SplitAttention.ROWS - 1) / SplitAttention.ROWS;
    int pairs = (int) (shape.batch() * shape.keyHeads());
    // Parts are of all slots, whatever a batch's keys are.
    long share = (shape.keys() + parts - 1) / parts;
    int keysEach = padded(share, SplitAttention.KEYS);
    long records = parts > 1 ? (long) pairs * tiles * SplitAttention.ROWS * parts : 0;
    long partBytes = records * (form.valueDim() + 2) * 4;
    long ticketBytes = 4L * pairs * tiles;
    Buffer scratch = parts > 1 ? gpu.pool().allocate(partBytes + ticketBytes) : null;
    try {
      long address = scratch == null ? GpuPool.address(output) : scratch.segment().address();
      long tickets = address + partBytes;
      if (scratch != null) {
        gpu.clear(tickets, ticketBytes);
      }
      List<Number> arguments =
          Gpu.arguments(
              GpuPool.address(in.get(0)),
              GpuPool.address(in.get(1)),
              GpuPool.address(in.get(2)),
              mask,
              GpuPool.address(output),
              address,
              tickets,
              (int) shape.queries(),
              (int) shape.keys(),
              (int) shape.dim(),
              (int) shape.valueDim(),
              (int) shape.keyHeads(),
              group,
              shift,
              keysEach,
              (float) op.scale());
      arguments.addAll(steps);
      gpu.launch(
          op.label(),
          function,
          new Driver.Grid(tiles, parts, pairs, SplitAttention.THREADS, form.shared()),
          arguments);
    } finally {
      if (scratch != null) {
        gpu.pool().release(scratch);
      }
    }
  }
}
