package lazuli.magics.bench;

import static lazuli.array.Lazuli.blockMask;
import static lazuli.array.Lazuli.causal;
import static lazuli.array.Lazuli.kernel;
import static lazuli.array.Lazuli.key;
import static lazuli.array.Lazuli.mask;
import static lazuli.array.Lazuli.memory;
import static lazuli.array.Lazuli.normal;
import static lazuli.array.Lazuli.resetPeakMemory;
import static lazuli.array.Lazuli.score;
import static lazuli.array.Lazuli.sdpa;
import static lazuli.array.Lazuli.window;
import static lazuli.array.type.DType.BF16;
import static lazuli.array.type.DType.F16;
import static lazuli.array.type.DType.F32;
import static lazuli.array.type.DType.F64;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.KvCache;
import lazuli.array.attention.AttentionOption;
import lazuli.array.attention.BlockMask;
import lazuli.array.attention.KvFormat;
import lazuli.array.attention.Mask;
import lazuli.array.cpu.Scratch;
import lazuli.array.type.DType;
import lazuli.magics.peer.Bytes;
import lazuli.magics.peer.PeerTask;
import lazuli.magics.peer.TorchPeer;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Row;
import lazuli.magics.stats.Budget;
import lazuli.magics.stats.Comparison;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Subject;
import lazuli.magics.stats.Summary;
import lazuli.magics.stats.Timing;
import org.jspecify.annotations.Nullable;

/**
 * What attention promises, measured: each row one promise in one case, with the number that it is
 * held against and whether it is met. Times that are compared were taken by turns. Mutable; used by
 * one thread.
 */
final class AttentionNumbers {
  private static final long SEED = 0;

  /** A mixed call may take this much longer than the slowest uniform one. */
  private static final double MIXED = 1.05;

  /** Of the ratio of scores that a mask leaves, so much must be seen in the times. */
  private static final double SKIPPED = 0.85;

  private static final double INT8 = 1.1;

  /** A new row at the end of the longest cache may cost so much more than of the shortest. */
  private static final double FLAT = 1.25;

  private final Sampler sampler;
  private final Budget budget;
  private final boolean quick;
  private final @Nullable TorchPeer torch;
  private final Consumer<String> progress;
  private final List<Row> rows = new ArrayList<>();
  private int met;
  private int held;

  /**
   * Begins a run.
   *
   * @param sampler takes the times
   * @param seconds of sampling for each side
   * @param quick whether to leave the large cases out
   * @param torch the peer, or null
   * @param progress told what comes next
   */
  AttentionNumbers(
      Sampler sampler,
      double seconds,
      boolean quick,
      @Nullable TorchPeer torch,
      Consumer<String> progress) {
    this.sampler = sampler;
    this.budget = Budget.ofSeconds(seconds);
    this.quick = quick;
    this.torch = torch;
    this.progress = progress;
  }

  static List<Column> columns() {
    return List.of(
        Column.words("Promise"),
        Column.words("Case"),
        Column.words("Seen"),
        Column.words("Beside"),
        Column.words("Ratio"),
        Column.words("Goal"));
  }

  List<Row> rows() {
    return rows;
  }

  /** {@return such as "17 of 20 promises met"} */
  String verdict() {
    return met + " of " + held + " rows met";
  }

  /** Measures everything. */
  void run() throws Exception {
    progress.accept("mixed types");
    mixed();
    mixedCache();
    progress.accept("errors in half types");
    errors();
    progress.accept("new masks, scores and lengths");
    lambdas();
    blocks();
    progress.accept("causal and windowed");
    skipped();
    progress.accept("quantised caches");
    quantised();
    progress.accept("memory");
    scratch();
    progress.accept("appends");
    appends();
  }

  private void row(
      String promise,
      String what,
      String seen,
      String beside,
      String ratio,
      String goal,
      boolean isMet) {
    held++;
    met += isMet ? 1 : 0;
    add(promise, what, seen, beside, ratio, (isMet ? "met " : "missed ") + goal);
  }

  /** A row that nothing was held against: neither met nor missed. */
  private void unheld(String promise, String what, String seen, String why) {
    add(promise, what, seen, "", "", why);
  }

  private void add(
      String promise, String what, String seen, String beside, String ratio, String verdict) {
    rows.add(
        Row.of(
            Cell.of(promise),
            Cell.of(what),
            Cell.of(seen),
            Cell.of(beside),
            Cell.of(ratio),
            Cell.of(verdict)));
  }

