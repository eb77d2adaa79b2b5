package lazuli.gpu.measure;

import static lazuli.array.Lazuli.*;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.Stream;
import lazuli.array.type.DType;

/**
 * Times that a program sees, with all of the host's work: many calls one after another and one wait
 * at the end, and the first use of a kernel that nobody compiled before.
 *
 * @param table where the lines go
 * @param device {@code cuda} or {@code sim}
 * @param peer PyTorch
 * @param tiny whether sizes are small, to try the run itself; its times mean nothing
 */
record Calls(Table table, String device, Peer peer, boolean tiny) {
  private static final int ROUNDS = 7;
  private static final int CALLS = 200;

  private static final DType[][] MIXES = {
    {F32, F32, F32},
    {BF16, BF16, BF16},
    {F16, F16, F16},
    {BF16, F32, F32},
    {F32, BF16, BF16},
    {F32, F16, BF16}
  };

  void all() {
    table.columns(
        "calls",
        "us a call",
        "slowest / fastest round",
        "launches",
        "PyTorch us",
        "PyTorch / ours");
    for (DType[] m : MIXES) {
      String sizes = m[0] + " " + m[1] + " " + m[2] + " H 32 T 16 D 128";
      calls(
          "calls " + sizes,
          () -> {
            Array q = Cases.random(m[0], 1, 32, 1, 128).eval();
            Array k = Cases.random(m[1], 1, 32, 16, 128).eval();
            Array v = Cases.random(m[2], 1, 32, 16, 128).eval();
            return () -> sdpa(q, k, v);
          });
    }
    int n = tiny ? 16 : 1024;
    calls(
        "step bf16 " + n,
        () -> {
          Array x = Cases.random(BF16, 1, n).eval();
          Array w = Cases.random(BF16, n, n).mul(0.01).eval();
          return () ->
              rmsNorm(x, 1e-5).matmul(w).tanh().matmul(w).softmax(-1).matmul(w).add(x).tanh();
        });
    table.columns("first use", "ms with all compilation", "PyTorch ms", "PyTorch / ours");
    for (String name : List.of("alibi", "softcap", "documents")) {
      first(name);
    }
  }

  private void calls(String name, Callable<Supplier<Array>> make) {
    table.row(
        name,
        () -> {
          Supplier<Array> call = on(device, make);
          double[] rounds = new double[tiny ? 2 : ROUNDS];
          int calls = tiny ? 3 : CALLS;
          for (int r = -1; r < rounds.length; r++) {
            long start = System.nanoTime();
            for (int i = 0; i < calls; i++) {
              on(device, () -> call.get().eval());
            }
            Stream.awaitDevices();
            // The first round warms up.
            if (r >= 0) {
              rounds[r] = (System.nanoTime() - start) / 1e3 / calls;
            }
          }
          Arrays.sort(rounds);
          double median = rounds[rounds.length / 2];
          String replay = on(device, () -> explain(call.get()).replay());
          List<String> cells = new ArrayList<>();
          cells.add(tiny ? "not taken" : Cases.number("%.2f", median));
          cells.add(tiny ? "" : Cases.number("%.2f", rounds[rounds.length - 1] / rounds[0]));
          cells.add(replay);
          cells.addAll(beside(name, median, 1));
          return cells;
        });
  }

  /** A kernel is written, compiled and run: what a person waits for after a new score function. */
  private void first(String name) {
    int t = tiny ? 64 : 8192;
    int heads = tiny ? 1 : 16;
    String all = "first " + name + " bf16 H " + heads + " T " + t + " D 64";
    table.row(
        all,
        () -> {
          Array q = on(device, () -> Cases.random(BF16, 1, heads, t, 64).eval());
          Array looked =
              on(
                  device,
                  () ->
                      name.equals("alibi")
                          ? alibiSlopes(heads).mul(1.0).eval()
                          : arange(t).astype(I32).floorDivide(Math.max(1, t / 10)).eval());
          Stream.awaitDevices();
          long start = System.nanoTime();
          on(device, () -> sdpa(q, q, q, Cases.option(name, t, looked)).eval());
          Stream.awaitDevices();
          double micros = (System.nanoTime() - start) / 1e3;
          List<String> cells = new ArrayList<>();
          cells.add(tiny ? "not taken" : Cases.number("%.1f", micros / 1e3));
          cells.addAll(beside(all, micros, 1e3));
          return cells;
        });
  }

  private List<String> beside(String name, double micros, double unit) {
    try {
      Peer.Answer answer = peer.ask(name);
      return tiny
          ? List.of("answered: " + answer.way(), "")
          : List.of(
              Cases.number("%.2f ", answer.micros() / unit) + answer.way(),
              Cases.number("%.2f", answer.micros() / micros));
    } catch (IOException e) {
      return List.of("none: " + String.valueOf(e.getMessage()).replace('|', '/'), "");
    }
  }
}
