package lazuli.install.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import lazuli.kernel.wire.Exchange;
import org.jspecify.annotations.Nullable;

/** Measures every row of the table: ours and the peer's by turns, in one run. */
final class KernelBench {
  /** How much is measured. */
  record Sizes(int spawns, int cells, int lines, int manyLines, int interrupts) {
    /** What the published table has. */
    static final Sizes FULL = new Sizes(15, 1000, 100_000, 1_000_000, 15);

    /** A look, in a minute. */
    static final Sizes QUICK = new Sizes(3, 100, 10_000, 100_000, 3);
  }

  private static final Duration BESIDE = Duration.ofSeconds(2);
  private static final int COMPLETIONS = 60;
  private static final int WARMING = 20;
  private static final long SETTLE_MS = 2000;

  private final Contender ours;
  private final @Nullable Contender peer;
  private final Sizes sizes;
  private final Consumer<String> progress;
  private final List<Row> rows = new ArrayList<>();

  KernelBench(Contender ours, @Nullable Contender peer, Sizes sizes, Consumer<String> progress) {
    this.ours = ours;
    this.peer = peer;
    this.sizes = sizes;
    this.progress = progress;
  }

  /** A pair of figures, ours first. */
  private static final class Pair {
    private final Samples ours = new Samples();
    private final Samples peer = new Samples();

    Samples of(boolean our) {
      return our ? ours : peer;
    }
  }

  /** What is measured of one kernel. */
  private interface Measure {
    double of(Spawned kernel) throws IOException, InterruptedException, TimeoutException;
  }

  /** {@return the table's rows} */
  List<Row> run() throws IOException, InterruptedException, TimeoutException {
    starts();
    try (Spawned our = new Spawned(ours);
        Spawned other = peer == null ? null : new Spawned(peer)) {
      expressions(our, other);
      completions(our, other);
      output(our, other);
      interrupts(our, other);
    }
    try (Spawned our = new Spawned(ours);
        Spawned other = peer == null ? null : new Spawned(peer)) {
      declarations(our, other);
    }
    orphans();
    return rows;
  }

  private Pair byTurns(int times, @Nullable Spawned our, @Nullable Spawned other, Measure measure)
      throws IOException, InterruptedException, TimeoutException {
    var pair = new Pair();
    for (int i = 0; i < times; i++) {
      if (our != null) {
        pair.ours.add(measure.of(our));
      }
      if (other != null) {
        pair.peer.add(measure.of(other));
      }
    }
    return pair;
  }

  private void starts() throws IOException, InterruptedException, TimeoutException {
    var info = new Pair();
    var first = new Pair();
    var memory = new Pair();
    var end = new Pair();
    int asked = 0;
    int answered = 0;
    // The first of each reads its files from the disk.
    for (int i = -1; i < sizes.spawns(); i++) {
      progress.accept("start " + (i + 1) + " of " + sizes.spawns());
      for (Contender one : peer == null ? List.of(ours) : List.of(ours, peer)) {
        boolean our = one == ours;
        asked += our ? 1 : 0;
        try (var kernel = new Spawned(one)) {
          answered += our ? 1 : 0;
          if (i < 0) {
            continue;
          }
          info.of(our).add(kernel.info());
          first.of(our).add(kernel.first());
          if (i % 5 == 0) {
            Thread.sleep(SETTLE_MS);
            memory.of(our).add(kernel.memory());
          }
          end.of(our).add(kernel.shutdown());
        } catch (TimeoutException silent) {
          if (!our) {
            throw silent;
          }
        }
      }
    }
    rows.add(
        Row.ratio(
            "spawn to kernel_info, median", "ms", info.ours.median(), info.peer.median(), 0.5));
    rows.add(
        Row.ratio(
            "spawn to first result, median", "ms", first.ours.median(), first.peer.median(), 1.3));
    rows.add(
        Row.most(
            "spawn to first result, p95",
            "ms",
            first.ours.quantile(0.95),
            first.peer.quantile(0.95),
            2000));
    rows.add(
        Row.most("spawns without an answer, of " + asked, "", asked - answered, Double.NaN, 0));
    rows.add(
        Row.most(
            "shutdown reply to process gone, p95",
            "ms",
            end.ours.quantile(0.95),
            end.peer.quantile(0.95),
            300));
    rows.add(
        Row.most(
            "memory 2 s after the first result, PSS",
            "MiB",
            memory.ours.median(),
            memory.peer.median(),
            160));
  }

