package lazuli.magics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import lazuli.array.backend.BackendProvider.Availability;
import lazuli.array.cpu.code.MachineCode;
import lazuli.array.profile.Peaks;
import lazuli.kernel.ext.MagicCall;
import lazuli.magics.measure.Limits;
import lazuli.magics.measure.PeaksFile;
import lazuli.magics.measure.Unit;
import lazuli.magics.option.OptionMagic;
import lazuli.magics.option.Output;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %device}: what computes here, what does not and why, and how fast it can be. */
final class DeviceMagic extends OptionMagic<DeviceMagic.Options> {
  static final class Options {
    @Option(names = "--peaks", description = "measure the limits again; takes a few seconds")
    boolean peaks;

    @Mixin Output output = new Output();
  }

  private final Supplier<Map<String, Availability>> backends;
  private final PeaksFile peaks;

  DeviceMagic(Supplier<Map<String, Availability>> backends, PeaksFile peaks) {
    super(
        "device",
        "Show the devices, the reasons for those that are missing, and measured limits.",
        Options::new,
        Operands.NONE,
        "%device --peaks");
    this.backends = backends;
    this.peaks = peaks;
  }

  @Override
  protected Output output(Options parsed) {
    return parsed.output;
  }

  @Override
  protected Object run(Options options, String java, MagicCall call) {
    Peaks known = options.peaks ? peaks.measureNow() : peaks.kept();
    List<Row> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    // Sorted, so that the table does not depend on the order of probing.
    new TreeMap<>(backends.get())
        .forEach(
            (kind, availability) -> {
              switch (availability) {
                case Availability.Available(var backend) ->
                    rows.add(row(kind, known, backend.about()));
                case Availability.Unavailable(String reason, String fix) -> {
                  rows.add(row(kind, null, "absent: " + reason));
                  notes.add(kind + ": " + fix);
                }
              }
            });
    notes.add("cpu: " + MachineCode.text());
    notes.add(
        known == null
            ? "limits are not measured yet; %device --peaks measures them"
            : "limits measured "
                + known.measured().toString().substring(0, 10)
                + " with "
                + known.threads()
                + " threads; kept in "
                + peaks.file());
    return new Report(
        "Devices",
        List.of(
            Column.words("Device"),
            Column.words("State"),
            Column.numbers("f32", "GFLOP/s"),
            Column.numbers("f64", "GFLOP/s"),
            Column.numbers("memory", "GB/s"),
            Column.numbers("cache", "GB/s"),
            Column.numbers("launch", "us")),
        rows,
        notes,
        new Limits(known).environment("cpu", 0));
  }

  private static Row row(String kind, @Nullable Peaks known, String state) {
    if (known == null || !known.device().kind().equals(kind)) {
      String words = kind.equals("reference") ? "float64 interpreter, for checking results" : state;
      return Row.of(
          Cell.of(kind), Cell.of(words), Cell.NONE, Cell.NONE, Cell.NONE, Cell.NONE, Cell.NONE);
    }
    return Row.of(
        Cell.of(kind),
        Cell.of(known.name()),
        Cell.of(known.f32() / 1e9),
        Cell.of(known.f64() / 1e9),
        Cell.of(known.bandwidth() / 1e9),
        Cell.of(known.cache() / 1e9),
        Cell.of(Unit.MICROS.of(known.launchNanos())));
  }
}
