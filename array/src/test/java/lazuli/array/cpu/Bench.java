package lazuli.array.cpu;

import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.ArgReduce;
import lazuli.array.op.Aval;
import lazuli.array.op.Axes;
import lazuli.array.op.Binary;
import lazuli.array.op.Cast;
import lazuli.array.op.Copy;
import lazuli.array.op.Distribution;
import lazuli.array.op.Fill;
import lazuli.array.op.Fused;
import lazuli.array.op.Fused.Apply;
import lazuli.array.op.Fused.Const;
import lazuli.array.op.Fused.Instruction;
import lazuli.array.op.Fused.Load;
import lazuli.array.op.LayerNorm;
import lazuli.array.op.Op;
import lazuli.array.op.Random;
import lazuli.array.op.Reduce;
import lazuli.array.op.Reduction;
import lazuli.array.op.RmsNorm;
import lazuli.array.op.Softmax;
import lazuli.array.op.Unary;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;

/**
 * Rates of the kernels, by hand: {@code java -cp ... lazuli.array.cpu.Bench [name part]}.
 *
 * <p>All cases run in one process and take turns, in another order each round, so that a kernel
 * which only is fast alone shows. One thread is measured in the thread's own processor time, more
 * in elapsed time; both report the best round.
 */
final class Bench {
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 25;

  private record Case(String name, double amount, String unit, Runnable body) {}