  private static String digits(double value) {
    return Cell.digits(value);
  }

  private static String micros(double nanos) {
    return digits(nanos / 1e3) + " us";
  }

  private static String interval(Comparison c) {
    return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", c.ratio(), c.low(), c.high());
  }

  private List<Timing> times(List<Supplier<Array>> calls) throws Exception {
    List<Subject> subjects = new ArrayList<>();
    for (Supplier<Array> call : calls) {
      subjects.add(Subject.of("", () -> call.get().eval(), sampler.clock()));
    }
    return sampler.run(subjects, budget, _ -> {});
  }

  private static double median(Timing timing) {
    return timing.summary().median();
  }

  private static Array random(long seed, DType dtype, long... shape) {
    return normal(key(seed), F32, shape).astype(dtype).eval();
  }

  // -- mixed types
  // ---------------------------------------------------------------------------------

  /** The six calls of S0: one query on 16 keys, 32 heads of 128, a mask for each key. */
  private void mixed() throws Exception {
    Array[] half = s0(BF16);
    Array[] wide = s0(F32);
    List<String> names = List.of("bbbb", "ffff", "bbbf", "bbff", "fbbf", "fbff");
    List<Supplier<Array>> calls = new ArrayList<>();
    for (String name : names) {
      Array[] in = new Array[4];
      for (int i = 0; i < 4; i++) {
        in[i] = (name.charAt(i) == 'f' ? wide : half)[i];
      }
      AttentionOption hides = mask(in[3]);
      calls.add(() -> sdpa(in[0], in[1], in[2], hides));
    }
    List<Timing> times = times(calls);
    for (int i = 2; i < names.size(); i++) {
      mixedRow(
          names.get(i) + ": q, k, v, mask; 32 heads, Tk=16, D=128",
          times.get(i),
          times.subList(0, 2));
    }
  }

  private static Array[] s0(DType type) {
    return new Array[] {
      random(1, type, 1, 32, 1, 128),
      random(2, type, 1, 32, 16, 128),
      random(3, type, 1, 32, 16, 128),
      random(4, type, 1, 16)
    };
  }

  private void mixedCache() throws Exception {
    int keys = quick ? 1024 : 4096;
    Array[] wide = {
      random(1, F32, 1, 32, 1, 128),
      random(2, F32, 1, 8, keys, 128),
      random(3, F32, 1, 8, keys, 128)
    };
    Array[] half = {
      wide[0].astype(BF16).eval(), wide[1].astype(BF16).eval(), wide[2].astype(BF16).eval()
    };
    List<Timing> times =
        times(
            List.of(
                () -> sdpa(half[0], half[1], half[2]),
                () -> sdpa(wide[0], wide[1], wide[2]),
                () -> sdpa(wide[0], half[1], half[2])));
    mixedRow("f32 query, bf16 cache, Tk=" + keys, times.get(2), times.subList(0, 2));
  }

  private void mixedRow(String what, Timing mixed, List<Timing> uniform) {
    Timing slowest =
        median(uniform.get(0)) >= median(uniform.get(1)) ? uniform.get(0) : uniform.get(1);
    Comparison c = Comparison.of(mixed.samples(), slowest.samples(), SEED);
    row(
        "mixed types cost nothing",
        what,
        micros(median(mixed)),
        micros(median(slowest)) + ", the slowest uniform call",
        interval(c),
        "upper bound " + MIXED,
        c.high() <= MIXED);
  }

  // -- errors
  // --------------------------------------------------------------------------------------

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

  private void errors() throws Exception {
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
      unheld("error in half types", what, ours.text(), "not held against PyTorch's: --peer torch");
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
    row(
        "error in half types",
        what,
        ours.text(),
        theirs.text() + ", PyTorch's",
        String.format(
            Locale.ROOT, "max %.2f, RMS %.2f", ours.max / theirs.max, ours.rms / theirs.rms),
        "both at most 1",
        ours.max <= theirs.max && ours.rms <= theirs.rms);
  }

  // -- expressions
  // ---------------------------------------------------------------------------------

  private static double once(Supplier<Array> call) {
    long start = System.nanoTime();
    call.get().eval();
    return System.nanoTime() - start;
  }

