package lazuli.gpu.kernels;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.attention.AttentionShape;
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
 * @param shape the sizes
 * @param scale what scores are multiplied by
 * @param causal which keys a query sees by position
 * @param parts over how many blocks the keys are split
 * @param casts for reports
 * @param work for reports
 */
public record AttentionKernel(
    Gpu gpu,
    String name,
    boolean tensorCores,
    AttentionShape shape,
    double scale,
    Causal causal,
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
    String tiles =
        tensorCores
            ? "mma.sync m16n8k16, " + FlashHalf.QUERIES + "x" + FlashHalf.KEYS + " tiles"
            : SplitAttention.ROWS + "x" + SplitAttention.KEYS + " tiles, multiply-adds in f32";
    String split = parts > 1 ? ", " + parts + " parts of the keys merged by the last block" : "";
    return tiles + split + (tensorCores ? ", weights rounded to the values' type" : "");
  }

  @Override
  public void launch(List<View> inputs, View output) {
    View q = inputs.get(0);
    View mask = inputs.size() > 3 ? inputs.get(3) : q;
    if (output.shape().size() == 0) {
      return;
    }
    DType maskType = inputs.size() > 3 ? mask.dtype() : null;
    int shift = causal == Causal.LOWER_RIGHT ? (int) (shape.keys() - shape.queries()) : 0;
    List<Number> steps = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      steps.addAll(Gpu.arguments(repeated(inputs.get(i))));
    }
    steps.addAll(Gpu.arguments(inputs.size() > 3 ? mask(mask) : new long[4]));
    if (tensorCores) {
      flash(inputs, mask, maskType, output, shift, steps);
    } else {
      split(inputs, mask, maskType, output, shift, steps);
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
      View mask,
      @Nullable DType maskType,
      View output,
      int shift,
      List<Number> steps) {
    boolean vectors = aligned(in.get(0)) && aligned(in.get(1)) && aligned(in.get(2));
    FlashHalf.Form form =
        new FlashHalf.Form(
            output.dtype(),
            padded(shape.dim(), 16),
            padded(shape.valueDim(), 16),
            vectors,
            causal != Causal.NONE,
            maskType);
    long function = gpu.function("flash " + form, () -> FlashHalf.code(form));
    List<Number> arguments =
        Gpu.arguments(
            GpuPool.address(in.get(0)),
            GpuPool.address(in.get(1)),
            GpuPool.address(in.get(2)),
            GpuPool.address(mask),
            GpuPool.address(output),
            (int) shape.queries(),
            (int) shape.keys(),
            (int) shape.dim(),
            (int) shape.valueDim(),
            (int) shape.heads(),
            (int) (shape.heads() / shape.keyHeads()),
            shift,
            (float) scale);
    arguments.addAll(steps);
    int tiles = (int) ((shape.queries() + FlashHalf.QUERIES - 1) / FlashHalf.QUERIES);
    gpu.launch(
        "sdpa",
        function,
        new Driver.Grid(
            tiles, (int) shape.heads(), (int) shape.batch(), FlashHalf.THREADS, form.shared()),
        arguments);
  }

  private void split(
      List<View> in,
      View mask,
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
            causal != Causal.NONE,
            maskType,
            parts > 1);
    long function = gpu.function("split " + form, () -> SplitAttention.code(form));
    int group = (int) (shape.heads() / shape.keyHeads());
    int rows = (int) (group * shape.queries());
    int tiles = (rows + SplitAttention.ROWS - 1) / SplitAttention.ROWS;
    int pairs = (int) (shape.batch() * shape.keyHeads());
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
              GpuPool.address(mask),
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
              (float) scale);
      arguments.addAll(steps);
      gpu.launch(
          "sdpa",
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
