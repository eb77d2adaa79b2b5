package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.magics.measure.Race;
import lazuli.magics.peer.PeerException;
import lazuli.magics.peer.TorchPeer;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import lazuli.magics.stats.Comparison;
import org.jspecify.annotations.Nullable;

/** PyTorch's rows beside ours: the same operands, its own kernel, one row for each setting. */
final class Peers implements AutoCloseable {
  private final @Nullable TorchPeer torch;
  private final List<Result> results = new ArrayList<>();

  /** What the peer computed, to be held against ours. */
  private record Result(String name, Variant variant, TorchPeer.Prepared prepared) {}

  Peers(@Nullable TorchPeer torch) {
    this.torch = torch;
  }

  /** {@return a row for each setting, or PyTorch's reason for refusing it} */
  List<Race.Entry> entries(List<Variant> variants) {
    List<Race.Entry> entries = new ArrayList<>();
    Setting seen = null;
    for (Variant variant : variants) {
      if (torch == null || variant.setting() == seen || !variant.refusal().isEmpty()) {
        continue;
      }
      seen = variant.setting();
      String name = variant.name().equals("lazuli") ? "torch" : "torch " + variant.name();
      String lacks = TorchTask.lacks(seen);
      if (!lacks.isEmpty()) {
        entries.add(Race.Entry.refused(name, lacks));
        continue;
      }
      try {
        var prepared = torch.prepare(name, TorchTask.of(seen, variant.kernel()));
        results.add(new Result(name, variant, prepared));
        entries.add(
            new Race.Entry(
                name,
                "torch",
                prepared.subject(),
                "",
                prepared.first(),
                variant.dispatch().work(),
                variant.dtype()));
      } catch (PeerException refused) {
        entries.add(Race.Entry.refused(name, String.valueOf(refused.getMessage())));
      }
    }
    return entries;
  }

  /**
   * {@return which PyTorch it was, and for each of its rows the ratio of times with its interval,
   * how far the values are apart, and both errors against float64 where that takes no minutes;
   * evaluates ours}
   *
   * @param report with the samples of all rows
   * @param seed of the intervals
   */
  List<String> notes(Report report, long seed) {
    List<String> notes = new ArrayList<>();
    if (torch != null) {
      notes.add(torch.toString());
    }
    for (Result result : results) {
      double[] ours = result.variant().build().toDoubleArray();
      double[] theirs = result.prepared().values();
      double[] ourTimes = samples(report, result.variant().name());
      double[] theirTimes = samples(report, result.name());
      if (ourTimes.length > 0 && theirTimes.length > 0) {
        notes.add(
            result.name()
                + " / "
                + result.variant().name()
                + ": "
                + Comparison.of(theirTimes, ourTimes, seed).text()
                + " (Lazuli)");
      }
      notes.add(
          String.format(
              Locale.ROOT,
              "%s: %s result, differs from ours by at most %.2g",
              result.name(),
              result.prepared().dtype(),
              Accuracy.of(ours, theirs).max()));
      if (Sweep.hasReference(result.variant().setting().dims())) {
        double[] reference = Accuracy.reference(result.variant().setting());
        Accuracy own = Accuracy.of(ours, reference);
        Accuracy other = Accuracy.of(theirs, reference);
        notes.add(
            String.format(
                Locale.ROOT,
                "%s: error against float64 max %.2g, RMS %.2g; ours max %.2g, RMS %.2g",
                result.name(),
                other.max(),
                other.rms(),
                own.max(),
                own.rms()));
      }
    }
    return notes;
  }

  private static double[] samples(Report report, String name) {
    for (Row row : report.rows()) {
      if (row.cells().getFirst().text().equals(name)) {
        return row.samples();
      }
    }
    return new double[0];
  }

  @Override
  public void close() {
    if (torch != null) {
      torch.close();
    }
  }
}
