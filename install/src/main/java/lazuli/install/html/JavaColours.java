package lazuli.install.html;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Java source as HTML: comments, strings, keywords, numbers and magics in classes of their own. */
final class JavaColours {
  private static final Pattern TOKEN =
      Pattern.compile(
          """
          (?<comment>//[^\\n]*|/\\*[\\s\\S]*?(?:\\*/|\\z))\
          |(?<string>\"""[\\s\\S]*?(?:(?<!\\\\)\"""|\\z)|"(?:\\\\.|[^"\\\\\\n])*"?|'(?:\\\\.|[^'\\\\\\n])+')\
          |(?<magic>(?m:^[ \\t]*%%?[A-Za-z]\\w*))\
          |(?<keyword>\\b(?:abstract|assert|boolean|break|byte|case|catch|char|class|continue|default\
          |do|double|else|enum|extends|final|finally|float|for|if|implements|import|instanceof|int\
          |interface|long|native|new|package|permits|private|protected|public|record|return|sealed\
          |short|static|super|switch|synchronized|this|throw|throws|try|var|void|volatile|when|while\
          |yield|true|false|null)\\b)\
          |(?<annotation>@[A-Za-z_]\\w*)\
          |(?<number>\\b\\d[\\w.]*(?:(?<=[eEpP])[+-]\\d+\\w*)?)\
          """);

  private static final String[] KINDS = {
    "comment", "string", "magic", "keyword", "annotation", "number"
  };

  private JavaColours() {}

  /** {@return the source as HTML with one span per token that has a colour} */
  static String toHtml(String source) {
    var html = new StringBuilder();
    Matcher token = TOKEN.matcher(source);
    int from = 0;
    while (token.find()) {
      html.append(Ansi.escape(source.substring(from, token.start())));
      for (String kind : KINDS) {
        if (token.group(kind) != null) {
          html.append("<span class=\"").append(kind).append("\">");
          html.append(Ansi.escape(token.group())).append("</span>");
        }
      }
      from = token.end();
    }
    return html.append(Ansi.escape(source.substring(from))).toString();
  }
}
