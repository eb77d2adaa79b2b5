package lazuli.kernel.cell;

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

  /** {@return the text; empty for an empty comment} */
  static String render(String javadoc) {
    if (javadoc.isBlank()) {
      return "";
    }
    Matcher first = BLOCK.matcher(javadoc);
    int end = first.find() ? first.start() : javadoc.length();
    StringBuilder text = new StringBuilder(plain(javadoc.substring(0, end)));
    String section = "";
    Matcher block = BLOCK.matcher(javadoc);
    while (block.find()) {
      String title = title(block.group(1));
      if (title.isEmpty()) {
        continue;
      }
      if (!title.equals(section)) {
        text.append("\n\n").append(title).append(':');
        section = title;
      }
      text.append("\n  ").append(entry(title, block.group(2)));
    }
    return text.toString().strip();
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

  private static String entry(String title, String body) {
    Matcher named = NAMED.matcher(body);
    boolean split = (title.equals("Parameters") || title.equals("Throws")) && named.matches();
    String text =
        split
            ? named.group(1) + " - " + plain(named.group(2))
            : plain(body.replaceAll("\\s+", " "));
    return text.replaceAll("\\s*\\n\\s*", " ");
  }

  private static String plain(String source) {
    String text = source;
    // Inline tags nest, so the innermost go first.
    for (String before = ""; !before.equals(text); ) {
      before = text;
      text =
          INLINE
              .matcher(text)
              .replaceAll(m -> Matcher.quoteReplacement(inline(m.group(1), m.group(2))));
    }
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
      case "code", "literal", "snippet" -> body.replace('<', '\uE000').replace('>', '\uE001');
      case "link", "linkplain" -> link(body.strip());
      case "return" -> "Returns " + body.strip() + ".";
      case "inheritDoc" -> "";
      default -> body;
    };
  }

  /** The label of a link, else its target with a dot for the hash sign. */
  private static String link(String body) {
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
