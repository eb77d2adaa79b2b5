package lazuli.kernel.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/** The cells that ran in this process, with the text of their results. Thread-safe. */
final class History {
  /** This process; earlier ones are not kept yet. */
  private static final int SESSION = 1;

  private record Entry(int line, String source, @Nullable String output) {}

  private final List<Entry> entries = new ArrayList<>();

  synchronized void add(int line, String source, @Nullable String output) {
    entries.add(new Entry(line, source, output));
  }

  /** {@return the content of a {@code history_reply}} */
  synchronized Json.Obj reply(Json.Obj content) {
    boolean output = content.at("output").bool(false);
    String type = content.at("hist_access_type").text("tail");
    List<Entry> chosen =
        switch (type) {
          case "range" -> range(content);
          case "search" -> search(content);
          default -> last(entries, content.at("n").number(entries.size()));
        };
    return Json.object(
        "status",
        "ok",
        "history",
        chosen.stream()
            .map(e -> List.of(Json.of(SESSION), Json.of(e.line), cell(e, output)))
            .toList());
  }

  private static Json cell(Entry entry, boolean output) {
    return output
        ? Json.of(List.of(Json.of(entry.source), Json.of(entry.output)))
        : Json.of(entry.source);
  }

  /** Session 0 is the present one; negative ones count back from it; stop is exclusive. */
  private List<Entry> range(Json.Obj content) {
    long session = content.at("session").number(0);
    if (session != 0 && session != SESSION) {
      return List.of();
    }
    long start = content.at("start").number(1);
    long stop = content.at("stop").number(Long.MAX_VALUE);
    return entries.stream().filter(e -> e.line >= start && e.line < stop).toList();
  }

  private List<Entry> search(Json.Obj content) {
    Predicate<String> matches = glob(content.at("pattern").text("*"));
    Stream<Entry> found = entries.stream().filter(e -> matches.test(e.source));
    if (content.at("unique").bool(false)) {
      List<Entry> all = found.toList();
      found =
          all.stream()
              .filter(
                  e ->
                      all.stream()
                          .noneMatch(
                              later -> later.line > e.line && later.source.equals(e.source)));
    }
    return last(found.toList(), content.at("n").number(Long.MAX_VALUE));
  }

  private static <T> List<T> last(List<T> all, long n) {
    return all.subList((int) Math.max(0, all.size() - Math.max(0, n)), all.size());
  }

  /** {@return whether a text matches a pattern of {@code *} and {@code ?}, as SQLite's GLOB} */
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
}
