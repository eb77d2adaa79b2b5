package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lazuli.array.profile.Refusal;
import lazuli.array.type.DType;
import lazuli.array.type.Tolerance;
import lazuli.kernel.ext.RunningCell;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/** {@code %sdpa check}: every kernel against the float64 reference, on points of a grid. */
final class Checking implements Action {
  /**
   * The naive form rounds scores, weights and result to a half type, where others round once. Seen
   * on the default grid: up to 3.7 times the others' bound.
   */
  private static final int STEPS = 8;

  @Override
  public String name() {
    return "check";
  }

  @Override
  public Report run(Use use) {
    Gridded.noArrays(use);
    Request request = Request.of("check", use.options());
    return use.options().grid.dryRun
        ? request.dryRun(use)
        : of(request.points(), request.kernels(), use);
  }

  /**
   * {@return a row for each point and kernel: its error against float64 and whether that is within
   * the tolerance of its type, or why it did not run}
   *
   * @param points what to attend; their kernels are ignored when {@code kernels} names some
   * @param kernels the kernels to check; those that exist here when empty
   * @param use asked for interrupts
   */
  private static Report of(List<Point> points, List<String> kernels, Use use) {
    RunningCell cell = use.cell();
    long seed = use.seed();
    List<Row> rows = new ArrayList<>();
    int failed = 0;
    int checked = 0;
    for (Point point : points) {
      if (cell.interrupted()) {
        break;
      }
      Map<String, ?> variables = cell.variables();
      Setting setting = point.setting(seed, variables);
      double[] reference = Accuracy.reference(setting);
      for (String kernel : kernels.isEmpty() ? known(setting) : kernels) {
        Variant variant =
            Variant.of(
                kernel,
                setting,
                kernel.equals("auto") ? "" : kernel,
                TileOptions.parse(point.tile()));
        List<Cell> cells = new ArrayList<>(List.of(Cell.of(point.name()), Cell.of(kernel)));
        if (!variant.refusal().isEmpty()) {
          cells.addAll(
              List.of(
                  Cell.NONE,
                  Cell.NONE,
                  Cell.NONE,
                  Cell.of("refused: " + reason(setting, kernel, variant))));
        } else {
          double[] values = variant.build().toDoubleArray();
          Accuracy error = Accuracy.of(values, reference);
          int factor = kernel.equals("naive") && variant.dtype().bytes() == 2 ? STEPS : 1;
          boolean right = within(values, reference, variant.dtype(), factor);
          checked++;
          failed += right ? 0 : 1;
          cells.add(Cell.of(error.max()));
          cells.add(Cell.of(error.rms()));
          cells.add(Cell.of(factor * Tolerance.of(variant.dtype())));
          cells.add(Cell.of(right ? "ok" : "FAILED"));
        }
        rows.add(new Row(cells, new double[0]));
      }
    }
    List<String> notes = new ArrayList<>();
    notes.add(
        checked == 0
            ? "nothing was checked: no kernel ran"
            : String.format(
                Locale.ROOT,
                "%d of %d within the tolerance a of |x - expected| <= a (1 + |expected|), expected in"
                    + " float64 from the same operands",
                checked - failed,
                checked));
    notes.add(
        "naive rounds scores and weights to a half type between its steps: a is "
            + STEPS
            + " times the others'");
    if (cell.interrupted()) {
      notes.add("interrupted");
    }
    return new Report(
        "SDPA checked against float64",
        List.of(
            Column.words("Case"),
            Column.words("Kernel"),
            Column.numbers("max err", ""),
            Column.numbers("RMS err", ""),
            Column.numbers("a", ""),
            Column.words("Result")),
        rows,
        notes,
        use.limits().environment(use.device(), seed));
  }

  /** {@return the kernel that would run and those that would not} */
  private static List<String> known(Setting setting) {
    Variant variant = Variant.of("", setting, "");
    List<String> names = new ArrayList<>(List.of(variant.dispatch().kernel()));
    variant.dispatch().refusals().stream()
        .map(Refusal::kernel)
        .filter(name -> !names.contains(name))
        .forEach(names::add);
    return names;
  }

  /** The kernel's own reason where it has one: shorter than what forcing it says. */
  static String reason(Setting setting, String kernel, Variant forced) {
    if (!forced.refusal().contains("which refuses: ")) {
      // What was asked for does not go together: no reason of the kernel's.
      return forced.refusal();
    }
    Variant free = Variant.of("", setting, "");
    return free.dispatch().refusals().stream()
        .filter(refusal -> refusal.kernel().equals(kernel))
        .map(refusal -> refusal.reason().text())
        .findFirst()
        .orElse(forced.refusal());
  }

  private static boolean within(double[] values, double[] expected, DType dtype, int factor) {
    for (int i = 0; i < values.length; i++) {
      double bound = factor * Tolerance.bound(dtype, expected[i]);
      // A NaN is not within.
      if (!(Math.abs(values[i] - expected[i]) <= bound)) {
        return false;
      }
    }
    return true;
  }
}
