package lazuli.magics.bench;

import static lazuli.array.Lazuli.causal;
import static lazuli.array.Lazuli.kernel;
import static lazuli.array.Lazuli.sdpa;
import static lazuli.array.type.DType.BF16;
import static lazuli.array.type.DType.F16;
import static lazuli.array.type.DType.F64;
import static lazuli.magics.bench.Turns.random;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import lazuli.array.Array;
import lazuli.array.attention.AttentionOption;
import lazuli.array.type.DType;
import lazuli.magics.peer.Bytes;
import lazuli.magics.peer.PeerTask;
import lazuli.magics.peer.TorchPeer;
import org.jspecify.annotations.Nullable;

/** Errors of the half types against float64, beside PyTorch's. */
record HalfErrors(Promises promises, @Nullable TorchPeer torch, boolean quick) {
  private record Error(double max, double rms) {
    private static Error of(double[] got, double[] exact) {
      double max = 0;
      double squares = 0;
      for (int i = 0; i < exact.length; i++) {
        double off = Math.abs(got[i] - exact[i]);
        // NaN in only one of them must not pass as agreement.
        max = off > max || Double.isNaN(off) ? off : max;
        squares += off * off;
      }
      return new Error(max, Math.sqrt(squares / Math.max(1, exact.length)));
    }

    private String text() {
      return String.format(Locale.ROOT, "max %.2e, RMS %.2e", max, rms);
    }
  }

  void run() throws Exception {
    int[][] shapes = {{4, 512, 64}, {8, 1024, 128}, {32, 128, 32}};
    for (DType type : List.of(BF16, F16)) {
      for (int[] s : quick ? new int[][] {shapes[0]} : shapes) {
        for (boolean limited : new boolean[] {false, true}) {
          errors(type, s, limited);
        }
      }
    }
  }

  private void errors(DType type, int[] s, boolean limited) throws Exception {
    Array q = random(1, type, 1, s[0], s[1], s[2]);
    Array k = random(2, type, 1, s[0], s[1], s[2]);
    Array v = random(3, type, 1, s[0], s[1], s[2]);
    AttentionOption[] options = limited ? new AttentionOption[] {causal()} : new AttentionOption[0];
    AttentionOption[] exactly = java.util.Arrays.copyOf(options, options.length + 1);
    exactly[options.length] = kernel("reference");
    double[] exact = sdpa(q.astype(F64), k.astype(F64), v.astype(F64), exactly).toDoubleArray();
    Error ours = Error.of(sdpa(q, k, v, options).toDoubleArray(), exact);
    String what =
        String.format(
            Locale.ROOT, "%s, H=%d T=%d D=%d%s", type, s[0], s[1], s[2], limited ? ", causal" : "");
    if (torch == null) {
      promises.unheld(
          "error in half types", what, ours.text(), "not held against PyTorch's: --peer torch");
      return;
    }
    PeerTask task =
        new PeerTask(
            "sdpa",
            List.of(Bytes.operand(q), Bytes.operand(k), Bytes.operand(v)),
            Map.of("causal", limited));
    TorchPeer.Prepared prepared = torch.prepare(what, task);
    Error theirs = Error.of(prepared.values(), exact);
    torch.drop(prepared);
    promises.row(
        "error in half types",
        what,
        ours.text(),
        theirs.text() + ", PyTorch's",
        String.format(
            Locale.ROOT, "max %.2f, RMS %.2f", ours.max / theirs.max, ours.rms / theirs.rms),
        "both at most 1",
        ours.max <= theirs.max && ours.rms <= theirs.rms);
  }
}
