package lazuli.kernel.cell;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Suggestion;

/** Completions from JShell, with a type for each and the likely ones first. */
final class Completer {
  /** Members that every object has come last. */
  private static final Set<String> OF_OBJECT =
      Set.of(
          "equals(", "getClass()", "hashCode()", "notify()", "notifyAll()", "toString()", "wait(");

  private static final Set<String> KEYWORDS =
      Set.of("boolean", "byte", "char", "double", "float", "int", "long", "short", "void", "class");

  private final SourceCodeAnalysis analysis;
  private final Variables variables;

  Completer(SourceCodeAnalysis analysis, Variables variables) {
    this.analysis = analysis;
    this.variables = variables;
  }

  Completion complete(String code, int cursor) {
    int[] anchor = {cursor};
    Map<String, Boolean> fits = new LinkedHashMap<>();
    for (Suggestion one : analysis.completionSuggestions(code, cursor, anchor)) {
      fits.merge(one.continuation(), one.matchesType(), Boolean::logicalOr);
    }
    boolean member = anchor[0] > 0 && code.charAt(anchor[0] - 1) == '.';
    Comparator<String> order =
        Comparator.<String, Boolean>comparing(text -> !fits.getOrDefault(text, false))
            .thenComparing(text -> OF_OBJECT.contains(text))
            .thenComparing(Comparator.naturalOrder());
    return new Completion(
        anchor[0],
        cursor,
        fits.keySet().stream()
            .sorted(order)
            .map(text -> new Completion.Item(text, type(text, member)))
            .toList());
  }

  private String type(String text, boolean member) {
    if (text.contains("(")) {
      return "method";
    }
    if (KEYWORDS.contains(text.strip())) {
      return "keyword";
    }
    if (!member && variables.find(text).isPresent()) {
      return "variable";
    }
    if (text.endsWith(".")) {
      return "package";
    }
    boolean constant = text.equals(text.toUpperCase(java.util.Locale.ROOT)) && text.length() > 1;
    if (Character.isUpperCase(text.charAt(0)) && !(member && constant)) {
      return "class";
    }
    return member ? "field" : "package";
  }
}
