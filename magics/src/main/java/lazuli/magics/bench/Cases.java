package lazuli.magics.bench;

import static lazuli.array.Lazuli.causal;
import static lazuli.array.Lazuli.eval;
import static lazuli.array.Lazuli.key;
import static lazuli.array.Lazuli.normal;
import static lazuli.array.type.DType.BF16;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.attention.AttentionOption;
import lazuli.array.type.DType;

/** Every case of the bench with its goal against PyTorch: a new one is a line in {@link #ALL}. */
final class Cases {
  private static final List<String> QUICK = List.of("quick", "cpu");
  private static final List<String> CPU = List.of("cpu");
  private static final Goal GEMM = Goal.of(1.03, 1.00, 1.10);
  private static final Goal GEMM_BF16 = Goal.of(1.00, 1.00, 1.08);
  private static final Goal SDPA_F32 = Goal.of(1.15, 1.13, 1.28);
  private static final Goal SDPA_BF16 = Goal.of(1.9, 1.9, 2.3);
  private static final Goal CAUSAL_BF16 = Goal.of(2.2, 2.2, 2.8);
  private static final Goal MOVE = Goal.of(1.0, 1.0, 1.3);
  private static final int ROWS = 4096;

  /** Copies of the operands of a decode step that together exceed any cache: over 256 MB. */
  private static final int COLD = 5;

  /** Calls of {@link #overhead} that nobody times. */
  private static final int WARM = 4000;

  static final List<Case> ALL =
      List.of(
          gemm("gemm-f32-512", 512, DType.F32, GEMM, CPU),
          gemm("gemm-f32-1024", 1024, DType.F32, GEMM, QUICK),
          gemm("gemm-f32-2048", 2048, DType.F32, GEMM, CPU),
          gemm("gemm-bf16-1024", 1024, BF16, GEMM_BF16, QUICK),
          gemm("gemm-bf16-2048", 2048, BF16, GEMM_BF16, CPU),
          sdpa("sdpa-f32-1024-64", DType.F32, 8, 1024, 64, false, SDPA_F32, QUICK),
          sdpa("sdpa-f32-2048-64", DType.F32, 8, 2048, 64, false, SDPA_F32, CPU),
          sdpa("sdpa-f32-4096-64", DType.F32, 8, 4096, 64, false, SDPA_F32, CPU),
          sdpa("sdpa-f32-1024-128", DType.F32, 8, 1024, 128, false, SDPA_F32, CPU),
          sdpa("sdpa-f32-2048-128", DType.F32, 8, 2048, 128, false, SDPA_F32, CPU),
          sdpa("sdpa-f32-4096-128", DType.F32, 8, 4096, 128, false, SDPA_F32, CPU),
          sdpa("causal-f32-1024-64", DType.F32, 8, 1024, 64, true, Goal.of(1.6, 1.6, 1.85), QUICK),
          sdpa("causal-f32-2048-64", DType.F32, 8, 2048, 64, true, Goal.of(1.4, 1.4, 1.55), CPU),
          sdpa("causal-f32-4096-64", DType.F32, 8, 4096, 64, true, Goal.of(1.3, 1.3, 1.4), CPU),
          sdpa("sdpa-bf16-1024-64", BF16, 8, 1024, 64, false, SDPA_BF16, QUICK),
          sdpa("sdpa-bf16-2048-64", BF16, 8, 2048, 64, false, SDPA_BF16, CPU),
          sdpa("sdpa-bf16-4096-64", BF16, 8, 4096, 64, false, SDPA_BF16, CPU),
          sdpa("sdpa-bf16-1024-128", BF16, 8, 1024, 128, false, SDPA_BF16, CPU),
          sdpa("sdpa-bf16-2048-128", BF16, 8, 2048, 128, false, SDPA_BF16, CPU),
          sdpa("sdpa-bf16-4096-128", BF16, 8, 4096, 128, false, SDPA_BF16, CPU),
          sdpa("whisper-bf16", BF16, 20, 1500, 64, false, SDPA_BF16, CPU),
          sdpa("vision-bf16", BF16, 16, 4096, 64, false, SDPA_BF16, CPU),
          sdpa("causal-bf16-1024-64", BF16, 8, 1024, 64, true, CAUSAL_BF16, QUICK),
          sdpa("causal-bf16-2048-64", BF16, 8, 2048, 64, true, CAUSAL_BF16, CPU),
          sdpa("causal-bf16-4096-64", BF16, 8, 4096, 64, true, CAUSAL_BF16, CPU),
          sdpa("causal-bf16-2048-128", BF16, 8, 2048, 128, true, CAUSAL_BF16, CPU),
          decode("decode-f32", DType.F32, 32, 1, Goal.of(2.5, 2.5, 3.5), CPU),
          decode("decode-bf16", BF16, 32, 1, Goal.of(14, 14, 16), QUICK),
          decode("decode-bf16-cold", BF16, 32, COLD, Goal.of(10, 8, 16), CPU),
          decode("decode-f32-8-heads", DType.F32, 8, 1, Goal.of(3, 3, 6), CPU),
          query("s0-f32", DType.F32, Goal.of(3.5, 3.3, 4.5), QUICK),
          query("s0-bf16", BF16, Goal.of(12, 12, 25), CPU),
          new Case(
              "s0-mixed",
              QUICK,
              "f32 queries on bf16 keys and values, against our own fastest uniform call",
              Goal.of(1 / 1.05, 1 / 1.05, 1),
              Cases::mixed),
          chain("chain-8-in-place", "in place", Goal.of(6, 5, 8), QUICK),
          chain("chain-8-compiled", "compiled", Goal.of(6, 5, 8), CPU),
          rows("softmax", x -> x.softmax(-1), Map.of(), Goal.of(4, 3, 8), QUICK),
          rows(
              "rmsNorm", x -> Lazuli.rmsNorm(x, 1e-5), Map.of("eps", 1e-5), Goal.of(8, 6, 20), CPU),
          rows(
              "layerNorm",
              x -> Lazuli.layerNorm(x, 1e-5),
              Map.of("eps", 1e-5),
              Goal.of(3, 2.5, 6),
              CPU),
          rows("sum", x -> x.sum(), Map.of(), MOVE, QUICK),
          rows("max", x -> x.max(), Map.of(), MOVE, CPU),
          rows("cast", x -> x.astype(BF16), Map.of("to", "bf16"), MOVE, CPU),
          rows("copy", Array::contiguous, Map.of(), MOVE, CPU),
          rows("transpose", x -> x.t().contiguous(), Map.of(), MOVE, CPU),
          new Case(
              "overhead",
              QUICK,
              "256 graphs of 8 operations on 16 f32, built and evaluated one by one, four forms by turns",
              Goal.of(10, 10, 20),
              Cases::overhead));

