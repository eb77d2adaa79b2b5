package lazuli.magics.option;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a line word by word as a shell does: spaces separate, quotes join, a backslash keeps the
 * next character. The rest may be taken raw at any point, since Java has other rules.
 */
final class Words {
  private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z_$][\\w$]*)}");

  private final String line;
  private int at;

  Words(String line) {
    this.line = line;
  }

  /** {@return whether only spaces are left} */
  boolean done() {
    return rest().isEmpty();
  }

  /** {@return what is left, without surrounding spaces} */
  String rest() {
    return line.substring(at).strip();
  }

  /** {@return the next word without moving past it; null at the end} */
  @Nullable String peek() {
    int before = at;
    String word = next();
    at = before;
    return word;
  }

  /** {@return the next word; null at the end} */
  @Nullable String next() {
    while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
      at++;
    }
    if (at == line.length()) {
      return null;
    }
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == '\\' && quote != '\'' && at + 1 < line.length()) {
        word.append(line.charAt(++at));
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (Character.isWhitespace(c)) {
        break;
      } else {
        word.append(c);
      }
    }
    if (quote != 0) {
      throw new UsageException("a " + quote + " is not closed: " + line.strip());
    }
    return word.toString();
  }

  /**
   * {@return the word with every {@code {name}} replaced by the variable's value}
   *
   * @param word any
   * @param variables the session's variables
   */
  static String interpolate(String word, Map<String, ?> variables) {
    Matcher matcher = VARIABLE.matcher(word);
    StringBuilder out = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(1);
      if (!variables.containsKey(name)) {
        throw new UsageException("'" + word + "' names no variable of this session: " + name);
      }
      matcher.appendReplacement(out, Matcher.quoteReplacement(String.valueOf(variables.get(name))));
    }
    return matcher.appendTail(out).toString();
  }
}
