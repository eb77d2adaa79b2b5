package lazuli.magics.sdpa;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import lazuli.array.AttentionTiles;
import lazuli.array.attention.AttentionShape;
import lazuli.array.attention.KvFormat;
import lazuli.array.attention.Tile;
import lazuli.array.cpu.attention.TileClass;
import lazuli.kernel.ext.Progress;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.measure.Spread;
import lazuli.magics.measure.Unit;
import lazuli.magics.measure.Values;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import lazuli.magics.stats.Comparison;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Subject;
import lazuli.magics.stats.Timing;
import org.jspecify.annotations.Nullable;

/**
 * One tuning: every tile in turns, then the fastest against the tile in use on guard shapes of the
 * same class, with fresh samples, since the best of many is partly luck.
 */
final class Tuning {
  /** An undecided guard whose interval reaches below this may hide a loss that matters. */
  private static final double LEAST = 0.95;

  /** Times variants in turns. */
  @FunctionalInterface
  interface Timer {
    /**
     * {@return the timings in order}
     *
     * @param variants what to time
     * @param progress told what there is already
     * @throws Exception what a call throws
     */
    List<Timing> time(List<Variant> variants, Consumer<List<Timing>> progress) throws Exception;
  }

  private final Use use;
  private final Timer timer;
  private final Dims dims;
  private final Types types;
  private final String mask;
  private final String kernel;
  private final TileClass group;
  private final Variant now;
  private final List<Tile> tiles;

  private Tuning(
      Use use,
      Timer timer,
      Dims dims,
      Types types,
      String mask,
      TileClass group,
      Variant now,
      List<Tile> tiles) {
    this.use = use;
    this.timer = timer;
    this.dims = dims;
    this.types = types;
    this.mask = mask;
    this.kernel = now.kernel();
    this.group = group;
    this.now = now;
    this.tiles = tiles;
  }

  /** A shape of the same class that must not get slower. */
  private record Guard(String name, Dims dims, String mask) {}

  /** {@return the tuning asked for, checked before anything is measured} */
  static Tuning of(Use use) {
    Sampler sampler = use.sampler();
    return of(
        use,
        (variants, progress) ->
            sampler.run(
                variants.stream()
                    .map(v -> Subject.of(v.name(), () -> Values.ready(v.build()), sampler.clock()))
                    .toList(),
                use.options().timing.budget(),
                progress));
  }

  static Tuning of(Use use, Timer timer) {
    OperandOptions options = use.options().operands;
    List<Types> types = options.dtype == null ? List.of(Types.GIVEN) : Types.parse(options.dtype);
    String asked = use.options().mask();
    String mask = asked == null ? "none" : asked;
    String backend = options.backend == null ? "auto" : options.backend;
    if (types.size() > 1 || Form.list(mask).size() > 1 || backend.contains(",")) {
      throw new UsageException(
          "%sdpa tune takes one dtype, mask and backend; run it once for each");
    }
    if (!List.of("auto", "flash", "split").contains(backend)) {
      throw new UsageException(
          "%sdpa tune: '" + backend + "' has no tiles; flash and split have them");
    }
    Masks.check(mask);
    List<Tile> wanted = new ArrayList<>();
    String list = use.options().tiles.tile;
    if (list != null) {
      for (String text : list.split(",", -1)) {
        Tile tile = TileOptions.parse(text);
        if (tile != null) {
          wanted.add(tile);
        }
      }
    }
    Dims dims = use.options().dims(OperandOptions.DEFAULT_SHAPE);
    Setting setting = setting(use, dims, types.getFirst(), mask);
    String forced = backend.equals("auto") ? "" : backend;
    Variant now = Variant.of("in use", setting, forced);
    String chosen = now.refusal().isEmpty() ? now.dispatch().kernel() : "";
    if (!List.of("flash", "split").contains(chosen)) {
      throw new UsageException(
          "%sdpa tune: "
              + (chosen.isEmpty()
                  ? now.refusal()
                  : "the kernel of this attention is "
                      + chosen
                      + ", which has no tiles; flash and split have them"));
    }
    TileClass group = group(chosen, setting);
    List<Tile> tiles = wanted.isEmpty() ? TileGrid.of(chosen, dims) : List.copyOf(wanted);
    Variant pinned = Variant.of("in use", setting, chosen);
    return new Tuning(use, timer, dims, types.getFirst(), mask, group, pinned, tiles);
  }

  private static Setting setting(Use use, Dims dims, Types types, String mask) {
    return Masks.masked(Setting.random(dims, use.seed()), mask, true, use.variables())
        .as(types)
        .evaluated();
  }

