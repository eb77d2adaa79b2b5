package lazuli.kernel.cell;

import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.VarSnippet;
import org.jspecify.annotations.Nullable;

/** Signatures, documentation and values of what stands at the cursor. Runs no user code. */
final class Inspector {
  private static final int LONGEST = 200;

  private final SourceCodeAnalysis analysis;
  private final Variables variables;

  Inspector(SourceCodeAnalysis analysis, Variables variables) {
    this.analysis = analysis;
    this.variables = variables;
  }

  Inspection inspect(String code, int cursor) {
    int start = Math.clamp(cursor, 0, code.length());
    int end = start;
    while (start > 0 && Character.isJavaIdentifierPart(code.charAt(start - 1))) {
      start--;
    }
    while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
      end++;
    }
    boolean member = code.substring(0, start).stripTrailing().endsWith(".");
    Optional<VarSnippet> variable =
        member ? Optional.empty() : variables.find(code.substring(start, end));
    if (variable.isPresent()) {
      return new Inspection(true, describe(variable.get()));
    }
    List<String> sections = new ArrayList<>();
    List<Documentation> found = analysis.documentation(code, end, true);
    if (found.isEmpty() && end > start) {
      // JShell knows a method only with its parenthesis.
      found = analysis.documentation(code.substring(0, end) + "(", end + 1, true);
    }
    for (Documentation one : found) {
      String javadoc = Objects.requireNonNullElse(one.javadoc(), "");
      String text = JavadocText.render(javadoc);
      sections.add(text.isEmpty() ? one.signature() : one.signature() + "\n\n" + text);
    }
    return sections.isEmpty()
        ? Inspection.NONE
        : new Inspection(true, String.join("\n\n", sections));
  }

  private String describe(VarSnippet variable) {
    return variable.typeName()
        + " "
        + variable.name()
        + " = "
        + summary(variables.value(variable.name()));
  }

  /** Only what the JDK itself prints is printed: a user's toString may take long or print. */
  private static String summary(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    Class<?> type = value.getClass();
    if (type.isArray()) {
      return type.componentType().getSimpleName() + "[" + Array.getLength(value) + "]";
    }
    boolean ofJdk = type.getClassLoader() == null;
    String name = type.getSimpleName();
    boolean open = Modifier.isPublic(type.getModifiers());
    if (ofJdk && value instanceof Collection<?> collection) {
      return (open ? name : "Collection") + " of " + collection.size();
    }
    if (ofJdk && value instanceof Map<?, ?> map) {
      return (open ? name : "Map") + " of " + map.size();
    }
    if (value instanceof CharSequence text && ofJdk) {
      String shown = text.length() > LONGEST ? text.subSequence(0, LONGEST) + "..." : "" + text;
      return '"' + shown.replace("\n", "\\n") + '"';
    }
    boolean plain =
        value instanceof Number || value instanceof Boolean || value instanceof Character;
    if (ofJdk && plain || value instanceof Enum<?>) {
      return value instanceof Enum<?> constant ? constant.name() : value.toString();
    }
    return "an object of " + (name.isEmpty() || type.isHidden() ? "an unnamed class" : name);
  }
}
