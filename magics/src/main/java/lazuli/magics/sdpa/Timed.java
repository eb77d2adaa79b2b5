package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.cpu.Workers;
import lazuli.kernel.ext.Progress;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.measure.Race;
import lazuli.magics.measure.Roofs;
import lazuli.magics.measure.Values;
import lazuli.magics.peer.PeerException;
import lazuli.magics.peer.TorchPeer;
import lazuli.magics.report.Report;
import lazuli.magics.report.Result;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Subject;
import lazuli.magics.stats.Summary;
import org.jspecify.annotations.Nullable;

/** {@code %sdpa bench} and {@code %sdpa compare}: one case, or several in turns. */
record Timed(String name) implements Action {

  static Action bench() {
    return new Timed("bench");
  }

  static Action compare() {
    return new Timed("compare");
  }

  @Override
  public Result run(Use use) throws Exception {
    List<Variant> variants = Variants.of(use);
    if (use.options().grid.dryRun) {
      return DryRun.of(variants, use);
    }
    return race(use, variants);
  }

  private static Result race(Use use, List<Variant> variants) throws Exception {
    TimingOptions timing = use.options().timing;
    List<String> notes = new ArrayList<>();
    try (Peers peers = new Peers(timing.peer == null ? null : start(timing.python))) {
      Sampler sampler = use.sampler();
      List<Race.Entry> entries = new ArrayList<>();
      for (Variant variant : variants) {
        entries.add(entry(variant, sampler, timing.cold));
      }
      entries.addAll(peers.entries(variants));
      String title = Explain.title(variants);
      Race race = new Race(title, entries, timing.budget(), use.limits(), use.seed(), use.device());
      Report report;
      try (Progress progress = use.cell().progress("%sdpa", -1)) {
        report = race.run(sampler, progress::partial);
        int samples = report.rows().stream().mapToInt(row -> row.samples().length).sum();
        progress.close(samples + " samples taken");
      }
      for (Variant variant : variants) {
        List<String> casts = variant.casts();
        if (!casts.isEmpty()) {
          notes.add(variant.name() + ": casts " + String.join(", ", casts));
        }
      }
      if (!use.cell().interrupted()) {
        notes.addAll(peers.notes(report, use.seed()));
      }
      if (timing.error && !use.cell().interrupted()) {
        notes.addAll(Accuracy.lines(variants));
      }
      for (String note : notes) {
        report = report.withNote(note);
      }
      report =
          report.withNote(
              timing.cold
                  ? "cold: the caches are emptied before each call; every result is evaluated"
                  : "operands are hot and evaluated before; every result is evaluated");
      return timing.roofline ? Roofs.over(report, use.limits(), placed(entries, report)) : report;
    }
  }

  /** {@return what ran, in the order of the rows, which are those of the entries} */
  private static List<Roofs.Placed> placed(List<Race.Entry> entries, Report report) {
    List<Roofs.Placed> placed = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Race.Entry entry = entries.get(i);
      double[] samples = report.rows().get(i).samples();
      if (samples.length > 0) {
        placed.add(
            new Roofs.Placed(entry.name(), entry.work(), entry.dtype(), Summary.median(samples)));
      }
    }
    return placed;
  }

  private static TorchPeer start(@Nullable String python) {
    try {
      return TorchPeer.start(python, Workers.threads());
    } catch (PeerException missing) {
      throw new UsageException(String.valueOf(missing.getMessage()));
    }
  }

  private static Race.Entry entry(Variant variant, Sampler sampler, boolean cold) {
    if (!variant.refusal().isEmpty()) {
      return Race.Entry.refused(variant.name(), variant.refusal());
    }
    Subject hot = Subject.of(variant.name(), () -> Values.ready(variant.build()), sampler.clock());
    Subject subject = cold ? Cold.of(hot) : hot;
    return Race.Entry.of(
        variant.dispatch().kernel(), subject, variant.dispatch().work(), variant.dtype());
  }
}
