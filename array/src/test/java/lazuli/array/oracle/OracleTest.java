package lazuli.array.oracle;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.op.Binary;
import lazuli.array.op.Catalogue;
import lazuli.array.op.Reduction;
import lazuli.array.op.Scanning;
import lazuli.array.op.Unary;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Promotion;
import lazuli.array.type.Rounding;
import lazuli.array.type.Tolerance;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operation of the table that is made of others: plain loops in float64 agree with it in
 * every type, over awkward shapes, from every layout, on each backend; its type is what the table
 * says; its gradient is the slope, or there is none as the table says.
 */
class OracleTest {
  private static final String[] BACKENDS = {"cpu", "reference"};

  /** A type of each width. */
  private static final Set<DType> WIDTHS = Set.of(BOOL, BF16, F32, F64, I64);

  private static List<Row> rows() {
    List<Row> all = new ArrayList<>();
    all.addAll(ElementRows.rows());
    all.addAll(ShapeRows.rows());
    all.addAll(ReductionRows.rows());
    all.addAll(IndexRows.rows());
    all.addAll(ProductRows.rows());
    all.addAll(ModelRows.rows());
    return all;
  }

  private static Map<String, Catalogue.Entry> table() {
    Map<String, Catalogue.Entry> table = new LinkedHashMap<>();
    Catalogue.entries().forEach(e -> table.put(e.name(), e));
    return table;
  }

  /** An operation without an oracle fails here; rows of the enums have theirs in RowContract. */
  @Test
  void everyOperationOfTheTableHasAnOracle() {
    Set<String> missing = new TreeSet<>(table().keySet());
    rows().forEach(row -> missing.remove(row.name()));
    Stream.of(Unary.values()).forEach(row -> missing.remove(row.label()));
    Stream.of(Binary.values()).forEach(row -> missing.remove(row.label()));
    Stream.of(Reduction.values()).forEach(row -> missing.remove(row.label()));
    Stream.of(Scanning.values()).forEach(row -> missing.remove(row.label()));
    assertEquals(Set.of(), missing, "operations without an oracle and a test domain");
    Set<String> unknown = new TreeSet<>();
    rows().forEach(row -> unknown.add(row.name()));
    unknown.removeAll(table().keySet());
    assertEquals(Set.of(), unknown, "oracles of no operation");
  }

  /** How the operands lie in memory. */
  private enum Layout {
    DENSE,
    TRANSPOSED,
    REVERSED,
    EVERY_OTHER;

    Array of(double[] values, DType type, long... dims) {
      Array dense = array(values, type).reshape(dims).eval();
      int last = dims.length - 1;
      return switch (this) {
        case DENSE -> dense;
        case TRANSPOSED -> dense.transpose().contiguous().eval().transpose();
        case REVERSED -> dims.length == 0 ? dense : dense.flip(0).contiguous().eval().flip(0);
        case EVERY_OTHER -> dims.length == 0 ? dense : dense.repeat(2, last).eval().get("..., ::2");
      };
    }
  }

  @TestFactory
  Stream<DynamicTest> plainLoopsAgree() {
    Map<String, Catalogue.Entry> table = table();
    return rows().stream()
        .flatMap(
            row ->
                Arrays.stream(row.types())
                    .map(
                        type ->
                            DynamicTest.dynamicTest(
                                row.name() + " " + type,
                                () -> agree(row, type, table.get(row.name())))));
  }

  private static void agree(Row row, DType type, Catalogue.Entry entry) throws Exception {
    for (String backend : BACKENDS) {
      for (long[][] shapes : row.shapes()) {
        for (Layout layout : Layout.values()) {
          // The reference reads every operand element by element; strides know widths, not types.
          boolean needed = backend.equals("cpu") && WIDTHS.contains(type);
          if (layout != Layout.DENSE && !needed) {
            continue;
          }
          String what = backend + " " + layout + " " + Arrays.deepToString(shapes);
          on(
              backend,
              () -> {
                agree(row, type, entry, shapes, layout, what);
                return what;
              });
        }
      }
    }
  }

  private static double[] sample(Row row, DType type, int operand, long... shape) {
    Random random = new Random(31 * operand + 7);
    int n = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    double[] out = new double[n];
    for (int i = 0; i < n; i++) {
      double x = row.low() + (row.high() - row.low()) * random.nextDouble();
      x = type.kind() == DType.Kind.UNSIGNED ? Math.abs(x) : x;
      out[i] = Rounding.to(type, type.isFloat() ? x : Math.rint(x));
    }
    return out;
  }

  private static void agree(
      Row row, DType type, Catalogue.Entry entry, long[][] shapes, Layout layout, String what) {
    Array[] in = new Array[shapes.length];
    Nd[] plain = new Nd[shapes.length];
    int terms = 1;
    for (int i = 0; i < in.length; i++) {
      double[] values = sample(row, type, i, shapes[i]);
      in[i] = layout.of(values, type, shapes[i]);
      plain[i] = new Nd(Arrays.stream(shapes[i]).mapToInt(d -> (int) d).toArray(), values);
      terms = Math.max(terms, (int) Arrays.stream(shapes[i]).max().orElse(1));
    }
    Array got = row.run().of(in);
    Nd expected = row.oracle().of(plain);
    assertArrayEquals(
        Arrays.stream(expected.dims()).asLongStream().toArray(), got.shape().dims(), what);
    DType result = result(row, type, entry);
    if (result != null) {
      assertEquals(result, got.dtype(), what);
    }
    double scale = expected.largest();
    if (!row.exact()) {
      Nd[] sizes = Arrays.stream(plain).map(x -> x.map(Math::abs)).toArray(Nd[]::new);
      scale = Math.max(1, Math.max(scale, row.oracle().of(sizes).largest()));
    }
    double[] values = got.toDoubleArray();
    DType out = got.dtype();
    for (int i = 0; i < values.length; i++) {
      double value = expected.v()[i];
      if (!out.isFloat()) {
        double wrapped = out == DType.U64 || out == BOOL ? value : Rounding.wrap(out, (long) value);
        if (out == DType.U64 && value < 0) {
          wrapped = value + 0x1p64;
        }
        assertEquals(wrapped, values[i], what + " at " + i);
      } else if (row.exact()) {
        assertEquals(Rounding.to(out, value) + 0.0, values[i] + 0.0, what + " at " + i);
      } else {
        assertEquals(
            value, values[i], row.slack() * Tolerance.of(out, terms, scale), what + " at " + i);
      }
    }
  }