  private static TileClass group(String kernel, Setting s) {
    Dims d = s.dims();
    AttentionShape shape =
        new AttentionShape(d.b(), d.hq(), d.hkv(), d.tq(), d.tk(), d.d(), d.dv());
    return TileClass.of(kernel, s.k().dtype(), KvFormat.PLAIN, shape);
  }

  /** Shapes of the same class: other masks, lengths, heads and batches. */
  private List<Guard> guards() {
    List<Guard> all = new ArrayList<>();
    all.add(new Guard("the shape itself, again", dims, mask));
    boolean causal = mask.equals("causal");
    all.add(new Guard(causal ? "without a mask" : "causal", dims, causal ? "none" : "causal"));
    long shorter = Math.max(1, dims.tq() * 5 / 8);
    all.add(
        new Guard(
            "5/8 of the length",
            dims.with("tq", shorter).with("tk", Math.max(1, dims.tk() * 5 / 8)),
            mask));
    all.add(new Guard("one key more", dims.with("tk", dims.tk() + 1), mask));
    all.add(new Guard("one key less", dims.with("tk", Math.max(1, dims.tk() - 1)), mask));
    all.add(
        new Guard(
            "one head", new Dims(dims.b(), 1, 1, dims.tq(), dims.tk(), dims.d(), dims.dv()), mask));
    if (dims.hq() == dims.hkv() && dims.hq() % 4 == 0) {
      all.add(new Guard("4 query heads share keys", dims.withKeyHeads(dims.hq() / 4), mask));
    }
    if (dims.hq() != dims.hkv()) {
      all.add(new Guard("each head its own keys", dims.withKeyHeads(dims.hq()), mask));
    }
    all.add(new Guard("twice the batch", dims.with("b", 2 * dims.b()), mask));
    return all.stream().filter(this::inGroup).toList();
  }

  private boolean inGroup(Guard guard) {
    AttentionShape s =
        new AttentionShape(
            guard.dims.b(),
            guard.dims.hq(),
            guard.dims.hkv(),
            guard.dims.tq(),
            guard.dims.tk(),
            guard.dims.d(),
            guard.dims.dv());
    return TileClass.of(kernel, now.setting().k().dtype(), KvFormat.PLAIN, s).equals(group);
  }

  /** {@return what would be measured} */
  Report dryRun() {
    List<Row> rows = new ArrayList<>();
    for (Tile tile : tiles) {
      rows.add(Row.of(Cell.of("tile"), Cell.of(tile.toString())));
    }
    for (Guard guard : guards()) {
      rows.add(Row.of(Cell.of("guard"), Cell.of(guard.name + ": " + guard.dims)));
    }
    return new Report(
        title(),
        List.of(Column.words("What"), Column.words("Which")),
        rows,
        List.of("dry run: nothing was computed, timed or changed"),
        use.limits().environment("cpu", use.seed()));
  }

  private String title() {
    return "Tiles for " + group + ", measured at " + dims + (mask.equals("none") ? "" : " " + mask);
  }

  /** Measures, decides, and keeps what won. */
  TuneResult run() throws Exception {
    List<Variant> variants = new ArrayList<>(List.of(now));
    for (Tile tile : tiles) {
      variants.add(Variant.of(tile.toString(), now.setting(), kernel, tile));
    }
    List<Variant> running = variants.stream().filter(v -> v.refusal().isEmpty()).toList();
    try (Progress progress = use.cell().progress(title(), -1)) {
      progress.note(running.size() + " tiles in turns");
      List<Timing> timings =
          timer.time(
              running,
              some -> progress.partial(result(variants, running, some, List.of(), null).report()));
      if (use.cell().interrupted()) {
        progress.close("interrupted");
        String note = "interrupted: nothing was changed";
        return result(variants, running, timings, List.of(note), null);
      }
      List<String> notes = new ArrayList<>();
      Tile kept = decide(running, timings, progress, notes);
      progress.close(kept == null ? "nothing changed" : "kept " + kept);
      return result(variants, running, timings, notes, kept);
    }
  }

