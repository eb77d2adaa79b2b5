package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import lazuli.array.Array;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Trace;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.kernel.ext.Progress;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.measure.Limits;
import lazuli.magics.measure.Race;
import lazuli.magics.measure.Spread;
import lazuli.magics.measure.Unit;
import lazuli.magics.measure.Values;
import lazuli.magics.option.Nearest;
import lazuli.magics.profile.Operations;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import lazuli.magics.stats.Comparison;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Steadiness;
import lazuli.magics.stats.Subject;
import lazuli.magics.stats.Timing;

/**
 * {@code %sdpa case}: the experiments of a published case study as one command each, in one form of
 * report, with guards for what went wrong there.
 */
final class CaseStudy implements Action {
  private static final String REPORT = "report";

  /** Calls behind each row of operations. */
  private static final int RECORDED = 10;

  /** The experiments and the sizes that they have unless asked otherwise. */
  private static final Map<String, String> SHAPES = new LinkedHashMap<>();

  static {
    SHAPES.put("kv-cache", "1,8,1:1024,64");
    SHAPES.put("quantise", "1,8,1:4096,64");
    SHAPES.put("flex", "1,8,512,64");
    SHAPES.put(REPORT, "");
  }

  @Override
  public String name() {
    return "case";
  }

  @Override
  public CaseResult run(Use use) throws Exception {
    List<String> names = List.copyOf(SHAPES.keySet());
    List<String> words = use.words();
    if (words.size() != 1 || !SHAPES.containsKey(words.getFirst())) {
      String given = String.join(" ", words);
      throw new UsageException(
          "%sdpa case takes one of "
              + String.join(" ", names)
              + "; got "
              + (given.isEmpty() ? "none" : "'" + given + "'" + Nearest.hint(given, names)));
    }
    if (use.options().operands.mask != null) {
      throw new UsageException("%sdpa case has masks of its own; leave out --mask");
    }
    String which = words.getFirst();
    List<String> chosen =
        which.equals(REPORT) ? names.subList(0, names.size() - 1) : List.of(which);
    if (which.equals(REPORT) && use.options().operands.shape != null) {
      throw new UsageException(
          "%sdpa case report runs each experiment at its own sizes; leave out --shape");
    }
    Limits limits = use.limits();
    List<Evidence> all = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    Map<Evidence, String> versus = new HashMap<>();
    List<Operations.Recorded> recorded = new ArrayList<>();
    try (Progress progress = use.cell().progress("%sdpa case " + which, -1)) {
      for (String name : chosen) {
        if (use.cell().interrupted()) {
          break;
        }
        progress.note(name);
        Cases cases = cases(use, Objects.requireNonNull(SHAPES.get(name)));
        List<CaseLine> lines = lines(cases, name);
        List<Evidence> some = measured(use, lines, chosen.size() > 1 ? name + ": " : "", limits);
        for (Evidence e : some) {
          Evidence first = name.equals("flex") ? sameLength(some, e) : some.getFirst();
          versus.put(
              e,
              e == first
                  ? "(baseline)"
                  : Comparison.of(first.timing().samples(), e.timing().samples(), use.seed())
                      .text());
        }
        all.addAll(some);
        for (Evidence e : some) {
          if (!use.cell().interrupted()) {
            recorded.add(recorded(e));
          }
        }
        if (name.equals("quantise") && !use.cell().interrupted()) {
          notes.addAll(cases.errors(lines));
        }
      }
      progress.close(all.size() + " variants");
    }
    List<String> found = CaseGuards.of(all);
    notes.addAll(found.isEmpty() ? List.of("guards: nothing found") : found);
    notes.addAll(doubts(all));
    if (use.cell().interrupted()) {
      notes.add("interrupted: rows without times were not measured");
    }
    return new CaseResult(
        table(use, which, all, versus, notes, limits),
        Operations.table(
            "Operations of each variant", recorded, RECORDED, limits, use.device(), use.seed()));
  }

  /** What to know before believing a row, a line for each kind of doubt. */
  private static List<String> doubts(List<Evidence> all) {
    List<String> warming = new ArrayList<>();
    List<String> noisy = new ArrayList<>();
    for (Evidence e : all) {
      String name = e.line().name();
      if (e.timing().steadiness().trend() == Steadiness.Trend.WARMING) {
        warming.add(name);
      } else if (Spread.noisy(e.timing())) {
        noisy.add(name);
      }
    }
    List<String> doubts = new ArrayList<>();
    if (!warming.isEmpty()) {
      doubts.add(
          "still getting faster while measured; give it more --time: "
              + String.join(", ", warming));
    }
    if (!noisy.isEmpty()) {
      doubts.add(
          "noisy, the IQR is above 25 % of the median; is other work running here? "
              + String.join(", ", noisy));
    }
    return doubts;
  }

