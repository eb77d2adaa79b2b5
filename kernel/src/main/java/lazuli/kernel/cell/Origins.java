package lazuli.kernel.cell;

import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/** Which cell each snippet came from, by the snippet's id, for lines in stack traces. */
final class Origins {
  /**
   * Where a snippet stands.
   *
   * @param source its cell
   * @param offset where the snippet begins in the cell's text
   */
  record Origin(Source source, int offset) {
    /** {@return the line of the source that holds a line of the snippet, both from 1} */
    int line(int snippetLine) {
      long above = source.text().substring(0, offset).chars().filter(c -> c == '\n').count();
      return (int) above + snippetLine;
    }
  }

  private final Map<String, Origin> bySnippet = new ConcurrentHashMap<>();

  // What runs now: JShell names a snippet's id only when it has run. The innermost comes first.
  private final Deque<Origin> running = new ConcurrentLinkedDeque<>();

  /** Notes that a piece begins to run. */
  void begins(Origin origin) {
    running.addFirst(origin);
  }

  /** Notes that a piece has run. */
  void ended(Origin origin) {
    running.removeFirstOccurrence(origin);
  }

  /**
   * {@return where a snippet stands that may still run; null when nobody knows}
   *
   * @param snippet its id
   * @param text its text, by which a running one is known
   */
  @Nullable Origin of(String snippet, String text) {
    Origin known = bySnippet.get(snippet);
    if (known == null) {
      for (Origin one : running) {
        if (one.source().text().startsWith(text, one.offset())) {
          return one;
        }
      }
    }
    return known;
  }

  void put(String snippet, Origin origin) {
    bySnippet.put(snippet, origin);
  }

  void remove(String snippet) {
    bySnippet.remove(snippet);
  }

  @Nullable Origin get(String snippet) {
    return bySnippet.get(snippet);
  }
}