  /** {@return the tile that was kept, or null; every reason is a note} */
  private @Nullable Tile decide(
      List<Variant> running, List<Timing> timings, Progress progress, List<String> notes)
      throws Exception {
    int best = best(timings);
    Tile tile = best <= 0 ? null : running.get(best).tile();
    if (tile == null) {
      notes.add("not changed: no tile is faster than the one in use");
      return null;
    }
    Comparison gain = versus(timings, best);
    if (gain.verdict() != Comparison.Verdict.FASTER) {
      notes.add(
          String.format(
              Locale.ROOT,
              "not changed: the best, %s, against the one in use: %s",
              tile,
              gain.text()));
      return null;
    }
    Comparison confirmed = null;
    boolean held = true;
    for (Guard guard : guards()) {
      progress.note("guard: " + guard.name);
      Comparison c = race(guard, tile);
      if (c == null || use.cell().interrupted()) {
        notes.add("interrupted: nothing was changed");
        return null;
      }
      boolean first = confirmed == null;
      confirmed = first ? c : confirmed;
      String why = reason(c, first);
      held &= why.isEmpty();
      notes.add(
          "guard: "
              + guard.name
              + ": "
              + c.text()
              + (why.isEmpty() ? "" : ", so not kept: " + why));
    }
    if (!held || confirmed == null) {
      notes.add("not changed: " + tile + " does not pass every guard");
      return null;
    }
    String day = LocalDate.now(ZoneOffset.UTC).toString();
    try {
      AttentionTiles.keep(group, tile, day, confirmed.text());
    } catch (IOException unwritable) {
      notes.add("not changed: " + unwritable.getMessage());
      return null;
    }
    notes.add(
        "kept: " + tile + " for " + group + " on this device; %sdpa tune --undo takes it back");
    return tile;
  }

  /** {@return why a guard does not hold; empty when it does} */
  static String reason(Comparison c, boolean again) {
    return switch (c.verdict()) {
      case SLOWER -> "it is slower";
      case SAME -> again ? "the gain was luck" : "";
      case UNDECIDED ->
          again
              ? "the gain is not certain; more --time decides"
              : c.low() < LEAST
                  ? String.format(
                      Locale.ROOT,
                      "it may be %.0f %% slower; more --time decides",
                      100 * (1 - c.low()))
                  : "";
      case FASTER -> "";
    };
  }

  private @Nullable Comparison race(Guard guard, Tile tile) throws Exception {
    Setting setting = setting(use, guard.dims, types, guard.mask);
    Variant before = Variant.of("in use", setting, kernel);
    Variant after = Variant.of("tile", setting, kernel, tile);
    List<Timing> timings = timer.time(List.of(before, after), _ -> {});
    return timings.stream().anyMatch(t -> t.samples().length < 2) ? null : versus(timings, 1);
  }

  private Comparison versus(List<Timing> timings, int i) {
    return Comparison.of(timings.getFirst().samples(), timings.get(i).samples(), use.seed());
  }

  private static int best(List<Timing> timings) {
    int best = 0;
    for (int i = 1; i < timings.size(); i++) {
      double median = timings.get(i).summary().median();
      best = median < timings.get(best).summary().median() ? i : best;
    }
    return best;
  }

  private TuneResult result(
      List<Variant> variants,
      List<Variant> running,
      List<Timing> timings,
      List<String> notes,
      @Nullable Tile kept) {
    Unit unit = Unit.fitting(timings.getFirst().summary().median());
    List<Column> columns = new ArrayList<>(List.of(Column.words("Tile")));
    columns.addAll(Spread.columns(unit));
    columns.add(Column.numbers("Panels", "KiB"));
    columns.add(Column.words("Against the one in use"));
    List<Row> rows = new ArrayList<>();
    for (Variant variant : variants) {
      int at = running.indexOf(variant);
      List<Cell> cells = new ArrayList<>(List.of(Cell.of(variant.name())));
      if (at < 0 || timings.get(at).samples().length == 0) {
        for (int i = 0; i < 5; i++) {
          cells.add(Cell.NONE);
        }
        cells.add(Cell.of(at < 0 ? "skipped: " + variant.refusal() : "not measured"));
        rows.add(new Row(cells, new double[0]));
        continue;
      }
      Timing timing = timings.get(at);
      cells.addAll(Spread.cells(timing, unit));
      Tile tile = variant.tile();
      cells.add(tile == null ? Cell.NONE : Cell.of(TileGrid.panels(tile, now.setting()) / 1024));
      cells.add(
          Cell.of(
              at == 0
                  ? "(" + now.dispatch().details().split(",", 2)[0].split(";", 2)[0] + ")"
                  : versus(timings, at).text()));
      rows.add(new Row(cells, timing.samples()));
    }
    List<String> all = new ArrayList<>(notes);
    all.add(
        "the queries of a tile change no bit of a result; its keys decide the order of sums, so a"
            + " tuned tile may give other last bits than another machine's");
    Report report =
        new Report(title(), columns, rows, all, use.limits().environment("cpu", use.seed()));
    return new TuneResult(
        report,
        TileGrid.landscape(running, timings),
        group.text(),
        bestTile(running, timings),
        kept);
  }

  private static @Nullable Tile bestTile(List<Variant> running, List<Timing> timings) {
    return running.get(best(timings)).tile();
  }
}