  private void expressions(Spawned our, @Nullable Spawned other)
      throws IOException, InterruptedException, TimeoutException {
    progress.accept(sizes.cells() + " expression cells");
    Pair before = byTurns(1, our, other, Spawned::memory);
    int[] n = {0};
    Pair warm = byTurns(WARMING, our, other, k -> k.cell(ours.expression().apply(n[0]++)));
    Pair cells = byTurns(sizes.cells(), our, other, k -> k.cell(ours.expression().apply(n[0]++)));
    Pair after = byTurns(1, our, other, Spawned::memory);
    if (warm.ours.empty()) {
      throw new IllegalStateException("nothing was measured");
    }
    rows.add(
        Row.ratio("expression cell, median", "ms", cells.ours.median(), cells.peer.median(), 1.0));
    rows.add(
        Row.ratio(
            "expression cell, p95",
            "ms",
            cells.ours.quantile(0.95),
            cells.peer.quantile(0.95),
            1.5));
    rows.add(growth("expression cell", cells, 1.1));
    rows.add(
        Row.most(
            "memory, growth over " + sizes.cells() + " cells",
            "%",
            100 * (after.ours.median() / before.ours.median() - 1),
            100 * (after.peer.median() / before.peer.median() - 1),
            15));
  }

  private Row growth(String what, Pair cells, double most) {
    int part = Math.max(1, sizes.cells() / 10);
    return Row.most(
        what + ", last " + part + " of " + sizes.cells() + " against the first",
        "times",
        cells.ours.growth(part),
        cells.peer.empty() ? Double.NaN : cells.peer.growth(part),
        most);
  }

  private void declarations(Spawned our, @Nullable Spawned other)
      throws IOException, InterruptedException, TimeoutException {
    progress.accept(sizes.cells() + " declaring cells");
    var cells = new Pair();
    for (int i = 0; i < WARMING + sizes.cells(); i++) {
      double time = our.cell(ours.declaration().apply(i));
      if (i >= WARMING) {
        cells.ours.add(time);
      }
      if (other != null && peer != null) {
        time = other.cell(peer.declaration().apply(i));
        if (i >= WARMING) {
          cells.peer.add(time);
        }
      }
    }
    rows.add(growth("declaring cell (int vN = N)", cells, 2.0));
  }

  private void completions(Spawned our, @Nullable Spawned other)
      throws IOException, InterruptedException, TimeoutException {
    progress.accept("completions");
    Duration limit = Duration.ofSeconds(30);
    byTurns(WARMING, our, other, k -> k.complete(limit));
    Pair warm = byTurns(COMPLETIONS, our, other, k -> k.complete(limit));
    rows.add(
        Row.ratio("completion, warm median", "ms", warm.ours.median(), warm.peer.median(), 0.5));
    Exchange spinning = our.begin(ours.loop());
    Pair beside = byTurns(COMPLETIONS, our, null, k -> k.complete(limit));
    our.interrupt(spinning);
    Row row =
        Row.most(
            "completion while a cell runs, median", "ms", beside.ours.median(), Double.NaN, 30);
    rows.add(other == null || peer == null ? row : row.peer(beside(other, peer)));
  }

  /** {@return how the peer completes while one of its cells runs} */
  private static String beside(Spawned other, Contender peer)
      throws InterruptedException, TimeoutException {
    Exchange spinning = other.begin(peer.loop());
    try {
      return Row.number(other.complete(BESIDE)) + " ms";
    } catch (TimeoutException waits) {
      return "waits for the cell";
    } finally {
      other.interrupt(spinning);
    }
  }

  private void output(Spawned our, @Nullable Spawned other)
      throws IOException, InterruptedException, TimeoutException {
    for (int lines : List.of(sizes.lines(), sizes.manyLines())) {
      String what = String.format(Locale.ROOT, "%,d printed lines until idle", lines);
      progress.accept(what);
      int times = lines > 500_000 ? 3 : 7;
      long[] lost = {0, 0};
      Pair time =
          byTurns(
              times,
              our,
              other,
              k -> {
                Spawned.Printed printed = k.print(lines);
                lost[k == our ? 0 : 1] += lines - printed.lines();
                return printed.time();
              });
      rows.add(Row.ratio(what + ", median", "ms", time.ours.median(), time.peer.median(), 1.0));
      double peerLost = other == null ? Double.NaN : lost[1];
      rows.add(Row.most("lines lost of them in " + times + " cells", "", lost[0], peerLost, 0));
    }
  }

  private void interrupts(Spawned our, @Nullable Spawned other)
      throws IOException, InterruptedException, TimeoutException {
    progress.accept("interrupts");
    var loop = new Pair();
    var read = new Pair();
    for (int i = 0; i < sizes.interrupts(); i++) {
      loop.ours.add(our.interrupt(our.begin(ours.loop())));
      read.ours.add(our.interrupt(our.begin(ours.read())));
      if (other != null && peer != null) {
        loop.peer.add(other.interrupt(other.begin(peer.loop())));
        read.peer.add(other.interrupt(other.begin(peer.read())));
      }
    }
    rows.add(
        Row.most(
            "interrupt of an endless loop, median",
            "ms",
            loop.ours.median(),
            loop.peer.median(),
            50));
    rows.add(
        Row.most(
            "interrupt of a blocked read, median",
            "ms",
            read.ours.median(),
            read.peer.median(),
            120));
  }

  private void orphans() throws IOException, InterruptedException, TimeoutException {
    progress.accept("killing the starter");
    rows.add(
        Row.most(
            "processes left 5 s after the client is killed hard",
            "",
            Orphan.left(ours),
            peer == null ? Double.NaN : Orphan.left(peer),
            0));
  }
}
