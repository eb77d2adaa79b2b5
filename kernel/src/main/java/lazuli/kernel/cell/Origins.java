package lazuli.kernel.cell;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
