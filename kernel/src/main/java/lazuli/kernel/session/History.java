package lazuli.kernel.session;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lazuli.kernel.session.HistoryFile.Entry;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Log;
import org.jspecify.annotations.Nullable;

/**
 * The cells that ran, of this session from memory and of earlier ones from a file. Thread-safe.
 *
 * <p>The file is written on a thread of its own, so that a slow disk slows no cell. When it cannot
 * be read or written, that is said once and this session goes on without it.
 */
final class History implements AutoCloseable {
  private static final long MOST_BYTES = 16L << 20;
  private static final int MOST_ENTRIES = 10_000;
  private static final int MOST_OUTPUT = 1 << 16;
  private static final int LAST_WORDS_MS = 1000;

  private record Cell(int line, String source, @Nullable String output) {}

  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("lazuli-history").factory());
  private final @Nullable HistoryFile file;
  private final CompletableFuture<Integer> session = new CompletableFuture<>();
  private final List<Cell> cells = new ArrayList<>();
  private boolean warned;

  /** A history that ends with this process. */
  History() {
    file = null;
    session.complete(1);
  }

  /**
   * A history that a file keeps.
   *
   * @param path the file; it and its folder are made when missing
   */
  History(Path path) {
    HistoryFile kept = new HistoryFile(path, MOST_BYTES);
    file = kept;
    writer.execute(
        () -> {
          int number = 1;
          try {
            number = kept.begin();
          } catch (IOException | RuntimeException e) {
            failed(e);
          }
          session.complete(number);
        });
  }

  /** {@return a history kept by a file, or by none} */
  static History keptBy(Optional<Path> path) {
    return path.map(History::new).orElseGet(History::new);
  }

  /** Said once: every cell would say it again. */
  private void failed(Exception e) {
    if (!warned) {
      warned = true;
      Log.warn(
          "the history of cells is not kept in "
              + file
              + ": "
              + e
              + "; LAZULI_HISTORY names another file, or off");
    }
  }

  /** Adds a cell of this session. */
  void add(int line, String source, @Nullable String output) {
    String text =
        output == null ? null : output.substring(0, Math.min(output.length(), MOST_OUTPUT));
    synchronized (this) {
      cells.add(new Cell(line, source, text));
      if (cells.size() > MOST_ENTRIES) {
        cells.removeFirst();
      }
    }
    HistoryFile kept = file;
    if (kept != null && !writer.isShutdown()) {
      writer.execute(
          () -> {
            try {
              kept.add(new Entry(session.join(), line, source, text));
            } catch (IOException | RuntimeException e) {
              failed(e);
            }
          });
    }
  }

  private synchronized List<Entry> own() {
    int number = session.join();
    return cells.stream()
        .map(cell -> new Entry(number, cell.line, cell.source, cell.output))
        .toList();
  }

  /** {@return the cells of all sessions by session and line} */
  private List<Entry> all() {
    List<Entry> own = own();
    HistoryFile kept = file;
    if (kept == null) {
      return own;
    }
    try {
      int number = session.join();
      return Stream.concat(
              kept.entries().stream().filter(entry -> entry.session() != number), own.stream())
          .sorted(Comparator.comparingInt(Entry::session).thenComparingInt(Entry::line))
          .toList();
    } catch (IOException | RuntimeException e) {
      failed(e);
      return own;
    }
  }

  /** {@return the content of a {@code history_reply}} */
  Json.Obj reply(Json.Obj content) {
    boolean output = content.at("output").bool(false);
    List<Entry> chosen =
        switch (content.at("hist_access_type").text("tail")) {
          case "range" -> range(content);
          case "search" -> search(content);
          case "tail" -> last(all(), content.at("n").number(MOST_ENTRIES));
          default -> List.of();
        };
    return Json.object(
        "status",
        "ok",
        "history",
        chosen.stream()
            .map(e -> List.of(Json.of(e.session()), Json.of(e.line()), cell(e, output)))
            .toList());
  }

  private static Json cell(Entry entry, boolean output) {
    return output
        ? Json.of(List.of(Json.of(entry.source()), Json.of(entry.output())))
        : Json.of(entry.source());
  }

  /** Session 0 is the present one; negative ones count back from it; stop is exclusive. */
  private List<Entry> range(Json.Obj content) {
    long wanted = content.at("session").number(0);
    int present = session.join();
    long number = wanted <= 0 ? present + wanted : wanted;
    List<Entry> of =
        number == present
            ? own()
            : all().stream().filter(entry -> entry.session() == number).toList();
    long lines = of.isEmpty() ? 0 : of.getLast().line();
    long start = fromEnd(content.at("start").number(1), lines);
    long stop = fromEnd(content.at("stop").number(Long.MAX_VALUE), lines);
    return of.stream().filter(e -> e.line() >= start && e.line() < stop).toList();
  }

  private static long fromEnd(long line, long lines) {
    return line < 0 ? lines + 1 + line : line;
  }

  private List<Entry> search(Json.Obj content) {
    Predicate<String> matches = glob(content.at("pattern").text("*"));
    List<Entry> found = all().stream().filter(e -> matches.test(e.source())).toList();
    if (content.at("unique").bool(false)) {
      Map<String, Entry> latest = new LinkedHashMap<>();
      for (Entry entry : found) {
        // Taken out first, so that it stands where it was used last.
        latest.remove(entry.source());
        latest.put(entry.source(), entry);
      }
      found = List.copyOf(latest.values());
    }
    return last(found, content.at("n").number(Long.MAX_VALUE));
  }

  private static <T> List<T> last(List<T> all, long n) {
    return all.subList((int) Math.max(0, all.size() - Math.max(0, n)), all.size());
  }

  /** {@return whether a text matches a pattern of {@code *} and {@code ?}} */
  private static Predicate<String> glob(String pattern) {
    var regex = new StringBuilder();
    pattern
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(Character.toString(c)));
              }
            });
    return Pattern.compile(regex.toString(), Pattern.DOTALL).asMatchPredicate();
  }

  /** Writes what is left to write, for at most a second. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(LAST_WORDS_MS, TimeUnit.MILLISECONDS)) {
        Log.debug("some cells were not written to the history");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
