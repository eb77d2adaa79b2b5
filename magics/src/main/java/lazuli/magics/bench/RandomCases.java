package lazuli.magics.bench;

import static lazuli.array.Lazuli.causal;
import static lazuli.array.Lazuli.key;
import static lazuli.array.Lazuli.normal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.type.DType;

/**
 * Cases that nobody chose: operation, sizes, type and layout drawn from one seed, so that the table
 * cannot have been tuned for. Sizes are spread evenly over their logarithms, of 2^8 to 2^22
 * elements; half of the operands lie row after row, the others are transposed or every second
 * column of something larger.
 */
final class RandomCases {
  /** Drawn before anything was tuned for them; another seed makes another table. */
  static final long SEED = 20261129;

  /** What the command line calls all of them. */
  static final String GROUP = "random";

  /** How many the group has. */
  static final int COUNT = 300;

  /** At most a twentieth slower than PyTorch; to go for: not slower. */
  private static final Goal GOAL = Goal.of(1 / 1.05, 1 / 1.05, 1);

  private static final int LEAST_BITS = 8;
  private static final int MOST_BITS = 22;

  /** How an operand lies in memory; the peer's form takes the same base. */
  private enum Layout {
    ROWS,
    TRANSPOSED,
    STEPPED;

    /** The base whose view has this shape. */
    long[] base(long rows, long columns) {
      return switch (this) {
        case ROWS -> new long[] {rows, columns};
        case TRANSPOSED -> new long[] {columns, rows};
        case STEPPED -> new long[] {rows, 2 * columns};
      };
    }

    Array view(Array base) {
      return switch (this) {
        case ROWS -> base;
        case TRANSPOSED -> base.t();
        case STEPPED -> base.get(":,::2");
      };
    }
  }

  private record Unary(String op, Map<String, Object> options, UnaryOperator<Array> ours) {}

  private record Binary(String op, BinaryOperator<Array> ours) {}

  private static final List<Unary> UNARY =
      List.of(
          new Unary("exp", Map.of(), Array::exp),
          new Unary("tanh", Map.of(), Array::tanh),
          new Unary("softmax", Map.of(), x -> x.softmax(-1)),
          new Unary("rmsNorm", Map.of("eps", 1e-5), x -> Lazuli.rmsNorm(x, 1e-5)),
          new Unary("layerNorm", Map.of("eps", 1e-5), x -> Lazuli.layerNorm(x, 1e-5)),
          new Unary("sum", Map.of(), Array::sum),
          new Unary("sumRows", Map.of(), x -> x.sum(1)),
          new Unary("sumColumns", Map.of(), x -> x.sum(0)),
          new Unary("max", Map.of(), Array::max),
          new Unary("maxRows", Map.of(), x -> x.max(1)),
          new Unary("cumsum", Map.of(), x -> x.cumsum(1)),
          new Unary("sort", Map.of(), x -> x.sort(1)),
          new Unary("copy", Map.of(), Array::contiguous),
          new Unary("cast", Map.of("to", "bf16"), x -> x.astype(DType.BF16)));

  private static final List<Binary> BINARY =
      List.of(
          new Binary("add", Array::add),
          new Binary("multiply", Array::mul),
          new Binary("maximum", Array::maximum));

  private static final List<DType> FLOATS =
      List.of(DType.F32, DType.F32, DType.BF16, DType.F16, DType.F64);
  private static final List<DType> PRODUCTS = List.of(DType.F32, DType.BF16, DType.F64);
  private static final List<DType> ATTENTION = List.of(DType.F32, DType.BF16);

  private final SplittableRandom random;

  private RandomCases(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * {@return cases: the same ones for the same arguments}
   *
   * @param seed of the generator
   * @param count how many
   */
  static List<Case> of(long seed, int count) {
    RandomCases generator = new RandomCases(seed);
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cases.add(generator.next(i));
    }
    return cases;
  }