  /** The type that the table promises; null where it names none. */
  private static @org.jspecify.annotations.Nullable DType result(
      Row row, DType type, Catalogue.Entry entry) {
    if (row.result() != null) {
      return row.result();
    }
    String types = entry.types();
    if (types.contains(" to ")) {
      String to = types.substring(types.indexOf(" to ") + 4);
      return Arrays.stream(DType.values()).filter(t -> t.label().equals(to)).findAny().orElse(null);
    }
    return types.equals("float") ? Promotion.lifted(type) : type;
  }

  /** Smooth enough in the row's domain; the first shape of a few elements serves. */
  @TestFactory
  Stream<DynamicTest> gradientsAreWhatTheTableSays() {
    Map<String, Catalogue.Entry> table = table();
    List<DynamicTest> tests = new ArrayList<>();
    for (Row row : rows()) {
      String says = table.get(row.name()).gradient();
      boolean floats = Arrays.asList(row.types()).contains(F64);
      if (says.equals("yes") && floats) {
        tests.add(DynamicTest.dynamicTest(row.name(), () -> slope(row)));
      } else if (says.startsWith("gives")
          || says.startsWith("works")
          || says.equals("not written yet")) {
        tests.add(DynamicTest.dynamicTest(row.name() + " has none", () -> none(row)));
      }
    }
    return tests.stream();
  }

  private static long[][] small(Row row) {
    return Arrays.stream(row.shapes())
        .filter(s -> Arrays.stream(s).allMatch(d -> size(d) > 0 && size(d) < 200))
        .max((a, b) -> Long.compare(Math.min(30, size(a[0])), Math.min(30, size(b[0]))))
        .orElseThrow();
  }

  private static long size(long... dims) {
    return Arrays.stream(dims).reduce(1, (a, b) -> a * b);
  }

  private static Array loss(Row row, Array... in) {
    Array y = row.run().of(in).reshape(-1).astype(F64);
    return y.mul(normal(key(77), F64, y.size())).sum();
  }

  private static void slope(Row row) {
    long[][] shapes = small(row);
    Array[] in = new Array[shapes.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = array(sample(row, F64, i, shapes[i]), F64).reshape(shapes[i]);
    }
    for (int operand = 0; operand < in.length; operand++) {
      int which = operand;
      UnaryOperator<Array> loss =
          x -> {
            Array[] all = in.clone();
            all[which] = x;
            return loss(row, all);
          };
      double[] at = in[which].toDoubleArray();
      double[] got;
      try {
        got = grad(loss).apply(in[which]).toDoubleArray();
      } catch (ArrayException e) {
        if (in.length > 1 && e.getMessage().contains("does not depend on its parameters")) {
          continue;
        }
        throw e;
      }
      for (int i = 0; i < at.length; i += Math.max(1, at.length / 12)) {
        double slope = 0;
        double h = 1e-5;
        for (int sign : new int[] {1, -1}) {
          double[] moved = at.clone();
          moved[i] += sign * h;
          slope += sign * loss.apply(array(moved, F64).reshape(shapes[which])).item() / (2 * h);
        }
        double allowed = 1e-5 * (1 + Math.abs(slope)) * Math.min(100, row.slack());
        assertEquals(slope, got[i], allowed, row.name() + " operand " + which + " at " + i);
      }
    }
  }

  private static void none(Row row) {
    long[][] shapes = small(row);
    DType type = row.types()[0];
    Array[] in = new Array[shapes.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = array(sample(row, type, i, shapes[i]), type).reshape(shapes[i]);
    }
    if (type.isFloat()) {
      assertThrows(
          ArrayException.class,
          () ->
              grad((Array x) -> {
                    Array[] all = in.clone();
                    all[0] = x;
                    return loss(row, all);
                  })
                  .apply(in[0]));
    }
  }

  /** What the oracle's own loops are checked by: values that are known without any program. */
  @Test
  void theLoopsKnowWhatIsKnown() {
    Nd m = new Nd(new int[] {2, 2}, new double[] {1, 2, 3, 4});
    assertArrayEquals(new double[] {7, 10, 15, 22}, Nd.product(m, m).v());
    assertArrayEquals(new double[] {3, 7}, m.fold(-1, v -> v[0] + v[1]).v());
    assertArrayEquals(new double[] {2, 1, 4, 3}, m.lines(1, v -> new double[] {v[1], v[0]}).v());
    assertEquals(3, m.spread(1, 0));
    assertTrue(IntStream.range(0, 100).allMatch(i -> ModelRows.uniform(1, i) < 1));
  }
}
