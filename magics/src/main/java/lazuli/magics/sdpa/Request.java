package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.Lazuli;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.measure.Quantity;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/**
 * A grid as asked for, checked before anything is made.
 *
 * @param action {@code sweep}, {@code search} or {@code check}
 * @param axes of the grid, in the order of the table's columns
 * @param points of the grid
 * @param kernels that were named; empty when none was
 */
record Request(String action, List<Axis> axes, List<Point> points, List<String> kernels) {
  private static final String CHECKED = "1,4:2,33:65,40";
  private static final int MOST_POINTS = 1000;

  static Request of(String action, SdpaOptions all) {
    boolean check = action.equals("check");
    OperandOptions options = all.operands;
    CacheOptions kept = all.caches;
    Dims dims = all.dims(check ? CHECKED : OperandOptions.DEFAULT_SHAPE);
    List<Axis> axes = new ArrayList<>();
    for (String text : all.grid.axes) {
      add(axes, Axis.parse("--sweep", text));
    }
    Types types = Types.GIVEN;
    if (options.dtype != null && options.dtype.contains("=")) {
      types = Types.parse(options.dtype).getFirst();
    } else if (options.dtype != null) {
      Types.parse(options.dtype);
      add(axes, Axis.parse("--dtype", "dtype=" + options.dtype));
    }
    String mask = all.mask();
    if (mask != null) {
      add(axes, Axis.parse("--mask", "mask=" + mask));
    }
    if (all.tiles.tile != null) {
      add(axes, Axis.parse("--tile", "tile=" + all.tiles.tile));
    }
    kept.forms();
    if (kept.cache != null) {
      add(axes, Axis.parse("--cache", "cache=" + kept.cache));
    }
    if (kept.type != null) {
      add(axes, Axis.parse("--kv-dtype", "kv-dtype=" + kept.type));
    }
    List<String> kernels = List.of();
    if (options.backend != null) {
      Axis named = Axis.parse("--backend", "backend=" + options.backend);
      kernels = Kernels.list(options.backend);
      if (!check) {
        add(axes, named);
      }
    }
    defaults(action, axes);
    axes.stream()
        .filter(a -> a.name().equals("dtype"))
        .forEach(a -> a.values().forEach(Types::parse));
    axes.stream()
        .filter(a -> a.name().equals("mask"))
        .forEach(a -> a.values().forEach(Masks::check));
    axes.stream()
        .filter(a -> a.name().equals("backend"))
        .forEach(a -> Kernels.list(String.join(",", a.values())));
    axes.stream()
        .filter(a -> a.name().equals("tile"))
        .forEach(a -> a.values().forEach(TileOptions::parse));
    double count = 1;
    for (Axis axis : axes) {
      count *= axis.values().size();
    }
    if (count > MOST_POINTS) {
      throw new UsageException(
          String.format(
              "the grid has %.0f points, at most %d; use larger steps", count, MOST_POINTS));
    }
    List<Point> points =
        Point.grid(
            new Point(dims, types, "none", CacheForm.PLAIN, kept.decode, "auto", "auto", List.of()),
            List.copyOf(axes));
    Request request = new Request(action, List.copyOf(axes), points, kernels);
    request.checkSizes(all.grid);
    return request;
  }

  private static void add(List<Axis> axes, Axis axis) {
    if (axes.stream().anyMatch(other -> other.name().equals(axis.name()))) {
      throw new UsageException("the axis '" + axis.name() + "' is given twice");
    }
    axes.add(axis);
  }

  /** What a search or a check varies when the user does not say. */
  private static void defaults(String action, List<Axis> axes) {
    List<String> texts =
        switch (action) {
          case "search" -> List.of("dtype=f32,bf16,f16", "backend=naive,flash,split");
          case "check" -> List.of("dtype=f32,bf16,f16", "mask=none,causal");
          default -> axes.isEmpty() ? List.of("s=256..2048*2", "backend=naive,flash") : List.of();
        };
    for (String text : texts) {
      Axis axis = Axis.parse("--sweep", text);
      if (axes.stream().noneMatch(other -> other.name().equals(axis.name()))) {
        axes.add(axis);
      }
    }
  }

  /** A range that no machine holds is refused at once; a memory budget makes its rows skipped. */
  private void checkSizes(GridOptions options) {
    Point largest = points.getFirst();
    for (Point point : points) {
      largest = point.operandBytes() > largest.operandBytes() ? point : largest;
    }
    double limit = Lazuli.memory().limit();
    boolean bounded = options.budget != null && options.budget.contains("mem");
    if (largest.operandBytes() > limit && !bounded) {
      throw new UsageException(
          points.size()
              + (points.size() == 1 ? " point" : " points")
              + ", the largest q, k and v need "
              + Quantity.bytes(largest.operandBytes())
              + ", more than the limit of "
              + Quantity.bytes(limit)
              + "; lower the end or add --budget mem=..");
    }
  }

  Sweep sweep(SdpaOptions options) {
    List<Limit> budget = options.grid.budget == null ? List.of() : Limit.parse(options.grid.budget);
    boolean search = action.equals("search");
    Dims dims = points.getFirst().dims();
    return new Sweep(
        action,
        "SDPA " + action + " from " + dims,
        axes,
        points,
        options.timing.error || search,
        budget,
        options.timing.roofline,
        options.operands.seed);
  }

  /** {@return the points and their bytes, nothing made} */
  Report dryRun(Use use) {
    List<Row> rows = new ArrayList<>();
    for (Point point : points) {
      rows.add(
          Row.of(
              Cell.of(point.name()),
              Cell.of(Quantity.bytes(point.operandBytes())),
              Cell.of(Quantity.bytes(point.scoreBytes()))));
    }
    return new Report(
        points.size() + " points from " + points.getFirst().dims(),
        List.of(
            Column.words("Point"),
            Column.numbers("q, k, v", ""),
            Column.numbers("scores if unfused", "")),
        rows,
        List.of("dry run: nothing was computed or timed"),
        use.limits().environment(use.device(), use.seed()));
  }
}