  private Case next(int number) {
    // Out of ten: six of one operand, one of two, two matrix products, one attention.
    int kind = random.nextInt(10);
    return kind < 6
        ? unary(number, pick(UNARY))
        : kind < 7 ? binary(number, pick(BINARY)) : kind < 9 ? product(number) : attention(number);
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** A size whose logarithm is even over a range. */
  private long size(double leastBits, double mostBits) {
    return Math.max(1, Math.round(Math.pow(2, random.nextDouble(leastBits, mostBits))));
  }

  private Layout layout() {
    return random.nextBoolean() ? Layout.ROWS : pick(List.of(Layout.values()));
  }

  private long[] matrix() {
    long elements = size(LEAST_BITS, MOST_BITS);
    double bits = Math.log(elements) / Math.log(2);
    long rows = size(0, bits);
    return new long[] {rows, Math.max(1, elements / rows)};
  }

  private Case unary(int number, Unary op) {
    DType dtype = op.op.equals("cast") ? DType.F32 : pick(FLOATS);
    Layout layout = layout();
    long[] shape = matrix();
    return new Case(
        name(number, what(op.op, dtype, layout, shape)),
        List.of(GROUP),
        "drawn",
        GOAL,
        seed -> {
          Array base = normal(key(seed + number), dtype, layout.base(shape[0], shape[1])).eval();
          Array x = layout.view(base);
          return problem(() -> op.ours.apply(x), List.of(base), List.of(layout), op.op, op.options);
        });
  }

  private Case binary(int number, Binary op) {
    DType dtype = pick(FLOATS);
    Layout left = layout();
    Layout right = layout();
    long[] shape = matrix();
    return new Case(
        name(number, what(op.op, dtype, left, shape) + " and " + text(right)),
        List.of(GROUP),
        "drawn",
        GOAL,
        seed -> {
          Array a = normal(key(seed + number), dtype, left.base(shape[0], shape[1])).eval();
          Array b = normal(key(seed + number + 1), dtype, right.base(shape[0], shape[1])).eval();
          Array x = left.view(a);
          Array y = right.view(b);
          return problem(
              () -> op.ours.apply(x, y), List.of(a, b), List.of(left, right), op.op, Map.of());
        });
  }

  private Case product(int number) {
    DType dtype = pick(PRODUCTS);
    Layout left = layout();
    Layout right = layout();
    long m = size(0, 10);
    long k = size(2, 10);
    long n = size(0, 10);
    return new Case(
        name(
            number,
            what("matmul", dtype, left, new long[] {m, k})
                + String.format(" by [%d,%d] ", k, n)
                + text(right)),
        List.of(GROUP),
        "drawn",
        GOAL,
        seed -> {
          Array a = normal(key(seed + number), dtype, left.base(m, k)).eval();
          Array b = normal(key(seed + number + 1), dtype, right.base(k, n)).eval();
          Array x = left.view(a);
          Array y = right.view(b);
          return problem(
              () -> x.matmul(y), List.of(a, b), List.of(left, right), "matmul", Map.of());
        });
  }

  private Case attention(int number) {
    DType dtype = pick(ATTENTION);
    long heads = size(0, 4);
    long keys = size(3, 10);
    long queries = random.nextInt(3) == 0 ? 1 : keys;
    long d = pick(List.of(32L, 64L, 80L, 128L));
    boolean masked = queries == keys && random.nextBoolean();
    return new Case(
        name(
            number,
            String.format(
                "sdpa %s H=%d Tq=%d Tk=%d D=%d%s",
                dtype, heads, queries, keys, d, masked ? " causal" : "")),
        List.of(GROUP),
        "drawn",
        GOAL,
        seed -> {
          Array q = normal(key(seed + number), dtype, 1, heads, queries, d).eval();
          Array k = normal(key(seed + number + 1), dtype, 1, heads, keys, d).eval();
          Array v = normal(key(seed + number + 2), dtype, 1, heads, keys, d).eval();
          return Problem.of(
              () -> masked ? Lazuli.sdpa(q, k, v, causal()) : Lazuli.sdpa(q, k, v),
              dtype,
              List.of(q, k, v),
              "sdpa",
              Map.of("causal", masked));
        });
  }

  private static Problem problem(
      Supplier<Array> ours,
      List<Array> bases,
      List<Layout> layouts,
      String op,
      Map<String, Object> options) {
    Map<String, Object> all = new LinkedHashMap<>(options);
    all.put("layouts", layouts.stream().map(RandomCases::text).toList());
    return Problem.of(ours, bases.getFirst().dtype(), bases, op, all);
  }

  private static String name(int number, String what) {
    return String.format(Locale.ROOT, "r%03d %s", number, what);
  }

  private static String what(String op, DType dtype, Layout layout, long[] shape) {
    return String.format(
        Locale.ROOT, "%s %s [%d,%d] %s", op, dtype, shape[0], shape[1], text(layout));
  }

  private static String text(Layout layout) {
    return layout.name().toLowerCase(Locale.ROOT);
  }
}
