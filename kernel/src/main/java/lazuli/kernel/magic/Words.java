package lazuli.kernel.magic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import lazuli.kernel.ext.UsageException;

/**
 * The words of a magic's line, told apart as IJava does: {@code --key=value} or {@code --key value}
 * for the keys that the magic knows, {@code -v} for its flags, and the rest in order.
 *
 * @param rest the words that are neither
 * @param values the values of each key, in order
 * @param flags the flags that were given
 */
public record Words(List<String> rest, Map<String, List<String>> values, Set<String> flags) {
  /**
   * {@return the words of a line; double quotes and backslashes keep blanks}
   *
   * @param line the line
   */
  public static List<String> split(String line) {
    List<String> words = new ArrayList<>();
    var word = new StringBuilder();
    boolean quoted = false;
    boolean any = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
        any = true;
      } else if (c == '\\' && i + 1 < line.length() && "\" \\".indexOf(line.charAt(i + 1)) >= 0) {
        word.append(line.charAt(++i));
      } else if (Character.isWhitespace(c) && !quoted) {
        if (any || !word.isEmpty()) {
          words.add(word.toString());
        }
        word.setLength(0);
        any = false;
      } else {
        word.append(c);
      }
    }
    if (any || !word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  /**
   * {@return a line that {@link #split} takes apart into these words}
   *
   * @param words the words
   */
  public static String join(List<String> words) {
    return words.stream()
        .map(word -> word.replace("\\", "\\\\").replace("\"", "\\\""))
        .map(word -> word.isEmpty() || word.matches("(?s).*\\s.*") ? '"' + word + '"' : word)
        .collect(Collectors.joining(" "));
  }

  /**
   * {@return the words of a magic's line}
   *
   * @param magic the magic's name with its signs, for errors
   * @param line the line
   * @param keys the keys that take a value
   * @param flags the flags, such as {@code -v}
   * @throws UsageException for a key or flag that is not known, or a key without its value
   */
  static Words of(String magic, String line, Set<String> keys, Set<String> flags) {
    var words = new Words(new ArrayList<>(), new LinkedHashMap<>(), new java.util.HashSet<>());
    List<String> all = split(line);
    for (int i = 0; i < all.size(); i++) {
      String word = all.get(i);
      int equals = word.indexOf('=');
      String key =
          word.startsWith("--") ? word.substring(2, equals < 0 ? word.length() : equals) : "";
      if (flags.contains(word)) {
        words.flags.add(word);
      } else if (!key.isEmpty() && keys.contains(key)) {
        if (equals < 0 && i + 1 == all.size()) {
          throw new UsageException(
              magic + ": " + word + " has no value; write --" + key + "=VALUE");
        }
        String value = equals < 0 ? all.get(++i) : word.substring(equals + 1);
        words.values.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
      } else if (word.length() > 1 && word.startsWith("-")) {
        throw new UsageException(magic + ": no option " + word + "; " + known(keys, flags));
      } else {
        words.rest.add(word);
      }
    }
    return words;
  }

  private static String known(Set<String> keys, Set<String> flags) {
    if (keys.isEmpty() && flags.isEmpty()) {
      return "it has none; write \"./-name\" for a name that begins with a hyphen";
    }
    return "it has "
        + java.util.stream.Stream.concat(
                keys.stream().sorted().map(key -> "--" + key + "=VALUE"), flags.stream().sorted())
            .collect(Collectors.joining(", "));
  }
}
