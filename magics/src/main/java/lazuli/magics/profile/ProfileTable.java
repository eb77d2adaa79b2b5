package lazuli.magics.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lazuli.array.profile.DeviceUse;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Span;
import lazuli.array.type.Device;
import lazuli.magics.measure.Limits;
import lazuli.magics.measure.Quantity;
import lazuli.magics.measure.Unit;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import lazuli.magics.stats.Summary;
import org.jspecify.annotations.Nullable;

/**
 * A trace as a report.
 *
 * @param title the first words of the title
 * @param spans what ran
 * @param uses how devices spent the time
 * @param wallNanos the time from start to end
 * @param limits of the machine
 * @param by what makes one row
 * @param sort what the rows are ordered by
 * @param rows the most rows
 */
record ProfileTable(
    String title,
    List<Span> spans,
    List<DeviceUse> uses,
    double wallNanos,
    Limits limits,
    Group.Key by,
    Sort sort,
    int rows) {

  /** Orders of rows, the largest first. */
  enum Sort {
    TOTAL,
    COUNT,
    MEDIAN,
    LIMIT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final List<Column> COLUMNS =
      List.of(
          Column.words("Op"),
          Column.numbers("Count", ""),
          Column.numbers("Total", "ms"),
          Column.numbers("%", ""),
          Column.numbers("Median", "us"),
          Column.numbers("Min", "us"),
          Column.numbers("of limit", ""),
          Column.words("Provider"),
          Column.words("casts"));

  Report report() {
    double inside = spans.stream().mapToDouble(Span::nanos).sum();
    double host = Math.max(0, wallNanos - inside);
    List<Group> groups = new ArrayList<>(Group.of(spans, by));
    groups.sort(order());
    List<Row> table = new ArrayList<>();
    groups.stream().limit(rows).forEach(group -> table.add(row(group)));
    table.add(hostRow(host));
    String sums =
        String.format(
            Locale.ROOT,
            "%s   wall %s = arrays %s + host %s",
            title,
            Unit.text(wallNanos),
            Unit.text(inside),
            Unit.text(host));
    List<String> notes = notes(groups, inside);
    String device = spans.isEmpty() ? "cpu" : spans.getFirst().device().toString();
    return new Report(sums, COLUMNS, table, notes, limits.environment(device, 0));
  }

  private Comparator<Group> order() {
    Comparator<Group> order =
        switch (sort) {
          case TOTAL -> Comparator.comparingDouble(Group::total);
          case COUNT -> Comparator.comparingInt(group -> group.spans().size());
          case MEDIAN -> Comparator.comparingDouble(group -> group.summary().median());
          case LIMIT -> Comparator.comparingDouble(this::share);
        };
    return order.reversed();
  }

  private double share(Group group) {
    Peaks peaks = peaks(limits, group);
    Peaks.OfLimit limit = peaks == null ? null : group.limit(peaks);
    return limit == null ? 0 : limit.share();
  }

  /** {@return the limits of the device that the group ran on} */
  private static @Nullable Peaks peaks(Limits limits, Group group) {
    return limits.on(group.spans().getFirst().device()).peaks();
  }

  private Row row(Group group) {
    return new Row(cells(group, limits, wallNanos), group.nanos());
  }

  /** {@return the cells under {@link #COLUMNS}} */
  static List<Cell> cells(Group group, Limits limits, double wallNanos) {
    Summary summary = group.summary();
    Peaks peaks = peaks(limits, group);
    Peaks.OfLimit limit = peaks == null ? null : group.limit(peaks);
    return List.of(
        Cell.of(group.label()),
        Cell.count(group.spans().size()),
        millis(group.total()),
        percent(group.total(), wallNanos),
        Cell.of(Unit.MICROS.of(summary.median())),
        Cell.of(Unit.MICROS.of(summary.min())),
        limit == null ? Cell.NONE : Limits.share(limit),
        Cell.of(group.provider()),
        Cell.of(group.casts()));
  }

  private Row hostRow(double host) {
    return Row.of(
        Cell.of("(host)"),
        Cell.NONE,
        millis(host),
        percent(host, wallNanos),
        Cell.NONE,
        Cell.NONE,
        Cell.NONE,
        Cell.NONE,
        Cell.NONE);
  }

  private static Cell millis(double nanos) {
    double value = Unit.MILLIS.of(nanos);
    return Cell.of(value, String.format(Locale.ROOT, "%.3f", value), 0);
  }

  private static Cell percent(double nanos, double wallNanos) {
    double share = wallNanos > 0 ? nanos / wallNanos : 0;
    return Cell.of(share * 100, String.format(Locale.ROOT, "%.1f", share * 100), share);
  }

  /** How devices with a clock of their own spent the time. */
  private void devices(List<String> notes) {
    Map<Device, DeviceUse> all = new LinkedHashMap<>();
    uses.forEach(use -> all.merge(use.device(), use, DeviceUse::plus));
    for (DeviceUse use : all.values()) {
      notes.add(use.text());
      if (!use.replay().isEmpty()) {
        notes.add(use.device() + " without a profile: " + use.replay());
      }
      if (!use.before().isEmpty() || !use.after().isEmpty()) {
        notes.add(use.device() + " before: " + use.before() + "; after: " + use.after());
      }
      if (limits.on(use.device()).peaks() == null) {
        notes.add("the limits of " + use.device() + " are unknown: its times mean nothing");
      }
    }
  }

  private List<String> notes(List<Group> groups, double inside) {
    List<String> notes = new ArrayList<>();
    if (spans.isEmpty()) {
      notes.add("no array operation was evaluated (result is lazy and unused?)");
      return notes;
    }
    double executed = 0;
    double needed = 0;
    double bytes = 0;
    double promoted = 0;
    int casts = 0;
    for (Span span : spans) {
      executed += span.work().executed();
      needed += span.work().flops();
      bytes += span.work().traffic();
      if (span.origin().startsWith("promotion")) {
        promoted += span.nanos();
        casts++;
      }
    }
    notes.add(
        spans.size()
            + (spans.size() == 1 ? " launch, " : " launches, ")
            + Quantity.flops(executed)
            + " executed ("
            + Quantity.flops(needed)
            + " needed), "
            + Quantity.bytes(bytes)
            + " moved");
    if (groups.size() > rows) {
      notes.add(
          "rows not shown: " + (groups.size() - rows) + "; -l " + groups.size() + " shows all");
    }
    if (casts > 0) {
      notes.add(
          String.format(
              Locale.ROOT,
              "advice: promotion inserted %d %s, %.1f %% of the arrays' time; give the operands one"
                  + " dtype with astype",
              casts,
              casts == 1 ? "cast" : "casts",
              100 * promoted / inside));
    }
    devices(notes);
    if (limits.peaks() == null) {
      notes.add("limits are unknown here; %device --peaks measures them");
    }
    notes.add("(host) is compiling cell code, Java, building graphs and waiting");
    return notes;
  }
}
