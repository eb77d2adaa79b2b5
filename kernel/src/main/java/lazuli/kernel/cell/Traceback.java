package lazuli.kernel.cell;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.UnresolvedReferenceException;
import org.jspecify.annotations.Nullable;

/** What user code threw, told in lines of cells: own, reflective and JShell frames are left out. */
final class Traceback {
  private static final int HEAD = 12;
  private static final int TAIL = 6;

  /** How many frames of a run of library frames are shown. */
  private static final int LIBRARY = 3;

  private final JShell shell;
  private final Origins origins;

  Traceback(JShell shell, Origins origins) {
    this.shell = shell;
    this.origins = origins;
  }

  /**
   * {@return the failure to show}
   *
   * @param thrown the live exception
   * @param translated JShell's copy of it, whose stack names snippets; null if it made none
   */
  Outcome.Failure failure(Throwable thrown, @Nullable Throwable translated) {
    List<String> lines = new ArrayList<>();
    Throwable copy = translated;
    String name = "";
    String message = "";
    for (Throwable one : Evaluation.chain(thrown)) {
      String className = className(one.getClass().getName());
      String said = message(one);
      if (one instanceof SystemExit) {
        className = SystemExit.class.getSimpleName();
      } else if (copy instanceof UnresolvedReferenceException unresolved) {
        className = "UnresolvedReference";
        said = unresolved(unresolved);
      }
      if (lines.isEmpty()) {
        name = className.substring(className.lastIndexOf('.') + 1);
        message = said;
      }
      lines.add(
          (lines.isEmpty() ? "" : "Caused by: ") + className + (said.isEmpty() ? "" : ": " + said));
      lines.addAll(frames((copy == null ? one : copy).getStackTrace()));
      copy = copy instanceof JShellException ? copy.getCause() : null;
    }
    String advice = Reserve.advice(thrown);
    if (!advice.isEmpty()) {
      lines.add(advice);
    }
    return new Outcome.Failure(
        name, message, lines.stream().flatMap(String::lines).toList(), thrown);
  }

  private String unresolved(UnresolvedReferenceException unresolved) {
    DeclarationSnippet snippet = unresolved.getSnippet();
    return snippet.name() + " " + unusable(shell, snippet);
  }

  /** {@return why a declaration that was accepted cannot be used} */
  static String unusable(JShell shell, DeclarationSnippet snippet) {
    String missing = shell.unresolvedDependencies(snippet).collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      return "cannot be used until %s is declared".formatted(missing);
    }
    String why =
        shell
            .diagnostics(snippet)
            .filter(Diag::isError)
            .map(error -> error.getMessage(Locale.ENGLISH).lines().findFirst().orElse(""))
            .findFirst()
            .orElse("no reason is known");
    return "cannot be used: it does not compile any longer (%s)".formatted(why);
  }

  private static String message(Throwable thrown) {
    try {
      String message = thrown.getMessage();
      return message == null ? "" : className(message);
    } catch (Throwable e) {
      // A user's getMessage may itself throw.
      return "(its getMessage() threw " + e.getClass().getSimpleName() + ")";
    }
  }

  private List<String> frames(StackTraceElement[] stack) {
    List<String> shown = new ArrayList<>();
    int at = 0;
    while (at < stack.length) {
      StackTraceElement frame = stack[at];
      int end = at + 1;
      if (hidden(frame)) {
        at = end;
        continue;
      }
      shown.add(frame(frame));
      if (origin(frame) != null) {
        while (end < stack.length && stack[end].equals(frame)) {
          end++;
        }
        if (end > at + 1) {
          int times = end - at - 1;
          // The JVM keeps about a thousand frames, so a larger number would say nothing.
          shown.add(
              "    ... the same frame "
                  + (times < 1_000 ? times + " more times" : "at least 1000 more times"));
        }
      } else {
        while (end < stack.length && origin(stack[end]) == null) {
          end++;
        }
        int kept = Math.min(end, at + LIBRARY);
        while (++at < kept) {
          shown.add(frame(stack[at]));
        }
        if (end > kept) {
          shown.add("    ... " + (end - kept) + " more library frames");
        }
      }
      at = end;
    }
    if (shown.size() <= HEAD + TAIL) {
      return shown;
    }
    List<String> folded = new ArrayList<>(shown.subList(0, HEAD));
    folded.add("    ... " + (shown.size() - HEAD - TAIL) + " more frames");
    folded.addAll(shown.subList(shown.size() - TAIL, shown.size()));
    return folded;
  }

  private Origins.@Nullable Origin origin(StackTraceElement frame) {
    String file = frame.getFileName();
    return file != null && file.startsWith("#") ? origins.get(file.substring(1)) : null;
  }

  private String frame(StackTraceElement frame) {
    Origins.Origin origin = origin(frame);
    if (origin == null) {
      return "    at " + className(frame.toString());
    }
    int line = origin.line(frame.getLineNumber());
    String member = member(frame);
    return "    at "
        + origin.source().place(line)
        + (member.isEmpty() ? "" : ", in " + member)
        + "\n        "
        + origin.source().line(line).strip();
  }

  private static String member(StackTraceElement frame) {
    String type = className(frame.getClassName());
    String method = frame.getMethodName();
    if (method.startsWith("lambda$")) {
      method = "lambda";
    } else if (method.equals("<clinit>")) {
      method = "static initializer";
    } else if (method.startsWith("do_it$")) {
      method = "";
    } else if (method.equals("<init>")) {
      return "new " + type;
    }
    return type.isEmpty() || method.isEmpty() ? type + method : type + "." + method;
  }

  private static boolean hidden(StackTraceElement frame) {
    String type = frame.getClassName();
    return type.startsWith("jdk.internal.reflect.")
        || type.startsWith("java.lang.invoke.")
        || type.startsWith("jdk.jshell.")
        || type.startsWith("REPL.$Cancel$")
        || type.startsWith("lazuli.kernel.")
        || type.equals("java.lang.reflect.Method");
  }

  /** Names classes of cells as cells do: without JShell's wrapper. */
  private static String className(String text) {
    return text.replaceAll("(REPL\\.)?\\$JShell\\$[0-9A-Z_]+[.$]?", "").replace("REPL.", "");
  }
}
