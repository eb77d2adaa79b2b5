package lazuli.kernel.maven;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lazuli.kernel.ext.UsageException;

/**
 * A whole project file from what people copy out of a README: loose {@code <dependency>} and {@code
 * <repository>} elements, or any children of {@code <project>}.
 */
public final class PartialPom {
  private static final Pattern PROLOG = Pattern.compile("^\\s*<\\?xml[^>]*\\?>");
  private static final Pattern ELEMENT = Pattern.compile("<([A-Za-z]+)(?=[\\s/>])");
  private static final String COMMENT = "<!--";

  private PartialPom() {}

  /**
   * {@return the text of a whole project file}
   *
   * @param text the text of a cell
   * @throws UsageException when it is not made of whole elements
   */
  public static String whole(String text) {
    String body = PROLOG.matcher(text).replaceFirst("").strip();
    if (body.startsWith("<project")) {
      return body;
    }
    var dependencies = new StringBuilder();
    var repositories = new StringBuilder();
    Map<String, String> others = new LinkedHashMap<>();
    for (int at = 0; at < body.length(); ) {
      if (Character.isWhitespace(body.charAt(at))) {
        at++;
        continue;
      }
      if (body.startsWith(COMMENT, at)) {
        int end = body.indexOf("-->", at);
        at = end < 0 ? body.length() : end + 3;
        continue;
      }
      Matcher start = ELEMENT.matcher(body).region(at, body.length());
      if (!start.lookingAt()) {
        throw wrong(body.substring(at));
      }
      String name = start.group(1);
      int end = end(body, name, at);
      String element = body.substring(at, end);
      switch (name) {
        case "dependency" -> dependencies.append(element);
        case "repository" -> repositories.append(element);
        case "dependencies" -> dependencies.append(inner(element));
        case "repositories" -> repositories.append(inner(element));
        default -> others.merge(name, element, String::concat);
      }
      at = end;
    }
    others.putIfAbsent("modelVersion", "<modelVersion>4.0.0</modelVersion>");
    others.putIfAbsent("groupId", "<groupId>notebook</groupId>");
    others.putIfAbsent("artifactId", "<artifactId>cell</artifactId>");
    others.putIfAbsent("version", "<version>1</version>");
    return "<project>"
        + String.join("", others.values())
        + "<dependencies>"
        + dependencies
        + "</dependencies><repositories>"
        + repositories
        + "</repositories></project>";
  }

  /** Where the element that begins at a place ends: behind its own closing tag. */
  private static int end(String text, String name, int from) {
    Matcher tags =
        Pattern.compile("<!--.*?-->|<(/?)" + name + "(?=[\\s/>])[^>]*?(/?)>", Pattern.DOTALL)
            .matcher(text);
    int depth = 0;
    for (int at = from; tags.find(at); at = tags.end()) {
      boolean comment = tags.group(1) == null;
      boolean closing = !comment && !tags.group(1).isEmpty();
      boolean empty = !comment && !tags.group(2).isEmpty();
      depth += comment || empty && !closing ? 0 : closing ? -1 : 1;
      if (!comment && depth == 0) {
        return tags.end();
      }
    }
    throw wrong(text.substring(from));
  }

  private static String inner(String element) {
    int start = element.indexOf('>') + 1;
    int end = element.lastIndexOf('<');
    return start > end ? "" : element.substring(start, end);
  }

  private static UsageException wrong(String rest) {
    String line = rest.lines().findFirst().orElse("");
    return new UsageException(
        "%%loadFromPOM: \""
            + line
            + "\" does not begin a whole XML element; <dependency> and <repository> elements or a"
            + " whole <project> are accepted");
  }
}