  private void lambdas() {
    int length = 1024;
    Array x = random(1, F32, 1, 4, 2 * length, 64);
    List<Array> parts = new ArrayList<>();
    for (int i = 0; i <= 40; i++) {
      parts.add(x.get(":, :, 0:{}", length + i).contiguous().eval());
    }
    Array q = parts.getFirst();
    once(() -> sdpa(q, q, q, causal()));
    double cold =
        once(
            () ->
                sdpa(
                    q,
                    q,
                    q,
                    mask((b, h, i, j) -> i.sub(j).lt(300).or(j.lt(5))),
                    score((s, b, h, i, j) -> s.add(i.sub(j).mul(0.001)))));
    row(
        "first use of a mask",
        "the process's first mask and score change, T=" + length,
        digits(cold / 1e6) + " ms",
        "",
        "",
        "200 ms",
        cold < 200e6);
    double newMask =
        once(() -> sdpa(q, q, q, mask((b, h, i, j) -> i.sub(j).mod(7).ne(3).and(j.le(i)))));
    row(
        "first use of a mask",
        "a new lambda and its run, T=" + length,
        digits(newMask / 1e6) + " ms",
        "",
        "",
        "200 ms",
        newMask < 200e6);
    double newScore =
        once(() -> sdpa(q, q, q, score((s, b, h, i, j) -> s.sub(i.sub(j).abs().mul(0.01)))));
    row(
        "first use of a score change",
        "a new lambda and its run, T=" + length,
        digits(newScore / 1e6) + " ms",
        "",
        "",
        "200 ms",
        newScore < 200e6);
    Mask seen = mask((b, h, i, j) -> i.sub(j).mod(7).ne(3).and(j.le(i)));
    double[] fresh = new double[40];
    double[] known = new double[40];
    for (int i = 0; i < 40; i++) {
      Array other = parts.get(i + 1);
      fresh[i] = once(() -> sdpa(other, other, other, seen));
      known[i] = once(() -> sdpa(other, other, other, seen));
    }
    double[] more = new double[40];
    for (int i = 0; i < 40; i++) {
      more[i] = fresh[i] - known[i];
    }
    double work = Summary.median(more);
    row(
        "a new length is no work",
        "that mask at 40 lengths",
        micros(Summary.median(fresh)),
        micros(Summary.median(known)) + ", the second",
        String.format(Locale.ROOT, "%.3f", Summary.median(fresh) / Summary.median(known)),
        "1 ms more at most",
        work < 1e6);
  }

  private void blocks() {
    int length = 16384;
    var bean = ManagementFactory.getThreadMXBean();
    long before = allocated(bean);
    long start = System.nanoTime();
    BlockMask tiles = blockMask(causal().and(window(1024)), length, length);
    String counts = tiles.counts();
    double nanos = System.nanoTime() - start;
    double bytes = allocated(bean) - before;
    row(
        "block mask of a window",
        "1,024 of 16,384 squared: " + counts,
        digits(nanos / 1e6) + " ms, " + digits(bytes / 1e6) + " MB",
        "",
        "",
        "20 ms and 10 MB",
        nanos < 20e6 && bytes < 10e6);
  }

  private static long allocated(java.lang.management.ThreadMXBean bean) {
    return ((com.sun.management.ThreadMXBean) bean).getCurrentThreadAllocatedBytes();
  }

  // -- masks skip
  // ----------------------------------------------------------------------------------

  private void skipped() throws Exception {
    for (DType type : List.of(F32, BF16)) {
      for (int length : quick ? new int[] {1024} : new int[] {1024, 2048, 4096}) {
        Array q = random(1, type, 1, 4, length, 64);
        Array k = random(2, type, 1, 4, length, 64);
        Array v = random(3, type, 1, 4, length, 64);
        List<String> names = new ArrayList<>();
        List<Double> pairs = new ArrayList<>();
        List<Supplier<Array>> calls = new ArrayList<>();
        calls.add(() -> sdpa(q, k, v));
        calls.add(() -> sdpa(q, k, v, causal()));
        names.add("causal");
        pairs.add(pairs(length, length));
        for (int size : new int[] {512, 1024}) {
          if (size < length) {
            calls.add(() -> sdpa(q, k, v, causal().and(window(size))));
            names.add("window " + size);
            pairs.add(pairs(length, size));
          }
        }
        List<Timing> times = times(calls);
        for (int i = 0; i < names.size(); i++) {
          Timing dense = times.getFirst();
          Timing part = times.get(i + 1);
          Comparison c = Comparison.of(dense.samples(), part.samples(), SEED);
          double ideal = (double) length * length / pairs.get(i);
          row(
              "what is hidden is skipped",
              String.format(Locale.ROOT, "%s, %s, T=%d, 4 heads, D=64", names.get(i), type, length),
              micros(median(part)),
              micros(median(dense)) + ", dense",
              String.format(
                  Locale.ROOT,
                  "%.2f times faster, %.2f of %.2f",
                  c.ratio(),
                  c.ratio() / ideal,
                  ideal),
              SKIPPED + " of the ratio of scores",
              c.ratio() >= SKIPPED * ideal);
        }
      }
    }
  }