  /** Some more calls, watched; their times are in no other table. */
  private static Operations.Recorded recorded(Evidence e) throws Exception {
    Trace trace = new Trace();
    trace.record(
        () -> {
          for (int i = 0; i < RECORDED; i++) {
            e.line().call().get().eval();
          }
          return true;
        });
    return new Operations.Recorded(e.line().name(), trace.spans());
  }

  /** The first of the same length: another length is another amount of work. */
  private static Evidence sameLength(List<Evidence> all, Evidence e) {
    return all.stream()
        .filter(other -> other.line().dims().equals(e.line().dims()))
        .findFirst()
        .orElse(e);
  }

  private static Cases cases(Use use, String shape) {
    OperandOptions options = use.options().operands;
    Dims dims = use.options().dims(shape);
    List<Types> types = Types.parse(options.dtype == null ? "f32" : options.dtype);
    DType dtype = types.getFirst().q();
    boolean one = types.size() == 1 && dtype != null && types.getFirst().k() == dtype;
    if (!one || dtype == null) {
      throw new UsageException("%sdpa case takes one dtype for q, k and v");
    }
    String backend = options.backend == null ? "" : options.backend;
    if (backend.contains(",")) {
      throw new UsageException("%sdpa case takes one backend");
    }
    return new Cases(dims, dtype, backend.equals("auto") ? "" : backend, use.seed());
  }

  private static List<CaseLine> lines(Cases cases, String name) {
    try {
      return switch (name) {
        case "kv-cache" -> cases.kvCache();
        case "quantise" -> cases.quantise();
        default -> cases.flex();
      };
    } catch (ArrayException wrong) {
      throw new UsageException(Variant.oneLine(wrong));
    }
  }

  private static List<Evidence> measured(
      Use use, List<CaseLine> lines, String prefix, Limits limits) throws Exception {
    Sampler sampler = use.sampler();
    Map<CaseLine, Dispatch> dispatches = new HashMap<>();
    List<Subject> subjects = new ArrayList<>();
    List<Long> before = new ArrayList<>();
    for (CaseLine line : lines) {
      try {
        dispatches.put(line, dispatch(Values.ready(line.call().get())));
      } catch (ArrayException refused) {
        throw new UsageException(line.name() + ": " + Variant.oneLine(refused));
      }
      before.add(line.keys().getAsLong());
      subjects.add(Subject.of(line.name(), () -> Values.ready(line.call().get()), sampler.clock()));
    }
    List<Timing> timings = sampler.run(subjects, use.options().timing.budget(), _ -> {});
    List<Evidence> all = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      CaseLine line = lines.get(i);
      Dispatch dispatch = Objects.requireNonNull(dispatches.get(line));
      Timing timing = timings.get(i);
      List<String> launch =
          timing.samples().length == 0
              ? List.of()
              : Race.verdict(limits, dispatch.work(), DType.F32, timing.summary().median());
      CaseLine named =
          new CaseLine(
              prefix + line.name(),
              line.call(),
              line.dims(),
              line.mask(),
              line.bytes(),
              line.plainBytes(),
              line.keys());
      all.add(
          new Evidence(
              named,
              dispatch,
              timing,
              before.get(i),
              line.keys().getAsLong(),
              launch.isEmpty() ? "" : launch.getFirst()));
    }
    return all;
  }

  private static Dispatch dispatch(Array evaluated) {
    return Objects.requireNonNull(evaluated.dispatch(), "an evaluated attention has a dispatch");
  }

  private static Report table(
      Use use,
      String which,
      List<Evidence> all,
      Map<Evidence, String> versus,
      List<String> notes,
      Limits limits) {
    double least =
        all.stream()
            .mapToDouble(e -> e.timing().summary().median())
            .filter(t -> t > 0)
            .min()
            .orElse(1e6);
    Unit unit = Unit.fitting(least);
    List<Column> columns = new ArrayList<>();
    columns.add(Column.words("Variant"));
    columns.add(Column.words("Kernel"));
    columns.addAll(Spread.columns(unit));
    columns.add(Column.numbers("K and V", "MiB"));
    columns.add(Column.words("vs baseline"));
    List<Row> rows = new ArrayList<>();
    for (Evidence e : all) {
      List<Cell> cells = new ArrayList<>();
      cells.add(Cell.of(e.line().name()));
      cells.add(Cell.of(e.dispatch().kernel()));
      cells.addAll(Spread.cells(e.timing(), unit));
      cells.add(Cell.of(e.line().bytes() / (1 << 20)));
      cells.add(Cell.of(Objects.requireNonNull(versus.get(e))));
      rows.add(new Row(cells, e.timing().samples()));
    }
    List<String> lines = new ArrayList<>(notes);
    lines.add("interleaved; every result is evaluated; first is the call that a reader feels");
    return new Report(
        "Case "
            + which
            + (all.isEmpty() || which.equals(REPORT)
                ? ""
                : " from " + all.getFirst().line().dims()),
        columns,
        rows,
        lines,
        limits.environment(use.device(), use.seed()));
  }
}
