package lazuli.gpu.measure;

import static lazuli.array.Lazuli.*;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import lazuli.array.Array;
import lazuli.array.attention.AttentionOption;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;

/**
 * Results of a device against float64 on the processor.
 *
 * @param table where the lines go
 * @param device {@code cuda} or {@code sim}
 */
record Checks(Table table, String device) {
  /** What JCuda and the foreign-function calls need of a driver, or will soon. */
  private static final List<String> CALLS =
      List.of(
          "cuMemAlloc_v2",
          "cuMemAllocAsync",
          "cuMemcpyHtoDAsync_v2",
          "cuModuleLoadDataEx",
          "cuLaunchKernel",
          "cuLaunchKernelEx",
          "cuStreamBeginCapture_v2",
          "cuGraphInstantiateWithFlags",
          "cuGraphExecKernelNodeSetParams_v2",
          "cuGraphAddKernelNode_v2",
          "cuStreamWaitEvent",
          "cuTensorMapEncodeTiled",
          "cuDeviceGetDefaultMemPool",
          "cuMemPoolSetAttribute");

  void all() {
    table.columns("check", "result");
    if (device.equals("cuda")) {
      table.row("driver entry points", Checks::calls);
    }
    rows();
    order();
    repeated();
    products();
    attention();
  }

  private static List<String> calls() {
    SymbolLookup library = SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
    List<String> missing = new ArrayList<>(CALLS);
    missing.removeIf(name -> library.find(name).isPresent());
    if (!missing.isEmpty()) {
      throw new IllegalStateException("missing " + missing);
    }
    return List.of("all " + CALLS.size() + " found");
  }

  private static double error(double[] got, double[] expected) {
    double difference = 0;
    double size = 1e-30;
    for (int i = 0; i < got.length; i++) {
      difference += (got[i] - expected[i]) * (got[i] - expected[i]);
      size += expected[i] * expected[i];
    }
    return Math.sqrt(difference / size);
  }

  void compare(String name, double allowed, Callable<Array> here, Callable<Array> exact) {
    table.row(
        name,
        () -> {
          double[] got = on(device, () -> here.call().toDoubleArray());
          double[] expected = on("reference", () -> exact.call().toDoubleArray());
          double error = error(got, expected);
          String text = String.format(Locale.ROOT, "relative error %.2g", error);
          // Not "greater": an error that is not a number fails too.
          if (!(error <= allowed)) {
            throw new IllegalStateException(text + ", allowed " + allowed);
          }
          return List.of(text);
        });
  }

  private void compare(String name, double allowed, Callable<Array> both) {
    compare(name, allowed, both, both);
  }

  private static double allowed(DType type, double f32) {
    return switch (type) {
      case F64 -> 1e-13;
      case F16 -> 2e-3;
      case BF16 -> 1e-2;
      default -> f32;
    };
  }

  private void rows() {
    for (DType type : new DType[] {F32, BF16, F16, F64}) {
      double allowed = allowed(type, 1e-6);
      Callable<Array> x = () -> uniform(key(1), type, 300, 37).add(0.1);
      compare("exp, log, sqrt " + type, allowed, () -> x.call().exp().log().sqrt());
      compare("sin, cos, tanh " + type, allowed, () -> x.call().sin().add(x.call().cos()).tanh());
      compare("sum of rows " + type, allowed, () -> x.call().sum(-1));
      compare("sum of columns " + type, allowed, () -> x.call().sum(0));
      compare("softmax " + type, allowed, () -> softmax(x.call(), -1));
      compare("rmsNorm " + type, allowed, () -> rmsNorm(x.call(), 1e-5));
    }
    table.row(
        "random numbers",
        () -> {
          double[] there = on(device, () -> normal(key(7), 10_000).toDoubleArray());
          double[] here = on("cpu", () -> normal(key(7), 10_000).toDoubleArray());
          if (!Arrays.equals(there, here)) {
            throw new IllegalStateException("they are not the processor's");
          }
          return List.of("the processor's bits");
        });
  }

