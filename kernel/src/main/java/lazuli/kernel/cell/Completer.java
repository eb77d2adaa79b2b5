package lazuli.kernel.cell;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Suggestion;

/** Completions from JShell, with a type for each and the likely ones first. */
final class Completer {
  /** Members that every object has come last. */
  private static final Set<String> OF_OBJECT =
      Set.of(
          "clone()",
          "equals(",
          "finalize()",
          "getClass()",
          "hashCode()",
          "notify()",
          "notifyAll()",
          "toString()",
          "wait(");

  /** What begins or joins statements and expressions; JShell itself offers the primitives alone. */
  private static final List<String> KEYWORDS =
      List.of(
          "abstract",
          "assert",
          "break",
          "case",
          "catch",
          "class",
          "continue",
          "default",
          "do",
          "else",
          "enum",
          "extends",
          "false",
          "final",
          "finally",
          "for",
          "if",
          "implements",
          "import",
          "instanceof",
          "interface",
          "new",
          "null",
          "permits",
          "private",
          "public",
          "record",
          "return",
          "sealed",
          "static",
          "super",
          "switch",
          "synchronized",
          "this",
          "throw",
          "throws",
          "true",
          "try",
          "var",
          "while",
          "yield");

  private static final Set<String> PRIMITIVES =
      Set.of("boolean", "byte", "char", "double", "float", "int", "long", "short", "void");

  /** What a notebook has of its own comes first, what it merely could import last. */
  private static final Map<String, Integer> RANKS =
      Map.of("variable", 0, "field", 0, "method", 0, "keyword", 1, "class", 2, "package", 3);

  private final SourceCodeAnalysis analysis;
  private final Variables variables;

  Completer(SourceCodeAnalysis analysis, Variables variables) {
    this.analysis = analysis;
    this.variables = variables;
  }

  Completion complete(String code, int cursor) {
    int[] anchor = {cursor};
    Map<String, Boolean> fits = new LinkedHashMap<>();
    CellContext context = CellContext.before(code, cursor, analysis);
    String seen = context.code();
    for (Suggestion one : analysis.completionSuggestions(seen, seen.length(), anchor)) {
      fits.merge(one.continuation(), one.matchesType(), Boolean::logicalOr);
    }
    anchor[0] = fits.isEmpty() ? wordStart(code, cursor) : anchor[0] - context.shift();
    String before = code.substring(0, anchor[0]).stripTrailing();
    boolean member = before.endsWith(".") || before.endsWith("::");
    boolean made = before.endsWith("new") && before.length() < anchor[0];
    String prefix = code.substring(anchor[0], cursor);
    if (!member && !made && !prefix.isEmpty()) {
      for (String keyword : KEYWORDS) {
        if (keyword.startsWith(prefix)) {
          fits.putIfAbsent(keyword, false);
        }
      }
    }
    Comparator<Completion.Item> order =
        Comparator.<Completion.Item, Boolean>comparing(
                item -> !fits.getOrDefault(item.text(), false))
            .thenComparing(item -> member && OF_OBJECT.contains(item.text()))
            .thenComparing(item -> RANKS.getOrDefault(item.type(), 0))
            .thenComparing(Completion.Item::text);
    return new Completion(
        anchor[0],
        cursor,
        fits.keySet().stream()
            .map(text -> new Completion.Item(text, made ? "class" : type(text, member)))
            .sorted(order)
            .toList());
  }

  private static int wordStart(String code, int cursor) {
    int start = cursor;
    while (start > 0 && Character.isJavaIdentifierPart(code.codePointBefore(start))) {
      start -= Character.charCount(code.codePointBefore(start));
    }
    return start;
  }

  private String type(String text, boolean member) {
    if (text.contains("(")) {
      return "method";
    }
    if (PRIMITIVES.contains(text.strip()) || KEYWORDS.contains(text)) {
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