  /** Scores that a causal window leaves. */
  private static double pairs(long length, long window) {
    double pairs = 0;
    for (long i = 0; i < length; i++) {
      pairs += Math.min(i + 1, window);
    }
    return pairs;
  }

  // -- caches
  // --------------------------------------------------------------------------------------

  private static KvCache filled(KvFormat format, int length) {
    KvCache empty = KvCache.growing(BF16, 1, 8, 128, 128);
    KvCache cache = format == KvFormat.PLAIN ? empty : empty.quantised(format);
    int block = 512;
    Array k = random(5, BF16, 1, 8, block, 128);
    Array v = random(6, BF16, 1, 8, block, 128);
    for (int at = 0; at < length; at += block) {
      cache = cache.append(k, v);
    }
    return cache;
  }

  private void quantised() throws Exception {
    Array q = random(7, BF16, 1, 32, 1, 128);
    for (int length : quick ? new int[] {1024} : new int[] {512, 4096, 16384, 65536}) {
      List<KvCache> caches = new ArrayList<>();
      List<Long> peaks = new ArrayList<>();
      List<KvFormat> formats = List.of(KvFormat.PLAIN, KvFormat.INT8, KvFormat.INT4, KvFormat.FP8);
      for (KvFormat format : formats) {
        KvCache cache = filled(format, length);
        cache.attend(q).eval();
        long before = memory().active();
        resetPeakMemory();
        cache.attend(q).eval();
        peaks.add(cache.bytes() + memory().peak() - before);
        caches.add(cache);
      }
      for (int i = 1; i < formats.size(); i++) {
        row(
            "a quantised cache is smaller",
            formats.get(i).name().toLowerCase(Locale.ROOT) + ", " + length + " keys",
            digits(peaks.get(i) / 1e6) + " MB",
            digits(peaks.getFirst() / 1e6) + " MB, bf16",
            digits((double) peaks.get(i) / peaks.getFirst()),
            "below 1",
            peaks.get(i) < peaks.getFirst());
      }
      List<Timing> times =
          times(List.of(() -> caches.get(0).attend(q), () -> caches.get(1).attend(q)));
      Comparison c = Comparison.of(times.get(1).samples(), times.get(0).samples(), SEED);
      row(
          "decoding from int8",
          length + " keys",
          micros(median(times.get(1))),
          micros(median(times.get(0))) + ", bf16",
          interval(c),
          INT8 + "",
          c.ratio() <= INT8);
    }
  }

  private void scratch() {
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
        row(
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

  /**
   * Appends by turns; each cache is followed by the next, so that each grows by one token a turn.
   */
  private void appends() {
    Array k = random(8, BF16, 1, 8, 1, 128);
    Array v = random(9, BF16, 1, 8, 1, 128);
    int[] lengths = quick ? new int[] {512, 8192} : new int[] {512, 4096, 65536};
    KvCache[] caches = new KvCache[lengths.length];
    for (int c = 0; c < caches.length; c++) {
      caches[c] = filled(KvFormat.PLAIN, lengths[c]).append(k, v);
    }
    int turns = 400;
    double[][] nanos = new double[lengths.length][turns / 2];
    for (int turn = 0; turn < turns; turn++) {
      for (int c = 0; c < caches.length; c++) {
        long start = System.nanoTime();
        caches[c] = caches[c].append(k, v);
        // The first half is for the compiler.
        if (turn >= turns / 2) {
          nanos[c][turn - turns / 2] = System.nanoTime() - start;
        }
      }
    }
    double first = Summary.median(nanos[0]);
    for (int c = 1; c < caches.length; c++) {
      double median = Summary.median(nanos[c]);
      row(
          "an append costs the same at any length",
          "one token after " + lengths[c],
          micros(median),
          micros(first) + " after 512",
          digits(median / first),
          FLAT + "",
          median <= FLAT * first);
    }
  }
}