  public static void main(String[] args) {
    String part = args.length > 0 ? args[0] : "";
    List<Case> cases = new ArrayList<>();
    Arena arena = Arena.global();
    for (DType t : new DType[] {DType.F32, DType.F64, DType.BF16, DType.F16}) {
      for (int n : new int[] {64, 128, 256, 512, 1024, 2048}) {
        if (n <= 1024 || t == DType.F32) {
          matmul(cases, arena, t, n, n, n, false);
        }
      }
    }
    matmul(cases, arena, DType.F32, 1024, 1024, 1024, true);
    matmul(cases, arena, DType.F32, 1, 4096, 4096, false);
    matmul(cases, arena, DType.F32, 1, 4096, 4096, true);
    matmul(cases, arena, DType.F32, 4096, 1, 4096, false);
    matmul(cases, arena, DType.F32, 5, 2048, 2048, false);
    matmul(cases, arena, DType.F32, 2048, 2048, 16, false);
    matmul(cases, arena, DType.F32, 2048, 16, 2048, false);
    moving(cases, arena);
    cases.removeIf(c -> !c.name.contains(part));
    double[][] best = new double[cases.size()][2];
    for (double[] b : best) {
      b[0] = b[1] = Double.MAX_VALUE;
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < cases.size(); i++) {
        int at = round % 2 == 0 ? i : cases.size() - 1 - i;
        Workers.threads(1);
        best[at][0] = Math.min(best[at][0], time(cases.get(at).body, true));
        Workers.threads(2);
        best[at][1] = Math.min(best[at][1], time(cases.get(at).body, false));
      }
    }
    for (int i = 0; i < cases.size(); i++) {
      Case c = cases.get(i);
      System.out.printf(
          Locale.ROOT,
          "%-32s %10.1f us %8.1f %s   2 threads %10.1f us %8.1f%n",
          c.name,
          best[i][0] / 1e3,
          c.amount / best[i][0],
          c.unit,
          best[i][1] / 1e3,
          c.amount / best[i][1]);
    }
  }

  /** Nanoseconds of one run, repeated inside until it takes long enough for the clock. */
  private static double time(Runnable body, boolean own) {
    for (int inner = 1; ; inner *= 4) {
      long t0 = own ? CLOCK.getCurrentThreadCpuTime() : System.nanoTime();
      for (int i = 0; i < inner; i++) {
        body.run();
      }
      long t1 = own ? CLOCK.getCurrentThreadCpuTime() : System.nanoTime();
      if (t1 - t0 > 1_000_000) {
        return (t1 - t0) / (double) inner;
      }
    }
  }

  private static void matmul(
      List<Case> cases, Arena arena, DType t, int m, int n, int k, boolean transposed) {
    View a = TestMemory.random(TestMemory.dense(arena, t, m, k), 1, -1, 1);
    int[] order = transposed ? new int[] {1, 0} : new int[] {0, 1};
    View b = TestMemory.random(TestMemory.permuted(arena, t, order, k, n), 2, -1, 1);
    View c = TestMemory.dense(arena, t, m, n);
    String name = "matmul " + t + " " + m + "x" + n + "x" + k + (transposed ? " b.t" : "");
    cases.add(new Case(name, 2.0 * m * n * k, "GFLOP/s", () -> MatMulKernel.multiply(a, b, c)));
  }

  private static final CpuBackend CPU = new CpuBackend(new CpuPool(8L << 30, new SystemMemory()));

  private static void moving(List<Case> cases, Arena arena) {
    int n = 1 << 24;
    View x = TestMemory.random(TestMemory.dense(arena, DType.F32, n), 1, 0.1, 1);
    View y = TestMemory.random(TestMemory.dense(arena, DType.F32, n), 2, 0.1, 1);
    View z = TestMemory.dense(arena, DType.F32, n);
    View half = TestMemory.random(TestMemory.dense(arena, DType.BF16, n), 2, 0.1, 1);
    View half2 = TestMemory.dense(arena, DType.BF16, n);
    Load a = new Load(0, DType.F32);
    Load b = new Load(1, DType.F32);
    fused(cases, "add 16M", 12.0 * n, z, List.of(x, y), a, b, apply(Binary.ADD, 0, 1));
    fused(
        cases,
        "8-op chain 16M",
        8.0 * n,
        z,
        List.of(x),
        a,
        new Const(1.5, DType.F32),
        new Const(0.25, DType.F32),
        apply(Binary.MUL, 0, 1),
        apply(Binary.ADD, 3, 2),
        apply(Binary.MAXIMUM, 4, 2),
        apply(Binary.SUB, 5, 2),
        apply(Unary.ABS, 6, -1),
        apply(Binary.MUL, 7, 1),
        apply(Binary.ADD, 8, 1),
        apply(Unary.SQRT, 9, -1));
    for (Unary row : new Unary[] {Unary.EXP, Unary.TANH, Unary.ERF, Unary.SIGMOID, Unary.LOG}) {
      View in = slice(x, 1 << 20);
      View out = slice(z, 1 << 20);
      fused(cases, row.label() + " 1M", 8.0 * (1 << 20), out, List.of(in), a, apply(row, 0, -1));
    }
    Load h = new Load(0, DType.BF16);
    Cast up = new Cast(DType.F32, "user", "");
    Cast down = new Cast(DType.BF16, "user", "");
    fused(
        cases,
        "bf16 to f32 16M",
        6.0 * n,
        z,
        List.of(half),
        h,
        new Apply(up, 0, -1, -1, DType.F32));
    fused(
        cases,
        "f32 to bf16 16M",
        6.0 * n,
        half2,
        List.of(x),
        a,
        new Apply(down, 0, -1, -1, DType.BF16));
    View row = new View(y.buffer(), DType.F32, Shape.of(4096, 4096), new long[] {0, 1}, 0);
    View col = new View(y.buffer(), DType.F32, Shape.of(4096, 4096), new long[] {1, 0}, 0);
    View turned = new View(x.buffer(), DType.F32, Shape.of(4096, 4096), new long[] {1, 4096}, 0);
    View square = View.contiguous(x.buffer(), DType.F32, Shape.of(4096, 4096));
    View result = View.contiguous(z.buffer(), DType.F32, Shape.of(4096, 4096));
    fused(
        cases,
        "add a row 4096x4096",
        8.0 * n,
        result,
        List.of(square, row),
        a,
        b,
        apply(Binary.ADD, 0, 1));
    fused(
        cases,
        "add a column 4096x4096",
        8.0 * n,
        result,
        List.of(square, col),
        a,
        b,
        apply(Binary.ADD, 0, 1));
    launch(cases, "transposed copy 4096x4096", 8.0 * n, new Copy(), List.of(turned), result);
    launch(
        cases, "sum 16M", 4.0 * n, new Reduce(Reduction.SUM, Axes.of(0)), List.of(x), slice(z, 1));
    View side = View.contiguous(z.buffer(), DType.F32, Shape.of(4096, 1));
    View top = View.contiguous(z.buffer(), DType.F32, Shape.of(1, 4096));
    launch(
        cases,
        "sum rows 4096x4096",
        4.0 * n,
        new Reduce(Reduction.SUM, Axes.of(1)),
        List.of(square),
        side);
    launch(
        cases,
        "sum columns 4096x4096",
        4.0 * n,
        new Reduce(Reduction.SUM, Axes.of(0)),
        List.of(square),
        top);
    View thin = View.contiguous(x.buffer(), DType.F32, Shape.of(1 << 22, 4));
    launch(
        cases,
        "sum rows 4Mx4",
        4.0 * n,
        new Reduce(Reduction.SUM, Axes.of(1)),
        List.of(thin),
        View.contiguous(z.buffer(), DType.F32, Shape.of(1 << 22, 1)));
    launch(
        cases,
        "sum columns 4Mx4",
        4.0 * n,
        new Reduce(Reduction.SUM, Axes.of(0)),
        List.of(thin),
        View.contiguous(z.buffer(), DType.F32, Shape.of(1, 4)));
    launch(
        cases,
        "argmax rows 4096x4096",
        4.0 * n,
        new ArgReduce(true, 1),
        List.of(square),
        View.contiguous(z.buffer(), DType.I32, Shape.of(4096, 1)));
    launch(cases, "softmax 4096x4096", 8.0 * n, new Softmax(1), List.of(square), result);
    launch(
        cases,
        "softmax 4096x1024",
        2.0 * n,
        new Softmax(1),
        List.of(View.contiguous(x.buffer(), DType.F32, Shape.of(4096, 1024))),
        View.contiguous(z.buffer(), DType.F32, Shape.of(4096, 1024)));
    launch(
        cases,
        "softmax 32x16",
        8.0 * 512,
        new Softmax(1),
        List.of(View.contiguous(x.buffer(), DType.F32, Shape.of(32, 16))),
        View.contiguous(z.buffer(), DType.F32, Shape.of(32, 16)));
    View weight = View.contiguous(y.buffer(), DType.F32, Shape.of(4096));
    launch(
        cases,
        "rmsNorm 4096x4096",
        8.0 * n,
        new RmsNorm(1e-5, true),
        List.of(square, weight),
        result);
    launch(
        cases,
        "layerNorm 4096x4096",
        8.0 * n,
        new LayerNorm(1e-5, true, true),
        List.of(square, weight, weight),
        result);
    Aval million = new Aval(Shape.of(1 << 20), DType.F32, Device.CPU);
    launch(
        cases,
        "normal 1M",
        4.0 * (1 << 20),
        new Random(Distribution.NORMAL, 1, million),
        List.of(),
        slice(z, 1 << 20));
    launch(cases, "fill 16M", 4.0 * n, new Fill(million.withShape(Shape.of(n)), 1.0), List.of(), z);
  }

  private static View slice(View x, long n) {
    return View.contiguous(x.buffer(), x.dtype(), Shape.of(n));
  }

  private static Apply apply(lazuli.array.op.Pointwise op, int a, int b) {
    return new Apply(op, a, b, -1, DType.F32);
  }

  private static void fused(
      List<Case> cases,
      String name,
      double bytes,
      View out,
      List<View> in,
      Instruction... program) {
    launch(cases, name, bytes, new Fused(out.shape(), List.of(program)), in, out);
  }

  private static void launch(
      List<Case> cases, String name, double bytes, Op op, List<View> in, View out) {
    Kernel kernel = Reference.launch(CPU, op, in, out).kernel();
    cases.add(new Case(name, bytes, "GB/s   ", () -> kernel.launch(in, out)));
  }

  private Bench() {}
}
