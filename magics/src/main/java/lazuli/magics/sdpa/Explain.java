package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.Array;
import lazuli.array.KvCache;
import lazuli.array.Lazuli;
import lazuli.array.attention.BlockMask;
import lazuli.array.attention.KvFormat;
import lazuli.array.attention.Mask;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Refusal;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.magics.measure.Limits;
import lazuli.magics.measure.Quantity;
import lazuli.magics.measure.Race;
import lazuli.magics.measure.Unit;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/** The decision about one attention, without running it. */
final class Explain {
  private Explain() {}

  static Report of(Variant variant, Limits limits, long seed) {
    Dispatch dispatch = variant.dispatch();
    List<Row> rows = new ArrayList<>();
    String chosen =
        dispatch.why() + (dispatch.details().isEmpty() ? "" : ", " + dispatch.details());
    rows.add(Row.of(Cell.of(dispatch.kernel()), Cell.of("chosen"), Cell.NONE, Cell.of(chosen)));
    boolean estimated = false;
    for (Refusal refusal : dispatch.refusals()) {
      double ratio = Model.ratio(variant, refusal, limits.peaks());
      // An estimate of the plan's own stands in its reason already.
      estimated |= !Double.isNaN(ratio) && Double.isNaN(refusal.reason().slower());
      rows.add(
          Row.of(
              Cell.of(refusal.kernel()),
              Cell.of("no"),
              Model.cell(ratio),
              Cell.of(refusal.reason().text())));
    }
    List<String> notes = notes(variant, limits);
    if (estimated) {
      notes.add(Model.NOTE);
    }
    return new Report(
        title(List.of(variant)) + "   on " + dispatch.device(),
        List.of(
            Column.words("Kernel"),
            Column.words("Decision"),
            Column.numbers("est.", "(model)"),
            Column.words("Why")),
        rows,
        notes,
        limits.environment(dispatch.device().toString(), seed));
  }

  /** {@return sizes, and what all variants share of types, mask and work} */
  static String title(List<Variant> variants) {
    Variant first = variants.getFirst();
    StringBuilder title = new StringBuilder("SDPA " + first.setting().dims());
    if (variants.stream().map(v -> types(v.setting())).distinct().count() == 1) {
      title.append(' ').append(types(first.setting()));
    }
    if (variants.stream().map(v -> mask(v.setting())).distinct().count() == 1) {
      title.append(mask(first.setting()));
    }
    Variant runs = variants.stream().filter(v -> v.refusal().isEmpty()).findFirst().orElse(null);
    if (runs == null) {
      return title.toString();
    }
    Work work = runs.dispatch().work();
    return String.format(
        Locale.ROOT,
        "%s   %s, %s compulsory, AI %s",
        title,
        Quantity.flops(work.flops()),
        Quantity.bytes(work.bytes()),
        Cell.digits(work.bytes() == 0 ? 0 : work.flops() / work.bytes()));
  }

  private static String types(Setting s) {
    boolean one = s.q().dtype() == s.k().dtype() && s.k().dtype() == s.v().dtype();
    return one ? s.q().dtype().label() : s.q().dtype() + "," + s.k().dtype() + "," + s.v().dtype();
  }

  private static String mask(Setting s) {
    Array mask = s.mask();
    String cache = s.cache() == null ? "" : " cache " + CacheForm.label(s.cache());
    return (s.form().text().isEmpty() ? "" : " " + s.form().text())
        + cache
        + (mask == null ? "" : " mask " + mask.dtype() + mask.shape());
  }

  private static List<String> notes(Variant variant, Limits limits) {
    List<String> notes = new ArrayList<>();
    notes.add(dtypes(variant));
    Work work = variant.dispatch().work();
    Peaks peaks = limits.peaks();
    if (peaks == null) {
      notes.add("limits are unknown here; %device --peaks measures them");
    } else {
      Peaks.OfLimit of = peaks.ofLimit(work, variant.dtype(), 0);
      List<String> launch = Race.verdict(limits, work, variant.dtype(), 0);
      notes.addAll(launch);
      if (launch.isEmpty()) {
        notes.add(
            "bound by "
                + (of.bound() == Peaks.Bound.COMPUTE ? "compute" : "memory")
                + ": the limit is "
                + Unit.text(of.limitNanos()));
      }
    }
    notes.addAll(tiles(variant.setting()));
    notes.addAll(cache(variant.setting()));
    notes.addAll(Blind.lines(variant.setting()));
    notes.add("fix: " + Fix.of(variant, peaks));
    return notes;
  }

  /** What a mask lets a kernel skip. */
  private static List<String> tiles(Setting s) {
    Mask mask = s.form().visible();
    Dims d = s.dims();
    if (mask == null || d.tq() == 0 || d.tk() == 0) {
      return List.of();
    }
    BlockMask tiles = Lazuli.blockMask(mask, d.tq(), d.tk());
    return List.of(
        String.format(
            Locale.ROOT,
            "mask %s: %d x %d tiles: %s, %.1f %% skipped%s",
            mask,
            tiles.tileQueries(),
            tiles.tileKeys(),
            tiles.counts(),
            100 * tiles.sparsity(),
            tiles.known() ? "" : "; partial ones are decided when it runs"));
  }

  private static List<String> cache(Setting s) {
    KvCache cache = s.cache();
    if (cache == null) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    double plain = (double) (s.k().size() + s.v().size()) * DType.BF16.bytes();
    lines.add(
        String.format(
            Locale.ROOT,
            "cache %s: %s for %d slots; keys and values in bf16 would be %s",
            CacheForm.label(cache),
            Quantity.bytes(cache.bytes()),
            cache.pages() * cache.pageSize(),
            Quantity.bytes(plain)));
    if (cache.format() != KvFormat.PLAIN) {
      KvCache.Error e = cache.error();
      lines.add(
          String.format(
              Locale.ROOT,
              "codes are off by: keys max %.2g, RMS %.2g of theirs; values max %.2g, RMS %.2g",
              e.keyMax(),
              e.keyRms(),
              e.valueMax(),
              e.valueRms()));
    }
    return lines;
  }

  private static String dtypes(Variant variant) {
    Setting s = variant.setting();
    Array mask = s.mask();
    List<String> casts = variant.casts();
    return "dtypes: q "
        + s.q().dtype()
        + ", k "
        + s.k().dtype()
        + ", v "
        + s.v().dtype()
        + (mask == null ? "" : ", mask " + mask.dtype())
        + " -> result "
        + variant.dtype()
        + "; casts: "
        + (casts.isEmpty() ? "none" : String.join(", ", casts));
  }
}
