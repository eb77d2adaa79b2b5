package lazuli.gpu;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.backend.BackendProvider.Availability.Available;
import lazuli.array.type.DType;
import lazuli.gpu.exec.SimulatedCard;
import lazuli.gpu.sim.SimDriver;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Sorts, scans, and elements by their place: the device against the float64 interpreter. */
class SimLinesTest {
  private static final long[] ORDERS = {0, 1, 7};
  private static final DType[] TYPES = {
    DType.F32, DType.F64, DType.F16, DType.BF16, DType.I8, DType.I32, DType.I64, DType.U8, DType.U64
  };

  /** Values with equals among them, NaN and -0 where the type has them. */
  private static Array values(DType type, long... dims) {
    Array x = normal(key(5), F32, dims).mul(4.0).round();
    if (type.isFloat()) {
      x = where(x.eq(3.0), full(Double.NaN, F32), where(x.eq(1.0), full(-0.0, F32), x));
    }
    return x.astype(type);
  }

  private static Map<String, Supplier<Array>> exact() {
    Map<String, Supplier<Array>> all = new LinkedHashMap<>();
    for (DType type : TYPES) {
      all.put("sort " + type, () -> values(type, 3, 100).sort(1));
      all.put("argsort " + type, () -> values(type, 3, 100).argsort(1));
      all.put("argmax " + type, () -> values(type, 3, 300).argmax(1));
      all.put("argmin " + type, () -> values(type, 40, 300).argmin(0));
      all.put("cummax " + type, () -> values(type, 3, 300).cummax(1));
      all.put(
          "searchsorted " + type, () -> searchsorted(values(type, 50).sort(), values(type, 7, 9)));
      all.put("take " + type, () -> values(type, 20, 6).take(array(new int[] {5, -1, 0}, I32), 0));
    }
    for (int n : new int[] {1, 2, 63, 64, 65, 1000, 1025, 2500}) {
      all.put("sort of " + n, () -> values(F32, 2, n).sort(1));
      all.put("argsort of " + n, () -> values(F32, n, 2).argsort(0));
    }
    all.put("argsort of a stride", () -> values(F32, 6, 70).t().get("::2").argsort(0));
    all.put("top", () -> topk(values(DType.I32, 4, 90), 5, 1));
    all.put("cummin of short lines", () -> values(F32, 300, 4).cummin(1));
    all.put("cummax across", () -> values(DType.I64, 50, 300).cummax(0));
    all.put("whole sums", () -> values(DType.I32, 2, 1000).cumsum(1));
    all.put("small whole sums", () -> values(DType.U8, 2, 70).cumsum(1));
    all.put("take rows", () -> values(F32, 9, 5).take(array(new long[] {8, 8, -9}), 0));
    all.put(
        "take columns of a transpose",
        () -> values(F32, 9, 5).t().take(array(new int[] {1, 4}, I32), 1));
    all.put(
        "take by two",
        () ->
            values(F32, 4, 5, 6)
                .get(
                    ":, {}, {}",
                    array(new int[] {1, 4, -1}, I32),
                    array(new int[] {0, 5, 2}, I32)));
    all.put("take along", () -> values(F32, 7, 30).takeAlongAxis(values(F32, 7, 30).argsort(0), 0));
    Array twice = array(new int[] {2, 0, 2, -1, 2}, I32);
    for (String update : List.of("set", "add", "mul", "max", "min")) {
      for (DType type : new DType[] {DType.F32, DType.BF16, DType.I32}) {
        all.put("rows " + update + " " + type, () -> updated(update, type, twice));
      }
    }
    all.put(
        "columns",
        () ->
            values(F32, 3, 4)
                .at(":, {}", array(new int[] {3, 1, 3}, I32))
                .add(arange(9).reshape(3, 3).astype(F32)));
    all.put(
        "put along",
        () ->
            zeros(F32, 4, 6)
                .putAlongAxis(
                    array(new int[] {1, 1, 5, 0, 2, 2, 3, 3}, I32).reshape(4, 2),
                    arange(8).reshape(4, 2).astype(F32),
                    1));
    all.put("join", () -> concatenate(1, values(F32, 3, 4), values(F32, 3, 1), values(F32, 3, 7)));
    all.put("part", () -> values(F32, 5, 6).at("::-2, 1:4").set(zeros(F32, 3, 3)));
    all.put("bits", () -> values(F32, 3, 4).t().view(DType.U8));
    all.put("wider bits", () -> values(DType.U8, 3, 8).view(DType.U64));
    return all;
  }

  private static Array updated(String update, DType type, Array at) {
    Array x = arange(15).reshape(5, 3).add(1).astype(type);
    Array values = arange(15).reshape(5, 3).sub(4).astype(type);
    var place = x.at("{}", at);
    return switch (update) {
      case "set" -> place.set(values);
      case "add" -> place.add(values);
      case "mul" -> place.mul(values);
      case "max" -> place.max(values);
      default -> place.min(values);
    };
  }

  @TestFactory
  Stream<DynamicTest> bitsAreTheInterpreters() {
    return exact().entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> same(e.getValue(), 0)));
  }

  @TestFactory
  Stream<DynamicTest> scansAgreeWithFloat64() {
    Map<String, Supplier<Array>> all = new LinkedHashMap<>();
    for (DType type : new DType[] {DType.F32, DType.F64, DType.F16, DType.BF16}) {
      Supplier<Array> x = () -> uniform(key(3), type, 3, 700).add(0.5).astype(type);
      double unit = type == DType.F64 ? 1e-13 : type == DType.F32 ? 1e-5 : 1e-2;
      all.put(type + " " + unit + " sum", () -> x.get().cumsum(1));
      all.put(type + " " + unit + " product", () -> x.get().get(":, :60").cumprod(1));
      all.put(type + " " + unit + " across", () -> x.get().cumsum(0));
      all.put(type + " " + unit + " logs", () -> x.get().logcumsumexp(1));
      all.put(type + " " + unit + " back", () -> grad(x.get()));
    }
    return all.entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey(),
                    () -> same(e.getValue(), Double.parseDouble(e.getKey().split(" ")[1]))));
  }

  /** The gradient of a running sum is one from the other end. */
  private static Array grad(Array x) {
    UnaryOperator<Array> loss = y -> y.cumsum(1).square().sum();
    return lazuli.array.Lazuli.grad(loss).apply(x);
  }

  private static void same(Supplier<Array> make, double allowed) throws Exception {
    double[] expected = on("reference", () -> make.get().toDoubleArray());
    Available found = (Available) backends().get("sim");
    SimDriver driver = SimulatedCard.behind(((GpuBackend) found.backend()).gpu());
    for (long order : ORDERS) {
      double[] got =
          on(
              "sim",
              () -> {
                driver.seed(order);
                try {
                  return make.get().toDoubleArray();
                } finally {
                  driver.seed(0);
                }
              });
      if (allowed == 0) {
        assertArrayEquals(expected, got, "order " + order);
      } else {
        for (int i = 0; i < got.length; i++) {
          double most = allowed * Math.max(1, Math.abs(expected[i]));
          assertEquals(expected[i], got[i], most, "element " + i + ", order " + order);
        }
      }
    }
    List<String> kernels =
        on("sim", () -> explain(make.get()).steps().stream().map(s -> s.kernel()).toList());
    assertTrue(kernels.stream().noneMatch(k -> k.startsWith("cpu:")), kernels.toString());
  }
}
