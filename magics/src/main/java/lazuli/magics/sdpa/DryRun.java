package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.profile.Work;
import lazuli.magics.measure.Quantity;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/** What a command would run, without running it. */
final class DryRun {
  private DryRun() {}

  /** {@return a row for each variant: its kernel and its work, or why it would be refused} */
  static Report of(List<Variant> variants, Use use) {
    List<Row> rows = new ArrayList<>();
    for (Variant variant : variants) {
      boolean runs = variant.refusal().isEmpty();
      Work work = runs ? variant.dispatch().work() : Work.NONE;
      rows.add(
          Row.of(
              Cell.of(variant.name()),
              Cell.of(runs ? variant.dispatch().kernel() : "refused"),
              runs ? Cell.of(Quantity.flops(work.flops())) : Cell.NONE,
              runs ? Cell.of(Quantity.bytes(work.bytes())) : Cell.NONE,
              Cell.of(variant.refusal())));
    }
    return new Report(
        Explain.title(variants),
        List.of(
            Column.words("Variant"),
            Column.words("Kernel"),
            Column.numbers("Work", ""),
            Column.numbers("Compulsory", ""),
            Column.words("Why not")),
        rows,
        List.of("dry run: nothing was computed or timed"),
        use.limits().environment(use.device(), use.seed()));
  }
}
