package lazuli.kernel.cell;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which declarations mention which names, by their words alone. Always too many rather than too
 * few: what is missing here would be missing for the compiler.
 */
final class Mentions {
  /** One declaration that a later one can change. */
  private record Declaration(String name, Set<String> words) {}

  private final Map<String, Declaration> byId = new HashMap<>();
  private final Map<String, Set<String>> idsByWord = new HashMap<>();

  /** Notes a declaration under JShell's number for it. */
  void add(String id, String name, String source) {
    Set<String> words = words(source);
    byId.put(id, new Declaration(name, words));
    for (String word : words) {
      idsByWord.computeIfAbsent(word, key -> new LinkedHashSet<>()).add(id);
    }
  }

  /** Forgets a declaration that is none any longer. */
  void remove(String id) {
    Declaration gone = byId.remove(id);
    if (gone == null) {
      return;
    }
    for (String word : gone.words()) {
      Set<String> ids = idsByWord.get(word);
      if (ids != null && ids.remove(id) && ids.isEmpty()) {
        idsByWord.remove(word);
      }
    }
  }

  /**
   * {@return every name that the compiler may have to know for a snippet: its own words, and those
   * of all declarations that are compiled again because the snippet declares something that they
   * mention; null when it may be any name}
   */
  @Nullable Set<String> needed(String snippet) {
    if (snippet.contains("\\u") || snippet.stripLeading().startsWith("import")) {
      return null;
    }
    Set<String> words = words(snippet);
    Deque<String> changed = new ArrayDeque<>(declared(snippet));
    Set<String> seen = new HashSet<>(changed);
    while (!changed.isEmpty()) {
      for (String id : idsByWord.getOrDefault(changed.pop(), Set.of())) {
        Declaration dependent = byId.get(id);
        if (dependent != null) {
          words.addAll(dependent.words());
          if (seen.add(dependent.name())) {
            changed.push(dependent.name());
          }
        }
      }
    }
    return words;
  }

  /** {@return every identifier and keyword, those in comments and strings too} */
  private static Set<String> words(String source) {
    Set<String> words = new HashSet<>();
    int at = 0;
    while (at < source.length()) {
      int end = wordEnd(source, at);
      if (end > at) {
        words.add(source.substring(at, end));
      }
      at = Math.max(end, at + 1);
    }
    return words;
  }

  private static int wordEnd(String source, int at) {
    int end = at;
    while (end < source.length() && Character.isJavaIdentifierPart(source.codePointAt(end))) {
      end += Character.charCount(source.codePointAt(end));
    }
    return end;
  }

  /** {@return the names that it may declare: words outside of brackets that follow a type} */
  private static Collection<String> declared(String source) {
    Set<String> names = new HashSet<>();
    boolean afterType = false;
    int depth = 0;
    int at = 0;
    while (at < source.length()) {
      char c = source.charAt(at);
      int end = Math.max(JavaLexer.commentEnd(source, at), JavaLexer.literalEnd(source, at));
      if (end > at || Character.isWhitespace(c)) {
        at = Math.max(end, at + 1);
        continue;
      }
      end = wordEnd(source, at);
      if (end > at) {
        if (depth == 0 && afterType) {
          names.add(source.substring(at, end));
        }
        afterType = true;
        at = end;
        continue;
      }
      if (c == '(' || c == '{' || c == '[') {
        depth++;
      } else if (c == ')' || c == '}' || c == ']') {
        depth--;
      }
      afterType = c == '>' || c == ']' || c == ',' || c == '}';
      at++;
    }
    return names;
  }
}
