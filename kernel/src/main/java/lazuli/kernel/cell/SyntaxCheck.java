package lazuli.kernel.cell;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Parses snippets without attributing or running them, by javac's own parser. */
final class SyntaxCheck {
  private final JavaCompiler compiler =
      Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK, not a JRE, is needed");
  private final StandardJavaFileManager files =
      compiler.getStandardFileManager(null, Locale.ENGLISH, StandardCharsets.UTF_8);

  /** {@return false when javac's parser is sure to reject the snippet or likely to} */
  boolean accepts(String snippet) {
    // JShell lets an expression end without its semicolon.
    return snippet.startsWith("import ")
        || parses("class $ { void $() throws Throwable {\n" + snippet + "\n;} }")
        || parses("class $ {\n" + snippet + "\n}");
  }

  private boolean parses(String unit) {
    var found = new DiagnosticCollector<JavaFileObject>();
    var file =
        new SimpleJavaFileObject(URI.create("string:///$.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return unit;
          }
        };
    var task =
        (JavacTask)
            compiler.getTask(null, files, found, List.of("-proc:none"), null, List.of(file));
    try {
      task.parse();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.getDiagnostics().stream()
        .filter(one -> one.getKind() == Diagnostic.Kind.ERROR)
        // An expression is no statement of Java, but one of a cell.
        .allMatch(one -> "compiler.err.not.stmt".equals(one.getCode()));
  }
}