  /** What depends on places and order, where nothing is rounded. */
  private void order() {
    for (DType type : new DType[] {F32, BF16, I32}) {
      Callable<Array> x = () -> normal(key(1), F32, 7, 1500).mul(9.0).round().astype(type);
      compare("sort " + type, 0, () -> x.call().sort(1));
      compare("argsort " + type, 0, () -> x.call().argsort(1));
      compare("argmax " + type, 0, () -> x.call().argmax(1));
      compare("take " + type, 0, () -> x.call().take(array(new int[] {6, 0, -1}, I32), 0));
      compare("scatter " + type, 0, () -> x.call().at("::2").set(x.call().get("1:5")));
    }
    compare("cumsum f32", 1e-6, () -> uniform(key(1), F32, 7, 1500).cumsum(1));
    Callable<Array> index = () -> array(new int[] {2, 0, 2, 2}, I32);
    compare(
        "scatter with repeats",
        1e-6,
        () -> ones(F32, 3, 300).at("{}", index.call()).add(uniform(key(2), F32, 4, 300)));
    table.row(
        "an index out of bounds",
        () -> {
          try {
            on(device, () -> arange(5).take(array(new int[] {1, 5}, I32), 0).eval());
          } catch (ArrayException told) {
            return List.of("told: " + told.given());
          }
          throw new IllegalStateException("it was not told of");
        });
  }

  /** One plan several times, with values and addresses that differ: launches, then graphs. */
  private void repeated() {
    for (int i = 1; i <= 4; i++) {
      int run = i;
      compare(
          "run " + i + " of one plan",
          1e-5,
          () -> {
            Array x = uniform(key(run), F32, 60, 40).eval();
            return x.matmul(x.t()).softmax(1).matmul(x).exp();
          });
    }
    table.row(
        "its launches",
        () -> {
          String replay =
              on(
                  device,
                  () -> {
                    Array x = uniform(key(9), F32, 60, 40).eval();
                    return explain(x.matmul(x.t()).softmax(1).matmul(x).exp()).replay();
                  });
          return List.of(replay);
        });
  }

  private void products() {
    int[][] shapes = {{5, 7, 3}, {130, 200, 72}, {128, 64, 256}};
    for (DType type : new DType[] {BF16, F16, F32, F64}) {
      for (int[] s : shapes) {
        compare(
            "matmul " + type + " " + s[0] + "x" + s[1] + "x" + s[2],
            allowed(type, 1e-5),
            () -> normal(key(1), type, s[0], s[2]).matmul(normal(key(2), type, s[2], s[1])));
      }
    }
  }

  private static Array attend(DType type, long[] s, String kernel, String option) {
    List<AttentionOption> all = new ArrayList<>(List.of(kernel(kernel)));
    all.addAll(options(option, s));
    return sdpa(
        normal(key(1), type, s[0], s[1], s[3], s[5]),
        normal(key(2), type, s[0], s[2], s[4], s[5]),
        normal(key(3), type, s[0], s[2], s[4], s[5]),
        all.toArray(AttentionOption[]::new));
  }

  private static List<AttentionOption> options(String name, long[] s) {
    return switch (name) {
      case "causal" -> List.of(causal());
      case "bool" -> List.of(mask(uniform(key(4), s[3], s[4]).gt(0.3)));
      case "add" -> List.of(mask(normal(key(4), BF16, 1, s[1], s[3], s[4])));
      case "window" -> List.of(causal().and(window(50)));
      case "documents" -> List.of(documents(arange(s[4]).astype(I64).floorDivide(40)));
      case "alibi" -> List.of(alibi(alibiSlopes((int) s[1])), causal());
      case "soft cap" -> List.of(softCap(2));
      case "lambda" -> List.of(score((x, b, h, q, k) -> x.sub(q.sub(k).abs().mul(h))));
      case "lengths, sinks" ->
          List.of(keyLengths(array(new long[] {s[4] - 9})), sinks(normal(key(6), s[1])));
      default -> List.of();
    };
  }

  /** B, Hq, Hkv, Tq, Tk, D. */
  private void attention() {
    long[][] shapes = {{1, 4, 2, 70, 130, 64}, {1, 2, 2, 65, 65, 128}, {1, 8, 2, 1, 600, 128}};
    List<String> options =
        List.of(
            "",
            "causal",
            "bool",
            "add",
            "window",
            "documents",
            "alibi",
            "soft cap",
            "lambda",
            "lengths, sinks");
    for (DType type : new DType[] {BF16, F16, F32}) {
      for (long[] s : shapes) {
        for (String kernel : List.of("flash", "split")) {
          for (String option : options) {
            boolean few = s[1] / s[2] * s[3] <= 64;
            if (kernel.equals("flash") || few) {
              compare(
                  kernel + " " + type + " " + Arrays.toString(s) + " " + option,
                  type == F32 ? 2e-6 : type == F16 ? 1e-3 : 6e-3,
                  () -> attend(type, s, kernel, option),
                  () -> attend(type, s, "reference", option));
            }
          }
        }
      }
    }
  }
}
