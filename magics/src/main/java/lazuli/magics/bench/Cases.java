package lazuli.magics.bench;

import static lazuli.array.Lazuli.eval;
import static lazuli.array.Lazuli.key;
import static lazuli.array.Lazuli.normal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.attention.AttentionOption;
import lazuli.array.type.DType;

/** Every case of the bench: a new one is a line in {@link #ALL}. */
final class Cases {
  private static final List<String> QUICK = List.of("quick", "cpu");
  private static final List<String> CPU = List.of("cpu");

  static final List<Case> ALL =
      List.of(
          gemm("gemm-f32-512", 512, DType.F32, CPU),
          gemm("gemm-f32-1024", 1024, DType.F32, QUICK),
          gemm("gemm-f32-2048", 2048, DType.F32, CPU),
          gemm("gemm-bf16-1024", 1024, DType.BF16, CPU),
          sdpa("sdpa-f32-1024-64", DType.F32, 8, 1024, 1024, 64, false, QUICK),
          sdpa("sdpa-f32-1024-64-causal", DType.F32, 8, 1024, 1024, 64, true, QUICK),
          sdpa("sdpa-f32-1024-128", DType.F32, 8, 1024, 1024, 128, false, CPU),
          sdpa("sdpa-f32-2048-64-causal", DType.F32, 8, 2048, 2048, 64, true, CPU),
          sdpa("sdpa-bf16-1024-64", DType.BF16, 8, 1024, 1024, 64, false, QUICK),
          sdpa("sdpa-bf16-1024-128-causal", DType.BF16, 8, 1024, 1024, 128, true, CPU),
          sdpa("decode-f32-4096", DType.F32, 32, 1, 4096, 128, false, CPU),
          sdpa("decode-bf16-4096", DType.BF16, 32, 1, 4096, 128, false, QUICK),
          sdpa("s0-f32", DType.F32, 32, 1, 16, 128, false, QUICK),
          sdpa("s0-bf16", DType.BF16, 32, 1, 16, 128, false, CPU),
          new Case("softmax-4096x1024", QUICK, "softmax of each row, f32", Cases::softmax),
          new Case(
              "chain-16m", CPU, "tanh(x * 2 + y) * x on 16M f32", seed -> chain(seed, 1 << 24)),
          new Case(
              "chain-1m", QUICK, "tanh(x * 2 + y) * x on 1M f32", seed -> chain(seed, 1 << 20)),
          new Case("sum-16m", CPU, "sum of 16M f32", Cases::sum),
          new Case(
              "overhead",
              QUICK,
              "8 operations on 16 f32, built and evaluated, four graphs by turns",
              Cases::overhead));

  private Cases() {}

  /** {@return the names of cases and of groups} */
  static Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    ALL.forEach(c -> names.add(c.name()));
    ALL.forEach(c -> names.addAll(c.groups()));
    return names;
  }

  /** {@return the cases that a name stands for; none for an unknown name} */
  static List<Case> named(String name) {
    return ALL.stream().filter(c -> c.name().equals(name) || c.groups().contains(name)).toList();
  }

  private static Case gemm(String name, int n, DType dtype, List<String> groups) {
    return new Case(
        name,
        groups,
        "matrix product of two " + n + " x " + n + " matrices, " + dtype,
        seed -> {
          Array a = normal(key(seed), dtype, n, n);
          Array b = normal(key(seed + 1), dtype, n, n);
          eval(a, b);
          return new Problem(() -> a.matmul(b), dtype, List.of(a, b), "matmul", Map.of());
        });
  }

  private static Case sdpa(
      String name,
      DType dtype,
      int heads,
      int tq,
      int tk,
      int d,
      boolean causal,
      List<String> groups) {
    return new Case(
        name,
        groups,
        "attention B=1 H="
            + heads
            + " Tq="
            + tq
            + " Tk="
            + tk
            + " D="
            + d
            + (causal ? ", causal, " : ", ")
            + dtype,
        seed -> {
          Array q = normal(key(seed), dtype, 1, heads, tq, d);
          Array k = normal(key(seed + 1), dtype, 1, heads, tk, d);
          Array v = normal(key(seed + 2), dtype, 1, heads, tk, d);
          eval(q, k, v);
          List<AttentionOption> options = new ArrayList<>();
          if (causal) {
            options.add(Lazuli.causal());
          }
          AttentionOption[] chosen = options.toArray(AttentionOption[]::new);
          return new Problem(
              () -> Lazuli.sdpa(q, k, v, chosen),
              dtype,
              List.of(q, k, v),
              "sdpa",
              Map.of("causal", causal));
        });
  }

  private static Problem softmax(long seed) {
    Array x = normal(key(seed), 4096, 1024).eval();
    return new Problem(() -> x.softmax(-1), DType.F32, List.of(x), "softmax", Map.of());
  }

  private static Problem chain(long seed, int n) {
    Array x = normal(key(seed), n);
    Array y = normal(key(seed + 1), n);
    eval(x, y);
    return new Problem(
        () -> x.mul(2.0).add(y).tanh().mul(x), DType.F32, List.of(x, y), "chain", Map.of());
  }

  private static Problem sum(long seed) {
    Array x = normal(key(seed), 1 << 24).eval();
    return new Problem(x::sum, DType.F32, List.of(x), "sum", Map.of());
  }

  /** Graphs in turns, so that neither the compiler nor a cache can settle on one. */
  private static Problem overhead(long seed) {
    Array x = normal(key(seed), 16);
    Array y = normal(key(seed + 1), 16);
    eval(x, y);
    List<Supplier<Array>> graphs =
        List.of(
            () -> x.mul(2.0).add(y).tanh().mul(x).sub(1.0).exp().add(x).square(),
            () -> x.add(y).mul(0.5).sigmoid().sub(y).abs().add(1.0).log().mul(x),
            () -> x.sub(y).square().add(1.0).sqrt().mul(y).maximum(x).neg().add(0.5),
            () -> x.maximum(y).minimum(1.0).mul(3.0).sin().add(x).mul(y).sub(x).div(2.0));
    int[] turn = {0};
    return new Problem(
        () -> graphs.get(turn[0]++ & 3).get(), DType.F32, List.of(x, y), "overhead", Map.of());
  }
}
