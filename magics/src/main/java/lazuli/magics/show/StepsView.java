package lazuli.magics.show;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.attention.TileTrace;
import lazuli.array.attention.TileTrace.Frame;
import lazuli.magics.picture.Heatmap;
import lazuli.magics.picture.Picture;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/** The online softmax of one query, a step for each tile, as the kernel took it. */
final class StepsView {
  private static final int MOST_STEPS = 64;
  private static final int MOST_NUMBERS = 32;
  private static final int PER_LINE = 8;
  private static final int MOST_DRAWN = 400;

  private StepsView() {}

  static View of(TileTrace trace) {
    List<Row> rows = new ArrayList<>();
    List<View.Step> steps = new ArrayList<>();
    for (Frame f : trace.frames()) {
      if (rows.size() == MOST_STEPS) {
        break;
      }
      int seen = 0;
      for (boolean one : f.seen()) {
        seen += one ? 1 : 0;
      }
      boolean first = rows.isEmpty();
      rows.add(
          Row.of(
              Cell.of(f.from() + "-" + (f.to() - 1)),
              Cell.count(seen),
              Cell.of(f.max()),
              Cell.of(f.factor()),
              Cell.of(f.sum())));
      steps.add(step(rows.size(), f, first));
    }
    String title =
        "online softmax of query "
            + trace.query()
            + ", head "
            + trace.head()
            + ", in tiles of "
            + trace.tileKeys()
            + " keys";
    Report report =
        new Report(
            title,
            List.of(
                Column.words("keys"),
                Column.numbers("seen", ""),
                Column.numbers("m", ""),
                Column.numbers("factor", ""),
                Column.numbers("l", "")),
            rows,
            notes(trace),
            Where.here());
    return new View(picture(trace, title), report, steps);
  }

  private static View.Step step(int number, Frame f, boolean first) {
    List<String> lines = new ArrayList<>();
    lines.add("scores:");
    lines.addAll(numbers(f.scores()));
    lines.add(String.format(Locale.ROOT, "m = %.6g, the largest score so far", f.max()));
    lines.add(
        first
            ? "factor = 0: nothing came before"
            : String.format(
                Locale.ROOT,
                "factor = %.6g, exp(m before - m): what l and acc are multiplied by",
                f.factor()));
    lines.add("weights, exp(score - m):");
    lines.addAll(numbers(f.weights()));
    lines.add(String.format(Locale.ROOT, "l = %.6g: l times factor, plus the weights", f.sum()));
    lines.add("acc, acc times factor plus weights times values:");
    lines.addAll(numbers(f.accumulated()));
    float[] so = f.accumulated();
    for (int d = 0; d < so.length; d++) {
      so[d] /= f.sum();
    }
    lines.add("acc / l, the answer if this were all:");
    lines.addAll(numbers(so));
    String summary =
        String.format(
            Locale.ROOT,
            "step %d: keys %d-%d, m %.4g, factor %.4g, l %.4g",
            number,
            f.from(),
            f.to() - 1,
            f.max(),
            f.factor(),
            f.sum());
    return new View.Step(summary, lines);
  }

  private static List<String> numbers(float[] values) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < Math.min(MOST_NUMBERS, values.length); i += PER_LINE) {
      StringBuilder line = new StringBuilder();
      for (int j = i; j < Math.min(i + PER_LINE, values.length); j++) {
        line.append(
            String.format(
                Locale.ROOT, "%10s", Float.isNaN(values[j]) ? "hidden" : Cell.digits(values[j])));
      }
      lines.add(line.toString());
    }
    if (values.length > MOST_NUMBERS) {
      lines.add("  ... " + values.length + " in all");
    }
    return lines;
  }

  /** Proves that the last step is the answer. */
  private static List<String> notes(TileTrace trace) {
    List<String> notes = new ArrayList<>();
    if (trace.frames().isEmpty()) {
      notes.add("the query sees no key: the result is exactly 0");
      return notes;
    }
    Frame last = trace.frames().getLast();
    double top = Double.NEGATIVE_INFINITY;
    for (Frame f : trace.frames()) {
      top = Math.max(top, f.max());
    }
    double plain = 0;
    for (Frame f : trace.frames()) {
      for (float score : f.scores()) {
        plain += Float.isNaN(score) ? 0 : Math.exp(score - top);
      }
    }
    notes.add(
        String.format(
            Locale.ROOT,
            "all at once, in float64: m %.6g, l %.8g; tile by tile l %.8g, off by %.1e of it",
            top,
            plain,
            last.sum(),
            Math.abs(last.sum() - plain) / plain));
    float[] out = trace.out();
    float[] acc = last.accumulated();
    double off = 0;
    for (int d = 0; d < out.length; d++) {
      off = Math.max(off, Math.abs(acc[d] / last.sum() - out[d]));
    }
    notes.add(
        String.format(
            Locale.ROOT,
            "the kernel's result is acc / l of the last step, off by at most %.1e",
            off));
    notes.add(
        "frames of the kernel itself ("
            + trace.dispatch().kernel()
            + (trace.tileKeys() == trace.usualTileKeys()
                ? ")"
                : "), with tiles of "
                    + trace.tileKeys()
                    + " keys where it usually takes "
                    + trace.usualTileKeys()));
    if (trace.frames().size() > MOST_STEPS) {
      notes.add("the first " + MOST_STEPS + " of " + trace.frames().size() + " steps");
    }
    return notes;
  }

  /** Weights as they were in each step: a row for each tile. */
  private static List<Picture> picture(TileTrace trace, String title) {
    int keys = (int) trace.shape().keys();
    int count = Math.min(MOST_STEPS, trace.frames().size());
    if (count == 0 || keys > MOST_DRAWN) {
      return List.of();
    }
    double[][] values = new double[count][keys];
    List<String> labels = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      Frame f = trace.frames().get(n);
      labels.add("step " + (n + 1));
      float[] weights = f.weights();
      for (int j = 0; j < weights.length && f.from() + j < keys; j++) {
        values[n][f.from() + j] = weights[j];
      }
    }
    List<String> places = new ArrayList<>();
    for (int j = 0; j < keys; j++) {
      places.add(j % trace.tileKeys() == 0 ? Integer.toString(j) : "");
    }
    return List.of(new Heatmap("exp(score - m), " + title, values, labels, places).picture());
  }
}
