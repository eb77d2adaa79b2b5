package lazuli.gpu.measure;

import static lazuli.array.Lazuli.*;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import lazuli.array.Array;
import lazuli.array.attention.AttentionOption;
import lazuli.array.backend.Backend;
import lazuli.array.backend.BackendProvider.Availability;
import lazuli.array.profile.DeviceUse;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Span;
import lazuli.array.profile.Trace;
import lazuli.array.type.DType;
import lazuli.gpu.GpuBackend;
import org.jspecify.annotations.Nullable;

/**
 * Times of a device beside PyTorch's. A case is known to both by its name, which holds every size:
 * {@code sdpa bf16 B 1 H 16 T 4096 D 128 causal}.
 *
 * @param table where the lines go
 * @param device {@code cuda} or {@code sim}
 * @param peer PyTorch
 * @param tiny whether sizes are small, to try the run itself; its times mean nothing
 */
record Cases(Table table, String device, Peer peer, boolean tiny) {
  private static final long BUDGET = 800_000_000L;
  private static final int MOST = 200;
  private static final int LEAST = 5;

  void all() {
    table.columns(
        "case",
        "kernel",
        "us",
        "GB/s",
        "TFLOP/s",
        "of limit",
        "gaps",
        "PyTorch us",
        "PyTorch / ours");
    int n = tiny ? 1 << 10 : 64 << 20;
    time("chain f32 " + n, () -> random(F32, n), x -> chain(x));
    time("sum f32 " + n, () -> random(F32, n), x -> x.sum());
    int rows = tiny ? 8 : 16384;
    time("softmax f32 " + rows + " " + n / rows, () -> random(F32, rows, n / rows), x -> soft(x));
    time("rmsnorm f32 " + rows + " " + n / rows, () -> random(F32, rows, n / rows), x -> norm(x));
    products();
    int f = tiny ? 16 : 4096;
    time("matmul f32 " + f, () -> random(F32, f, f), x -> x.matmul(x));
    order();
    prefill();
    scores();
    decode();
    mixes();
  }

  static Array random(DType type, long... dims) {
    return normal(key(1), type, dims);
  }

  private static Array chain(Array x) {
    return x.mul(2.0).add(1.0).square().sub(3.0).abs().sqrt().mul(0.5).tanh();
  }

  private static Array soft(Array x) {
    return softmax(x, -1);
  }

  private static Array norm(Array x) {
    return rmsNorm(x, 1e-5);
  }

  /** The own kernel alone, and what is chosen where cuBLASLt is found. */
  private void products() {
    for (int size : tiny ? new int[] {32} : new int[] {4096, 8192}) {
      for (boolean own : new boolean[] {true, false}) {
        Array[] other = new Array[1];
        time(
            "matmul bf16 " + size + (own ? " own" : " chosen"),
            () -> {
              // Another graph for each, so that each is planned with the choice that it names.
              library(!own);
              other[0] = random(BF16, size, size).eval();
              return random(BF16, size, size);
            },
            x -> own ? x.matmul(x) : x.matmul(other[0]));
      }
    }
    library(true);
  }

  private void library(boolean on) {
    if (backend() instanceof GpuBackend gpu) {
      gpu.library(on);
    }
  }

  private Backend backend() {
    return switch (backends().get(device)) {
      case Availability.Available(Backend backend) -> backend;
      case null, default -> throw new IllegalStateException(device);
    };
  }

  /** What depends on places and order. */
  private void order() {
    int n = tiny ? 1 << 10 : 1 << 20;
    time("sort f32 " + n, () -> random(F32, n), x -> x.sort());
    int rows = tiny ? 4 : 4096;
    time("sort f32 " + rows + " 1024", () -> random(F32, rows, 1024), x -> x.sort(1));
    time("cumsum f32 " + rows + " 1024", () -> random(F32, rows, 1024), x -> x.cumsum(1));
    time("argmax f32 " + rows + " 1024", () -> random(F32, rows, 1024), x -> x.argmax(1));
    for (String name : List.of("take", "scatter")) {
      Array[] index = new Array[1];
      time(
          name + " f32 " + rows + " 1024",
          () -> {
            index[0] = uniform(key(2), rows).mul((double) rows).floor().astype(I32).eval();
            return random(F32, rows, 1024);
          },
          x -> name.equals("take") ? x.take(index[0], 0) : x.at("{}", index[0]).add(x));
    }
  }

  private void prefill() {
    for (int d : new int[] {64, 128}) {
      for (int t : tiny ? new int[] {64} : new int[] {4096, 8192, 16384}) {
        int heads = tiny ? 1 : 2048 / d;
        int batch = tiny ? 1 : 16384 / t;
        String name = "sdpa bf16 B " + batch + " H " + heads + " T " + t + " D " + d;
        Callable<Array> x = () -> random(BF16, batch, heads, t, d);
        time(name, x, q -> sdpa(q, q, q));
        time(name + " causal", x, q -> sdpa(q, q, q, causal()));
      }
    }
  }

