package lazuli.magics.measure;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import lazuli.kernel.ext.RunningCell;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/**
 * Java compiled once in the session, to be called many times: an expression, or statements whose
 * last expression, if they end in one, is the value.
 *
 * @param call runs it
 * @param valued whether it gives a value
 */
public record Lambda(Callable<@Nullable Object> call, boolean valued) {
  private static final String TYPE = "(java.util.concurrent.Callable<Object>) () -> ";
  private static final String NOT_A_STATEMENT = "compiler.err.not.stmt";
  // The prefix of statements, as a class that parses.
  private static final String HEAD = "class X { void x() throws Exception {";

  /**
   * {@return the compiled code}
   *
   * @param java an expression or statements; it does not run here
   * @param cell the session to compile in
   * @throws Exception when it does not compile: a {@link UsageException} with javac's message
   */
  public static Lambda of(String java, RunningCell cell) throws Exception {
    // Line breaks keep the user's text alone on its lines, where messages quote it; they also end
    // a comment.
    List<Form> forms = new ArrayList<>();
    forms.add(new Form(TYPE + "(\n", java, "\n)"));
    String returning = returningLast(java);
    if (returning != null) {
      forms.add(new Form(TYPE + "{\n", returning, "\n}"));
    }
    int valued = forms.size();
    String end = endsStatement(java) ? "" : ";";
    forms.add(new Form(TYPE + "{\n", java, "\n" + end + "return null; }"));
    UsageException first = null;
    for (int i = 0; i < forms.size(); i++) {
      try {
        Form form = forms.get(i);
        if (cell.evaluate(form.before(), form.java(), form.after())
            instanceof Callable<?> callable) {
          return new Lambda(callable::call, i < valued);
        }
      } catch (UsageException doesNotCompile) {
        first = first == null ? doesNotCompile : first;
        // "not a statement" says that the form was wrong, not the code.
        boolean form = String.valueOf(doesNotCompile.getMessage()).contains("not a statement");
        if (i == forms.size() - 1) {
          throw form ? first : doesNotCompile;
        }
      }
    }
    throw new UsageException("nothing to run");
  }

  /** The user's code and what stands around it. */
  private record Form(String before, String java, String after) {}

  private static boolean endsStatement(String java) {
    String end = java.stripTrailing();
    return end.endsWith(";") || end.endsWith("}");
  }

  /** {@return the statements with the last one returned; null if it is no expression} */
  private static @Nullable String returningLast(String java) {
    String body = java + (endsStatement(java) ? "" : ";");
    String source = HEAD + body + "\n}}";
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      return null;
    }
    var errors = new DiagnosticCollector<JavaFileObject>();
    var task =
        (JavacTask)
            compiler.getTask(null, null, errors, List.of(), null, List.of(new Text(source)));
    try {
      CompilationUnitTree unit = task.parse().iterator().next();
      // A cell may end in any expression; javac knows only a few kinds as statements.
      if (!errors.getDiagnostics().stream().allMatch(d -> d.getCode().equals(NOT_A_STATEMENT))) {
        return null;
      }
      var method =
          (MethodTree) ((ClassTree) unit.getTypeDecls().getFirst()).getMembers().getFirst();
      List<? extends StatementTree> statements = method.getBody().getStatements();
      if (statements.isEmpty()
          || !(statements.getLast() instanceof ExpressionStatementTree expression)) {
        return null;
      }
      var positions = Trees.instance(task).getSourcePositions();
      int from = (int) positions.getStartPosition(unit, expression) - HEAD.length();
      return body.substring(0, from) + "return " + body.substring(from);
    } catch (IOException | RuntimeException unparsable) {
      return null;
    }
  }

  /** Source in memory. */
  private static final class Text extends SimpleJavaFileObject {
    private final String content;

    Text(String content) {
      super(URI.create("string:///X.java"), Kind.SOURCE);
      this.content = content;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return content;
    }
  }
}
