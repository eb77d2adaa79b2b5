package lazuli.magics.bench;

import static lazuli.array.Lazuli.causal;
import static lazuli.array.Lazuli.memory;
import static lazuli.array.Lazuli.resetPeakMemory;
import static lazuli.array.Lazuli.sdpa;
import static lazuli.array.type.DType.BF16;
import static lazuli.array.type.DType.F32;
import static lazuli.magics.bench.Turns.random;
import static lazuli.magics.report.Cell.digits;

import java.util.List;
import lazuli.array.Array;
import lazuli.array.cpu.Scratch;
import lazuli.array.type.DType;

/** Working memory beside that of the shortest length. */
record WorkingMemory(Promises promises, boolean quick) {
  void run() {
    int least = 1024;
    for (DType type : List.of(F32, BF16)) {
      double first = 0;
      for (int length = least; length <= (quick ? 2048 : 8192); length *= 2) {
        Array x = random(1, type, 1, 2, length, 64);
        long beforeScratch = Scratch.held();
        Array out = sdpa(x, x, x, causal());
        long before = memory().active();
        resetPeakMemory();
        out.eval();
        double pool = memory().peak() - before - out.size() * out.dtype().bytes();
        double own = Scratch.held();
        if (length == least) {
          first = own;
          continue;
        }
        promises.row(
            "working memory does not grow with Tq x Tk",
            type + ", T=" + length + ": pool, threads",
            digits(pool / 1e3) + " kB, " + digits(own / 1e3) + " kB",
            digits(first / 1e3) + " kB at T=" + least,
            digits(own - beforeScratch) + " bytes more",
            "nothing more",
            pool <= 0 && own <= first);
      }
    }
  }
}
