package lazuli.install.html;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Terminal text as HTML or as plain text: colours (ECMA-48 SGR), carriage returns. */
public final class Ansi {
  /** Control sequences (CSI ... letter), operating system commands, and lone escapes. */
  private static final Pattern ESCAPE =
      Pattern.compile(
          "\u001b\\[([0-9;:?]*)[ -/]*([@-~])|\u001b\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)|\u001b.?");

  private static final int[] CUBE = {0, 95, 135, 175, 215, 255};

  private Ansi() {}

  /**
   * {@return the text as HTML: escaped, coloured by classes {@code fg0..15}, {@code bg0..15}}
   *
   * @param text what a terminal would be sent
   */
  public static String toHtml(String text) {
    var html = new StringBuilder();
    var style = new Style();
    Matcher escape = ESCAPE.matcher(overwrite(text));
    var plain = new StringBuilder();
    String rest = overwrite(text);
    int from = 0;
    while (escape.find()) {
      plain.append(rest, from, escape.start());
      from = escape.end();
      if ("m".equals(escape.group(2))) {
        style.wrap(plain, html);
        style.apply(escape.group(1));
      }
    }
    plain.append(rest, from, rest.length());
    style.wrap(plain, html);
    return html.toString();
  }

  /**
   * {@return the text without control sequences}
   *
   * @param text what a terminal would be sent
   */
  public static String strip(String text) {
    return ESCAPE.matcher(text).replaceAll("");
  }

  /**
   * {@return text for the content of an element or for an attribute in double quotes}
   *
   * @param text any text
   */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** {@return each line as it stands after its carriage returns, as a progress bar uses them} */
  private static String overwrite(String text) {
    if (text.indexOf('\r') < 0) {
      return text;
    }
    // String.lines would end a line at a lone carriage return too.
    return Arrays.stream(text.replaceAll("\r+\n", "\n").split("\n", -1))
        .map(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line)
        .map(line -> line.substring(line.lastIndexOf('\r') + 1))
        .collect(Collectors.joining("\n"));
  }

  /** The state of the pen. */
  private static final class Style {
    private @Nullable String foreground;
    private @Nullable String background;
    private boolean bold;
    private boolean faint;
    private boolean italic;
    private boolean underline;

    void wrap(StringBuilder plain, StringBuilder html) {
      if (plain.isEmpty()) {
        return;
      }
      var classes = new ArrayList<String>();
      var styles = new ArrayList<String>();
      colour(foreground, "fg", "color", classes, styles);
      colour(background, "bg", "background-color", classes, styles);
      if (bold) {
        classes.add("bold");
      }
      if (faint) {
        classes.add("faint");
      }
      if (italic) {
        classes.add("italic");
      }
      if (underline) {
        classes.add("underline");
      }
      String text = escape(plain.toString());
      plain.setLength(0);
      if (classes.isEmpty() && styles.isEmpty()) {
        html.append(text);
        return;
      }
      html.append("<span");
      if (!classes.isEmpty()) {
        html.append(" class=\"").append(String.join(" ", classes)).append('"');
      }
      if (!styles.isEmpty()) {
        html.append(" style=\"").append(String.join(";", styles)).append('"');
      }
      html.append('>').append(text).append("</span>");
    }

    /** One of the 16 named colours is a class, which the page gives a light and a dark form. */
    private static void colour(
        @Nullable String value,
        String prefix,
        String property,
        List<String> classes,
        List<String> styles) {
      if (value != null && value.startsWith("#")) {
        styles.add(property + ":" + value);
      } else if (value != null) {
        classes.add(prefix + value);
      }
    }

    void apply(String parameters) {
      String[] codes = parameters.isEmpty() ? new String[] {"0"} : parameters.split("[;:]", -1);
      for (int i = 0; i < codes.length; i++) {
        int code = number(codes[i]);
        switch (code) {
          case 0 -> reset();
          case 1 -> bold = true;
          case 2 -> faint = true;
          case 3 -> italic = true;
          case 4 -> underline = true;
          case 22 -> {
            bold = false;
            faint = false;
          }
          case 23 -> italic = false;
          case 24 -> underline = false;
          case 39 -> foreground = null;
          case 49 -> background = null;
          case 38, 48 -> {
            String colour = extended(codes, i + 1);
            i += i + 1 < codes.length && number(codes[i + 1]) == 2 ? 4 : 2;
            if (code == 38) {
              foreground = colour;
            } else {
              background = colour;
            }
          }
          default -> named(code);
        }
      }
    }

    private void named(int code) {
      if (code >= 30 && code <= 37) {
        foreground = Integer.toString(code - 30);
      } else if (code >= 90 && code <= 97) {
        foreground = Integer.toString(code - 82);
      } else if (code >= 40 && code <= 47) {
        background = Integer.toString(code - 40);
      } else if (code >= 100 && code <= 107) {
        background = Integer.toString(code - 92);
      }
    }

    /** {@return the colour of {@code 5;n} or {@code 2;r;g;b}} */
    private static @Nullable String extended(String[] codes, int at) {
      if (at + 1 < codes.length && number(codes[at]) == 5) {
        int index = number(codes[at + 1]) & 255;
        if (index < 16) {
          return Integer.toString(index);
        }
        if (index >= 232) {
          int grey = 8 + 10 * (index - 232);
          return hex(grey, grey, grey);
        }
        int cube = index - 16;
        return hex(CUBE[cube / 36], CUBE[cube / 6 % 6], CUBE[cube % 6]);
      }
      if (at + 3 < codes.length && number(codes[at]) == 2) {
        return hex(number(codes[at + 1]), number(codes[at + 2]), number(codes[at + 3]));
      }
      return null;
    }

    private static String hex(int red, int green, int blue) {
      return "#%02x%02x%02x".formatted(red & 255, green & 255, blue & 255);
    }

    private static int number(String digits) {
      return digits.matches("\\d{1,4}") ? Integer.parseInt(digits) : digits.isEmpty() ? 0 : -1;
    }

    private void reset() {
      foreground = null;
      background = null;
      bold = false;
      faint = false;
      italic = false;
      underline = false;
    }
  }
}
