package lazuli.kernel.cell;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The raw text of a Javadoc comment as plain text: tags and HTML become words and line breaks. */
final class JavadocText {
  private static final Pattern INLINE =
      Pattern.compile("\\{@(\\w+)\\s*((?:[^{}]|\\{[^{}]*\\})*)\\}");
  private static final Pattern BLOCK =
      Pattern.compile("(?m)^\\s*@(\\w+)\\s+((?:.|\\R(?!\\s*@\\w))*)");
  private static final Pattern NAMED = Pattern.compile("(?s)(<?[\\w.$]+>?)\\s*(.*)");

  private static final Pattern ENTITY =
      Pattern.compile("&(#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]+);");

  private JavadocText() {}

  /**
   * What one block tag says.
   *
   * @param title such as {@code Parameters}
   * @param name the parameter or exception; empty for other tags
   * @param text the rest, as written
   */
  record Entry(String title, String name, String text) {}

  /** {@return the text; empty for an empty comment} */
  static String render(String javadoc) {
    if (javadoc.isBlank()) {
      return "";
    }
    StringBuilder text = new StringBuilder(plain(main(javadoc)));
    String section = "";
    for (Entry entry : entries(javadoc)) {
      if (!entry.title.equals(section)) {
        text.append("\n\n").append(entry.title).append(':');
        section = entry.title;
      }
      String body = plain(entry.text.replaceAll("\\s+", " ")).replaceAll("\\s*\\n\\s*", " ");
      text.append("\n  ").append(entry.name.isEmpty() ? body : entry.name + " - " + body);
    }
    return text.toString().strip();
  }

  /** {@return what stands before the first block tag} */
  static String main(String javadoc) {
    Matcher first = BLOCK.matcher(javadoc);
    return javadoc.substring(0, first.find() ? first.start() : javadoc.length());
  }

  /** {@return what the block tags say that a reader wants} */
  static List<Entry> entries(String javadoc) {
    List<Entry> entries = new ArrayList<>();
    Matcher block = BLOCK.matcher(javadoc);
    while (block.find()) {
      String title = title(block.group(1));
      Matcher named = NAMED.matcher(block.group(2));
      boolean split = (title.equals("Parameters") || title.equals("Throws")) && named.matches();
      if (!title.isEmpty()) {
        entries.add(
            split
                ? new Entry(title, named.group(1), named.group(2))
                : new Entry(title, "", block.group(2)));
      }
    }
    return entries;
  }

  private static String title(String tag) {
    return switch (tag) {
      case "param" -> "Parameters";
      case "return" -> "Returns";
      case "throws", "exception" -> "Throws";
      case "since" -> "Since";
      case "see" -> "See";
      case "deprecated" -> "Deprecated";
      default -> "";
    };
  }

  /** {@return the text with its inline tags replaced, the innermost first} */
  static String inlined(String source, BinaryOperator<String> replacement) {
    String text = source;
    for (String before = ""; !before.equals(text); ) {
      before = text;
      text =
          INLINE
              .matcher(text)
              .replaceAll(m -> Matcher.quoteReplacement(replacement.apply(m.group(1), m.group(2))));
    }
    return text;
  }

  private static String plain(String source) {
    String text = inlined(source, JavadocText::inline);
    text = text.replaceAll("(?i)<li\\b[^>]*>", "\uE002");
    text = text.replaceAll("(?i)</?(p|ul|ol|dl|table|tr|blockquote|h[1-6]|div)\\b[^>]*>", "\n\n");
    text = text.replaceAll("(?i)<br\\s*/?>", "\n").replaceAll("</?[A-Za-z][^<>]*>", "");
    text = ENTITY.matcher(text).replaceAll(m -> Matcher.quoteReplacement(entity(m.group(1))));
    text = text.replace('\uE000', '<').replace('\uE001', '>');
    text = text.replaceAll("(?m)^[ \\t]+|[ \\t]+$", "").replaceAll("\\s*\uE002\\s*", "\n  - ");
    return text.replaceAll("\\n{3,}", "\n\n").strip();
  }

  private static String entity(String name) {
    if (name.startsWith("#")) {
      boolean hex = name.startsWith("x", 1);
      int code =
          hex
              ? Integer.parseInt(name, 2, name.length(), 16)
              : Integer.parseInt(name, 1, name.length(), 10);
      return Character.isValidCodePoint(code) ? Character.toString(code) : "";
    }
    return switch (name) {
      case "lt" -> "<";
      case "gt" -> ">";
      case "amp" -> "&";
      case "quot" -> "\"";
      case "apos" -> "'";
      case "nbsp" -> " ";
      case "le" -> "\u2264";
      case "ge" -> "\u2265";
      case "ne" -> "\u2260";
      case "times" -> "\u00d7";
      case "minus" -> "\u2212";
      case "pi" -> "\u03c0";
      case "infin" -> "\u221e";
      case "radic" -> "\u221a";
      case "mdash", "ndash" -> "-";
      default -> "&" + name + ";";
    };
  }

  private static String inline(String tag, String body) {
    return switch (tag) {
      // Kept from the removal of HTML tags below.
      case "snippet" -> snippet(body).replace('<', '\uE000').replace('>', '\uE001');
      case "code", "literal" -> body.replace('<', '\uE000').replace('>', '\uE001');
      case "link", "linkplain" -> link(body.strip());
      case "return" -> "Returns " + body.strip() + ".";
      case "inheritDoc" -> "";
      default -> body;
    };
  }

  /** {@return the code of a snippet without its attributes} */
  static String snippet(String body) {
    int colon = body.indexOf(":\n");
    return colon < 0 ? body : body.substring(colon + 2);
  }

  /** The label of a link, else its target with a dot for the hash sign. */
  static String link(String body) {
    int depth = 0;
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (Character.isWhitespace(c) && depth == 0) {
        return body.substring(i).strip();
      }
    }
    return body.startsWith("#") ? body.substring(1) : body.replace('#', '.');
  }
}
