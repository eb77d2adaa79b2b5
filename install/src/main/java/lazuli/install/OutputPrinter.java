package lazuli.install;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import lazuli.install.html.Ansi;
import lazuli.install.notebook.Cell;
import lazuli.install.process.Invocation;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/** What cells put out, as text on stdout and stderr, and what they ask. Used by one thread. */
final class OutputPrinter {
  private final PrintStream out;
  private final PrintStream err;
  private final BufferedReader in;
  private final boolean colours;
  // Displays that were replaced while the cell ran; only their last state is printed.
  private final Map<String, String> replaced = new LinkedHashMap<>();
  // A line of output that has no end yet must not go on with something else.
  private boolean midLine;

  OutputPrinter(Invocation invocation) {
    out = invocation.out();
    err = invocation.err();
    in = new BufferedReader(new InputStreamReader(invocation.in(), Charset.defaultCharset()));
    Console console = System.console();
    colours =
        console != null
            && console.isTerminal()
            && out == System.out
            && invocation.variable("NO_COLOR") == null;
  }

  /** Prints an iopub message, if it is one that shows something. */
  void message(String type, Json.Obj content) {
    switch (type) {
      case "stream" -> {
        boolean wrong = content.at("name").text("").equals("stderr");
        print(wrong ? err : out, content.at("text").text(""));
      }
      case "execute_result", "display_data" -> line(plain(content));
      case "update_display_data" ->
          replaced.put(content.at("transient").at("display_id").text(""), plain(content));
      case "error" ->
          line(
              content.at("traceback").items().stream()
                  .map(part -> part.text(""))
                  .collect(Collectors.joining("\n")));
      default -> {}
    }
  }

  /** A cell ended: the last state of what was replaced, and the end of a line left open. */
  void cellEnded() {
    replaced.values().forEach(this::line);
    replaced.clear();
    endLine();
  }

  /** {@return the plain form of a bundle, or the types that it has} */
  private static String plain(Json.Obj content) {
    Json text = content.at("data").at("text/plain");
    if (!text.isNull()) {
      return Cell.text(text);
    }
    return content.at("data") instanceof Json.Obj(var data)
        ? "<" + String.join(", ", data.keySet()) + ">"
        : "";
  }

  private void line(String text) {
    endLine();
    print(out, text.endsWith("\n") ? text : text + "\n");
  }

  private void print(PrintStream stream, String text) {
    if (!text.isEmpty()) {
      stream.print(colours ? text : Ansi.strip(text));
      stream.flush();
      midLine = !text.endsWith("\n");
    }
  }

  private void endLine() {
    if (midLine) {
      out.println();
      midLine = false;
    }
  }

  /** {@return what the user types after a prompt; null at the end of input} */
  @Nullable String ask(String prompt, boolean password) {
    Console console = System.console();
    if (password && console != null && console.isTerminal()) {
      char[] typed = console.readPassword("%s", prompt);
      return typed == null ? null : new String(typed);
    }
    out.print(prompt);
    out.flush();
    try {
      return in.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
