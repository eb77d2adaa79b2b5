package lazuli.magics.show;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.attention.AttentionOption;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import lazuli.magics.picture.Heatmap;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/** How far each kernel is from float64, by type, head and query. */
final class NumericsView {
  private static final DType[] TYPES = {DType.F32, DType.F16, DType.BF16};
  private static final List<String> KERNELS = List.of("naive", "flash", "split");
  private static final double MOST = 2e9;
  private static final int MOST_COLUMNS = 64;

  private NumericsView() {}

  static View of(Array q, Array k, Array v, AttentionOption... options) {
    double work =
        (double) q.size() * k.shape().dim(2) * (1 + (double) v.shape().dim(3) / q.shape().dim(3));
    if (!(work <= MOST)) {
      throw new ArrayException(
          String.format(
              Locale.ROOT,
              "numerics was given q %s and k %s: %.2g products",
              q.shape(),
              k.shape(),
              work),
          "at most 2e9, since the float64 reference takes its time",
          "give it fewer heads or a shorter piece");
    }
    List<Row> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    double[] own = new double[0];
    double[] expectedOwn = own;
    String ran = "";
    for (DType type : TYPES) {
      Array qt = q.astype(type).eval();
      Array kt = k.astype(type).eval();
      Array vt = v.astype(type).eval();
      double[] expected =
          attend(
              qt.astype(DType.F64),
              kt.astype(DType.F64),
              vt.astype(DType.F64),
              "reference",
              options);
      double naive = Double.NaN;
      for (String kernel : KERNELS) {
        double[] actual;
        try {
          actual = attend(qt, kt, vt, kernel, options);
        } catch (ArrayException refused) {
          continue;
        }
        double max = 0;
        double squares = 0;
        int worst = 0;
        for (int i = 0; i < actual.length; i++) {
          double off = Math.abs(actual[i] - expected[i]);
          squares += off * off;
          worst = off > max || Double.isNaN(off) ? i : worst;
          max = off > max || Double.isNaN(off) ? off : max;
        }
        double rms = actual.length == 0 ? 0 : Math.sqrt(squares / actual.length);
        naive = kernel.equals("naive") ? rms : naive;
        rows.add(
            Row.of(
                Cell.of(type.label()),
                Cell.of(kernel),
                Cell.of(max),
                Cell.of(rms),
                Cell.of(rms / naive),
                Cell.of(place(worst, q.shape(), v.shape())),
                Cell.of(actual.length == 0 ? 0 : spacing(type, expected[worst]))));
        if (type == q.dtype() && !kernel.equals("naive")) {
          own = actual;
          expectedOwn = expected;
          ran = kernel;
        }
      }
    }
    notes.add(
        "float64 from the same, already rounded, operands; naive rounds its scores and weights to"
            + " the type, the others only the result");
    String title = "error against float64, q " + q.shape() + ", k " + k.shape();
    List<Column> columns =
        List.of(
            Column.words("type"),
            Column.words("kernel"),
            Column.numbers("max err", ""),
            Column.numbers("RMS err", ""),
            Column.numbers("RMS/naive", ""),
            Column.words("worst at"),
            Column.numbers("one ulp there", ""));
    Report report = new Report(title, columns, rows, notes, Where.here());
    if (own.length == 0) {
      return new View(List.of(), report.withNote("no map: q is " + q.dtype()), List.of());
    }
    return View.of(
        map(own, expectedOwn, q.shape(), v.shape(), ran + " " + q.dtype()).picture(), report);
  }

  private static double[] attend(
      Array q, Array k, Array v, String kernel, AttentionOption... options) {
    List<AttentionOption> all = new ArrayList<>(List.of(options));
    all.removeIf(option -> option instanceof AttentionOption.ForcedKernel);
    all.add(Lazuli.kernel(kernel));
    return Lazuli.sdpa(q, k, v, all.toArray(new AttentionOption[0])).toDoubleArray();
  }

  private static String place(int at, Shape q, Shape v) {
    long row = at / Math.max(1, v.dim(3));
    return "b "
        + row / (q.dim(1) * q.dim(2))
        + " h "
        + row / q.dim(2) % q.dim(1)
        + " q "
        + row % q.dim(2);
  }

  /** The distance of neighbouring numbers of a type. */
  private static double spacing(DType type, double x) {
    int bits = type == DType.F32 ? 23 : type == DType.F16 ? 10 : 7;
    int least = type == DType.F16 ? -14 : -126;
    return Math.scalb(1.0, Math.max(least, Math.getExponent(x)) - bits);
  }

  /** The largest error of each head and query, of long sequences of each stretch of queries. */
  private static Heatmap map(double[] actual, double[] expected, Shape q, Shape v, String what) {
    int heads = Math.toIntExact(q.dim(1));
    int queries = Math.toIntExact(q.dim(2));
    int width = Math.toIntExact(v.dim(3));
    int each = Math.max(1, (queries + MOST_COLUMNS - 1) / MOST_COLUMNS);
    double[][] most = new double[heads][(queries + each - 1) / each];
    for (int i = 0; i < actual.length; i++) {
      int row = i / width;
      int head = row / queries % heads;
      int column = row % queries / each;
      most[head][column] = Math.max(most[head][column], Math.abs(actual[i] - expected[i]));
    }
    double largest = Arrays.stream(most).flatMapToDouble(Arrays::stream).max().orElse(0);
    for (double[] line : most) {
      for (int j = 0; j < line.length && largest > 0; j++) {
        line[j] /= largest;
      }
    }
    List<String> names = new ArrayList<>();
    for (int h = 0; h < heads; h++) {
      names.add("h" + h);
    }
    List<String> places = new ArrayList<>();
    for (int j = 0; j < most[0].length; j++) {
      places.add(Integer.toString(j * each));
    }
    String title = "error by head and query, " + what + ", 1 is " + Cell.digits(largest);
    return new Heatmap(title, most, names, places);
  }
}