  /** Functions of scores, beside FlexAttention compiled from the same. */
  private void scores() {
    int t = tiny ? 64 : 8192;
    int heads = tiny ? 1 : 16;
    for (String name : List.of("alibi", "softcap", "documents", "window")) {
      // Values of the function, on the device so that no copy is timed.
      Array[] looked = new Array[1];
      time(
          "score " + name + " bf16 H " + heads + " T " + t + " D 128",
          () -> {
            looked[0] =
                name.equals("alibi")
                    ? alibiSlopes(heads).mul(1.0).eval()
                    : arange(t).astype(I32).floorDivide(Math.max(1, t / 10)).eval();
            return random(BF16, 1, heads, t, 128);
          },
          q -> sdpa(q, q, q, option(name, t, looked[0])));
    }
  }

  static AttentionOption option(String name, int t, Array looked) {
    return switch (name) {
      case "alibi" -> alibi(looked);
      case "softcap" -> softCap(30);
      case "documents" -> documents(looked).and(causal());
      default -> causal().and(window(t / 16));
    };
  }

  private void decode() {
    int keys = tiny ? 256 : 32768;
    Array[] q = new Array[1];
    time(
        "decode bf16 H 32 G 8 T " + keys + " D 128",
        () -> {
          q[0] = random(BF16, 1, 32, 1, 128).eval();
          return random(BF16, 1, 8, keys, 128);
        },
        kv -> sdpa(q[0], kv, kv));
  }

  /** One query on 16 keys in every mix of types: what a launch costs. */
  private void mixes() {
    DType[][] all = {
      {F32, F32, F32},
      {BF16, BF16, BF16},
      {F16, F16, F16},
      {BF16, F32, F32},
      {F32, BF16, BF16},
      {F32, F16, BF16}
    };
    for (DType[] m : all) {
      Array[] kv = new Array[2];
      time(
          "small " + m[0] + " " + m[1] + " " + m[2] + " H 32 T 16 D 128",
          () -> {
            kv[0] = random(m[1], 1, 32, 16, 128).eval();
            kv[1] = random(m[2], 1, 32, 16, 128).eval();
            return random(m[0], 1, 32, 1, 128);
          },
          q -> sdpa(q, kv[0], kv[1]));
    }
  }

  /** What is timed. */
  interface Body {
    Array of(Array x);
  }

  void time(String name, Callable<Array> make, Body body) {
    table.row(
        name,
        () -> {
          Array x = on(device, () -> make.call().eval());
          List<DeviceUse> uses = new ArrayList<>();
          List<Span> spans = samples(x, body, uses);
          double[] nanos = spans.stream().mapToDouble(Span::nanos).sorted().toArray();
          double median = Math.max(1, nanos[nanos.length / 2]);
          Span last = spans.getLast();
          List<String> cells = new ArrayList<>();
          cells.add(last.kernel());
          if (tiny) {
            cells.addAll(List.of("not taken", "", "", "", ""));
          } else {
            cells.add(number("%.1f", median / 1e3));
            cells.add(number("%.0f", last.work().bytes() / median));
            cells.add(number("%.1f", last.work().flops() / median / 1e3));
            cells.add(limit(backend().peaks(), last, median));
            double gaps = uses.stream().mapToDouble(DeviceUse::gaps).average().orElse(0);
            cells.add(number("%.0f %%", 100 * gaps));
          }
          cells.addAll(beside(name, median / 1e3));
          return cells;
        });
  }

  /** {@return how far it is from what this card was measured to do} */
  static String limit(@Nullable Peaks peaks, Span span, double nanos) {
    if (peaks == null) {
      return "";
    }
    DType type = span.inputs().isEmpty() ? span.dtype() : span.inputs().getFirst();
    Peaks.OfLimit of = peaks.ofLimit(span.work(), type, nanos);
    return number("%.0f %% ", 100 * of.share()) + of.bound().label();
  }

  private List<String> beside(String name, double micros) {
    try {
      Peer.Answer answer = peer.ask(name);
      String theirs = number("%.1f ", answer.micros()) + answer.way();
      return tiny
          ? List.of("answered: " + answer.way(), "")
          : List.of(theirs, number("%.2f", answer.micros() / micros));
    } catch (IOException e) {
      return List.of("none: " + String.valueOf(e.getMessage()).replace('|', '/'), "");
    }
  }

  static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** {@return the last steps of evaluations after the first two, with the device's own times} */
  private List<Span> samples(Array x, Body body, List<DeviceUse> uses) throws Exception {
    List<Span> spans = new ArrayList<>();
    long until = System.nanoTime() + BUDGET;
    int most = tiny ? 3 : MOST;
    for (int i = 0; i < most && (i < LEAST || System.nanoTime() < until); i++) {
      Trace trace = new Trace();
      on(device, () -> trace.record(() -> body.of(x).eval()));
      spans.add(whole(trace.spans()));
      uses.addAll(trace.uses());
    }
    return spans.subList(Math.min(2, spans.size() - 1), spans.size());
  }

  /** {@return one span for all steps of an evaluation, under the name of the longest} */
  private static Span whole(List<Span> steps) {
    long nanos = steps.stream().mapToLong(Span::nanos).sum();
    Span longest = steps.getFirst();
    for (Span step : steps) {
      longest = step.nanos() > longest.nanos() ? step : longest;
    }
    return new Span(
        longest.op(),
        Arrays.toString(steps.stream().map(Span::kernel).toArray()).replaceAll("[\\[\\]]", ""),
        longest.device(),
        longest.shape(),
        longest.dtype(),
        longest.startNanos(),
        nanos,
        longest.work(),
        longest.inputs(),
        longest.origin(),
        longest.dispatch());
  }
}
