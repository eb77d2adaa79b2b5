package lazuli.kernel.cell;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Javadoc comment as HTML: its tags become elements, and of its own elements the harmless ones
 * stay, without attributes. Comments of any jar are shown, so nothing else may pass.
 */
final class JavadocHtml {
  private static final Set<String> KEPT =
      Set.of(
          "p",
          "ul",
          "ol",
          "li",
          "dl",
          "dt",
          "dd",
          "pre",
          "code",
          "b",
          "i",
          "em",
          "strong",
          "sub",
          "sup",
          "table",
          "thead",
          "tbody",
          "tr",
          "th",
          "td",
          "blockquote",
          "br",
          "tt",
          "var");
  private static final Pattern ELEMENT =
      Pattern.compile("<(/?)([A-Za-z][A-Za-z0-9]*)(?:\\s[^<>]*)?/?>|<!--.*?-->", Pattern.DOTALL);
  private static final Pattern HIDDEN = Pattern.compile("(?is)<(script|style)\\b.*?(</\\1\\s*>|$)");

  private JavadocHtml() {}

  /** {@return the HTML; empty for an empty comment} */
  static String render(String javadoc) {
    if (javadoc.isBlank()) {
      return "";
    }
    var html = new StringBuilder("<p>").append(body(JavadocText.main(javadoc))).append("</p>");
    String section = "";
    for (JavadocText.Entry entry : JavadocText.entries(javadoc)) {
      if (!entry.title().equals(section)) {
        html.append(section.isEmpty() ? "<dl>" : "").append("<dt>").append(entry.title());
        html.append("</dt>");
        section = entry.title();
      }
      html.append("<dd>");
      if (!entry.name().isEmpty()) {
        html.append("<code>").append(escape(entry.name())).append("</code> - ");
      }
      html.append(body(entry.text())).append("</dd>");
    }
    return html.append(section.isEmpty() ? "" : "</dl>").toString();
  }

  /** {@return text whose markup is shown as it is} */
  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String body(String source) {
    String text = HIDDEN.matcher(source).replaceAll("");
    text = JavadocText.inlined(text, JavadocHtml::inline);
    // Private characters stand for the marks that inline tags made.
    text = ELEMENT.matcher(text).replaceAll(m -> Matcher.quoteReplacement(element(m)));
    text = text.replaceAll("<(?!/?[a-z]+>)", "&lt;");
    return text.replace('\uE000', '<').replace('\uE001', '>').strip();
  }

  private static String element(java.util.regex.MatchResult found) {
    String name = found.group(2);
    if (name == null) {
      return "";
    }
    String lower = name.toLowerCase(java.util.Locale.ROOT);
    if (lower.matches("h[1-6]")) {
      return found.group(1).isEmpty() ? "<p><b>" : "</b></p>";
    }
    return KEPT.contains(lower) ? "<" + found.group(1) + lower + ">" : "";
  }

  private static String inline(String tag, String content) {
    return switch (tag) {
      case "code" -> mark("code", escape(content.strip()));
      case "snippet" -> mark("pre", escape(JavadocText.snippet(content)));
      case "literal" -> escape(content);
      case "link" -> mark("code", escape(JavadocText.link(content.strip())));
      case "linkplain" -> escape(JavadocText.link(content.strip()));
      case "return" -> "Returns " + content.strip() + ".";
      case "inheritDoc" -> "";
      default -> content;
    };
  }

  private static String mark(String element, String content) {
    return "\uE000" + element + "\uE001" + content + "\uE000/" + element + "\uE001";
  }
}
