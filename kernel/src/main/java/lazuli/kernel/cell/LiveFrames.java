package lazuli.kernel.cell;

import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.SnippetWrapper;

/**
 * Lines of cells for frames of code that still runs. JShell translates stacks only of exceptions
 * that end a snippet, so the line is found through the class that it wrapped the snippet in.
 *
 * <p>Used under the compiler's lock.
 */
final class LiveFrames {
  private static final String WRAPPER = "REPL.$JShell$";

  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final Origins origins;

  LiveFrames(JShell shell, SourceCodeAnalysis analysis, Origins origins) {
    this.shell = shell;
    this.analysis = analysis;
    this.origins = origins;
  }

  /** {@return where a frame stands, such as {@code In[3] line 2}; empty when it is in no cell} */
  String place(StackTraceElement frame) {
    String name = frame.getClassName();
    if (!name.startsWith(WRAPPER) || frame.getLineNumber() <= 0) {
      return "";
    }
    int nested = name.indexOf('$', WRAPPER.length());
    String outer = nested < 0 ? name : name.substring(0, nested);
    for (Snippet snippet : shell.snippets().toList().reversed()) {
      SnippetWrapper wrapper = analysis.wrapper(snippet);
      if (wrapper.fullClassName().equals(outer)) {
        Origins.Origin origin = origins.of(snippet.id(), snippet.source());
        return origin == null
            ? ""
            : origin.source().place(origin.line(line(wrapper, frame.getLineNumber())));
      }
    }
    return "";
  }

  /** The snippet's line, from 1, of a line of the class around it. */
  private static int line(SnippetWrapper wrapper, int wrapped) {
    String text = wrapper.wrapped();
    int at = 0;
    for (int i = 1; i < wrapped && at >= 0; i++) {
      at = text.indexOf('\n', at) + 1;
    }
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    String source = wrapper.source();
    int from = Math.clamp(wrapper.wrappedToSourcePosition(at), 0, source.length());
    return 1 + (int) source.substring(0, from).chars().filter(c -> c == '\n').count();
  }
}