  private Cases() {}

  /** {@return the names of cases and of groups} */
  static Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    ALL.forEach(c -> names.add(c.name()));
    ALL.forEach(c -> names.addAll(c.groups()));
    names.add(RandomCases.GROUP);
    return names;
  }

  /** {@return the cases that a name stands for; none for an unknown name} */
  static List<Case> named(String name) {
    if (name.equals(RandomCases.GROUP)) {
      return RandomCases.of(RandomCases.SEED, RandomCases.COUNT);
    }
    return ALL.stream().filter(c -> c.name().equals(name) || c.groups().contains(name)).toList();
  }

  private static Case gemm(String name, int n, DType dtype, Goal goal, List<String> groups) {
    return new Case(
        name,
        groups,
        "matrix product of two " + n + " x " + n + " matrices, " + dtype,
        goal,
        seed -> {
          Array a = normal(key(seed), dtype, n, n);
          Array b = normal(key(seed + 1), dtype, n, n);
          eval(a, b);
          return Problem.of(() -> a.matmul(b), dtype, List.of(a, b), "matmul", Map.of());
        });
  }

  private static Case sdpa(
      String name,
      DType dtype,
      int heads,
      int length,
      int d,
      boolean causal,
      Goal goal,
      List<String> groups) {
    return new Case(
        name,
        groups,
        String.format(
            "attention B=1 H=%d T=%d D=%d, %s%s",
            heads, length, d, causal ? "causal, " : "", dtype),
        goal,
        seed -> attention(operands(seed, dtype, heads, heads, length, length, d), dtype, causal));
  }

  private static Case decode(
      String name, DType dtype, int keyHeads, int rotate, Goal goal, List<String> groups) {
    return new Case(
        name,
        groups,
        String.format(
            "one query on 4096 keys, 32 heads (%d of keys), D=128, %s%s",
            keyHeads, dtype, rotate > 1 ? ", " + rotate + " caches in turn" : ""),
        goal,
        seed -> {
          List<Array> given = operands(seed, dtype, 32, keyHeads, 1, 4096, 128);
          return rotate == 1 ? attention(given, dtype, false) : rotating(given, dtype, rotate);
        });
  }

  private static Case query(String name, DType dtype, Goal goal, List<String> groups) {
    return new Case(
        name,
        groups,
        "one query on 16 keys, 32 heads, D=128, " + dtype,
        goal,
        seed -> attention(operands(seed, dtype, 32, 32, 1, 16, 128), dtype, false));
  }

  private static List<Array> operands(
      long seed, DType dtype, int heads, int keyHeads, int tq, int tk, int d) {
    Array q = normal(key(seed), dtype, 1, heads, tq, d);
    Array k = normal(key(seed + 1), dtype, 1, keyHeads, tk, d);
    Array v = normal(key(seed + 2), dtype, 1, keyHeads, tk, d);
    eval(q, k, v);
    return List.of(q, k, v);
  }

  private static Supplier<Array> call(List<Array> qkv, AttentionOption... options) {
    return () -> Lazuli.sdpa(qkv.get(0), qkv.get(1), qkv.get(2), options);
  }

  private static Problem attention(List<Array> qkv, DType dtype, boolean causal) {
    Supplier<Array> ours = causal ? call(qkv, causal()) : call(qkv);
    return Problem.of(ours, dtype, qkv, "sdpa", Map.of("causal", causal));
  }

  private static Problem rotating(List<Array> first, DType dtype, int copies) {
    List<Supplier<Array>> calls = new ArrayList<>(List.of(call(first)));
    for (int i = 1; i < copies; i++) {
      List<Array> copy = first.stream().map(Array::contiguous).toList();
      copy.forEach(Array::eval);
      calls.add(call(copy));
    }
    int[] turn = {0};
    Supplier<Array> ours = () -> calls.get(turn[0]++ % copies).get();
    return Problem.of(ours, dtype, first, "sdpa", Map.of("rotate", copies));
  }

  private static Problem mixed(long seed) {
    List<Array> wide = operands(seed, DType.F32, 32, 32, 1, 16, 128);
    List<Array> half = wide.stream().map(x -> x.astype(BF16).eval()).toList();
    List<Array> both = List.of(wide.get(0), half.get(1), half.get(2));
    return new Problem(
        call(both), DType.F32, List.of(), "", Map.of(), List.of(call(wide), call(half)));
  }

  private static Case chain(String name, String form, Goal goal, List<String> groups) {
    return new Case(
        name,
        groups,
        "8 elementwise operations on 16M f32, against PyTorch's " + form,
        goal,
        seed -> {
          Array x = normal(key(seed), ROWS, ROWS).eval();
          return Problem.of(
              () -> x.mul(1.5).add(0.25).abs().sqrt().mul(2.0).sub(1.0).mul(x).add(x),
              DType.F32,
              List.of(x),
              "chain8",
              Map.of("form", form));
        });
  }

  /** An operation on 64 MiB of f32. */
  private static Case rows(
      String op,
      UnaryOperator<Array> ours,
      Map<String, Object> options,
      Goal goal,
      List<String> groups) {
    return new Case(
        op + "-4096x4096",
        groups,
        op + " of a 4096 x 4096 matrix, f32",
        goal,
        seed -> {
          Array x = normal(key(seed), ROWS, ROWS).eval();
          return Problem.of(() -> ours.apply(x), DType.F32, List.of(x), op, options);
        });
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
    // Many in one call: after a single one the other side's turn has emptied the caches.
    Supplier<Array> all =
        () -> {
          for (int i = 0; i < 255; i++) {
            graphs.get(i & 3).get().eval();
          }
          return graphs.get(3).get();
        };
    // Tiny graphs are all compiler: until C2 is done with every form, some 500,000 graphs, two
    // windows of samples agree long before they are fast. A second and a half.
    for (int i = 0; i < WARM; i++) {
      all.get().eval();
    }
    return Problem.of(all, DType.F32, List.of(x, y), "overhead", Map.of());
  }
}
