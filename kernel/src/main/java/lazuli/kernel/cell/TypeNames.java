package lazuli.kernel.cell;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names of types as a cell would write them. JShell shortens by the import snippets that it knows
 * one by one; the imports of the start are one snippet to it.
 */
final class TypeNames {
  private static final Pattern ON_DEMAND = Pattern.compile("import\\s+([\\w.]+)\\.\\*\\s*;");

  private final Pattern imported;

  /** Knows the packages of import declarations; static ones bring no type names to shorten. */
  TypeNames(List<String> imports) {
    String packages =
        imports.stream()
            .map(ON_DEMAND::matcher)
            .filter(Matcher::matches)
            .map(match -> Pattern.quote(match.group(1)))
            .collect(Collectors.joining("|"));
    imported = Pattern.compile("(?<![\\w.])(?:" + packages + ")\\.(?=[A-Z])");
  }

  /** {@return the text with the imported packages left out before names of types} */
  String shorten(String types) {
    return types.indexOf('.') < 0 ? types : imported.matcher(types).replaceAll("");
  }
}
