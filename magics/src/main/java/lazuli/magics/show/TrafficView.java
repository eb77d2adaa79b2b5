package lazuli.magics.show;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.attention.AttentionOption;
import lazuli.array.profile.Explanation;
import lazuli.array.profile.Work;
import lazuli.array.type.ArrayException;
import lazuli.magics.measure.Quantity;
import lazuli.magics.picture.Bars;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/** Bytes that each kernel moves, by tensor, from the plans of the kernels themselves. */
final class TrafficView {
  private static final List<String> KERNELS = List.of("naive", "flash", "split");
  private static final List<String> PARTS = List.of("q", "k, v", "other", "out", "scores", "again");

  private TrafficView() {}

  /** One kernel's bytes, or why it does not run. */
  private record Moved(String kernel, String refusal, double[] parts, int launches, double once) {
    double total() {
      double sum = 0;
      for (double part : parts) {
        sum += part;
      }
      return sum;
    }
  }

  static View of(Array q, Array k, Array v, AttentionOption... options) {
    // What computes the operands is no part of it.
    Lazuli.eval(q, k, v);
    List<Moved> all = new ArrayList<>();
    for (String kernel : KERNELS) {
      all.add(moved(kernel, q, k, v, options));
    }
    double most = all.stream().mapToDouble(Moved::total).max().orElse(0);
    boolean small = most < 1 << 20;
    double unit = small ? 1 << 10 : 1 << 20;
    List<Row> rows = new ArrayList<>();
    List<Bars.Bar> bars = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (Moved m : all) {
      if (!m.refusal().isEmpty()) {
        notes.add(m.kernel() + " does not run: " + m.refusal());
        continue;
      }
      List<Cell> cells = new ArrayList<>(List.of(Cell.of(m.kernel()), Cell.count(m.launches())));
      for (double part : m.parts()) {
        cells.add(Cell.of(part / unit));
      }
      cells.add(Cell.of(m.total() / unit));
      cells.add(Cell.of(m.total() / m.once()));
      rows.add(new Row(cells, new double[0]));
      bars.add(new Bars.Bar(m.kernel(), m.parts(), Quantity.bytes(m.total())));
    }
    notes.add(
        "modelled by the kernels' plans: 'scores' are scores and weights, written to memory and read"
            + " again by naive only; 'again' are tiles of keys and values that later blocks of queries"
            + " read anew; 'other' are masks, sinks, scales and the like");
    List<Column> columns = new ArrayList<>();
    columns.add(Column.words("kernel"));
    columns.add(Column.numbers("launches", ""));
    String label = small ? "KiB" : "MiB";
    PARTS.forEach(part -> columns.add(Column.numbers(part, label)));
    columns.add(Column.numbers("total", label));
    columns.add(Column.numbers("of once", "x"));
    String title = "bytes moved by attention, q " + q.shape() + ", k " + k.shape();
    StringBuilder alt = new StringBuilder(title);
    for (Bars.Bar bar : bars) {
      alt.append("; ").append(bar.name()).append(' ').append(bar.total());
    }
    return View.of(
        new Bars("bytes moved", PARTS, bars).picture(alt.toString()),
        new Report(title, columns, rows, notes, Where.here()));
  }

  private static double bytes(Array x) {
    return (double) x.size() * x.dtype().bytes();
  }

  private static Moved moved(String kernel, Array q, Array k, Array v, AttentionOption... options) {
    List<AttentionOption> all = new ArrayList<>(List.of(options));
    all.removeIf(option -> option instanceof AttentionOption.ForcedKernel);
    all.add(Lazuli.kernel(kernel));
    Explanation plan;
    try {
      Array out = Lazuli.sdpa(q, k, v, all.toArray(new AttentionOption[0]));
      plan = Lazuli.explain(out);
      double moved = 0;
      double once = 0;
      for (Explanation.Row step : plan.steps()) {
        Work work = step.work();
        moved += work.traffic();
        once += work.bytes();
      }
      double[] parts = new double[PARTS.size()];
      parts[0] = bytes(q);
      parts[1] = bytes(k) + bytes(v);
      parts[3] = bytes(out);
      double known = parts[0] + parts[1] + parts[3];
      boolean fused = !kernel.equals("naive");
      // A fused kernel's operands, once, are what its work counts as bytes.
      parts[2] = fused ? Math.max(0, once - known) : 0;
      parts[fused ? 5 : 4] = Math.max(0, moved - known - parts[2]);
      return new Moved(kernel, "", parts, plan.steps().size(), known + parts[2]);
    } catch (ArrayException refused) {
      String why = String.format(Locale.ROOT, "%s", refused.given());
      return new Moved(kernel, why, new double[PARTS.size()], 0, 1);
    }
  }
}
