package lazuli.install.notebook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lazuli.install.process.UsageError;
import org.jspecify.annotations.Nullable;

/**
 * Values given to a notebook from outside, by papermill's convention: a cell tagged {@code
 * parameters} declares them with their defaults; the cell after it, tagged {@code
 * injected-parameters}, sets them.
 */
final class Parameters {
  /** The tag of the cell that declares parameters. */
  static final String TAG = "parameters";

  /** The tag of the cell that sets them. */
  static final String INJECTED = "injected-parameters";

  private static final Pattern DECLARATION =
      Pattern.compile(
          "(?m)(?:^|[;{]|\\bfinal\\s)\\s*(?:(?<type>[A-Za-z_$][\\w$.<>\\[\\], ]*?)\\s+)?"
              + "(?<name>[A-Za-z_$][\\w$]*)\\s*=(?!=)");

  private static final String WHOLE = "[+-]?\\d(?:_?\\d)*";
  private static final String DECIMAL = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?";

  private Parameters() {}

  /**
   * {@return the cells with the injected one, replacing one of an earlier run}
   *
   * @param notebook the notebook
   * @param values name to value as typed
   * @throws UsageError when no cell is tagged, or it declares no such parameter
   */
  static List<Cell> inject(String name, Notebook notebook, Map<String, String> values) {
    if (values.isEmpty()) {
      return notebook.cells();
    }
    var cells = new ArrayList<>(notebook.cells());
    cells.removeIf(cell -> cell.tags().contains(INJECTED));
    int at = 0;
    while (at < cells.size() && !cells.get(at).tags().contains(TAG)) {
      at++;
    }
    if (at == cells.size()) {
      throw new UsageError(
          name
              + ": no cell is tagged \""
              + TAG
              + "\", so -p has nowhere to go; tag the cell that declares the parameters");
    }
    Map<String, String> declared = declarations(cells.get(at).source());
    var source = new StringBuilder("// Parameters");
    values.forEach(
        (parameter, value) -> {
          String type = declared.get(parameter);
          if (type == null) {
            throw new UsageError(
                name
                    + ": no parameter \""
                    + parameter
                    + "\"; the tagged cell declares "
                    + (declared.isEmpty() ? "none" : String.join(", ", declared.keySet())));
          }
          source.append("\n").append(type).append(' ').append(parameter).append(" = ");
          source.append(literal(parameter, type, value)).append(';');
        });
    cells.add(
        at + 1,
        Cell.code(source.toString(), List.of(INJECTED), notebook.hasIds() ? INJECTED : null));
    return cells;
  }

  /** {@return the variables that a cell declares, with the type as written} */
  private static Map<String, String> declarations(String source) {
    var found = new LinkedHashMap<String, String>();
    Matcher declaration = DECLARATION.matcher(source.replaceAll("//[^\n]*|(?s)/\\*.*?\\*/", ""));
    while (declaration.find()) {
      String type = declaration.group("type");
      found.putIfAbsent(
          declaration.group("name"),
          type == null ? "var" : type.replaceFirst("^final\\s+", "").strip());
    }
    return found;
  }

  /** {@return the value as Java, in the type that the notebook declares} */
  static String literal(String parameter, String type, String value) {
    String java =
        switch (type) {
          case "String", "CharSequence" -> quote(value);
          case "boolean", "Boolean" -> value.matches("true|false") ? value : null;
          case "byte", "short", "int", "Byte", "Short", "Integer" -> inInt(value) ? value : null;
          case "long", "Long" -> inLong(value) ? value + "L" : null;
          case "float", "Float" -> value.matches(DECIMAL) ? value + "f" : null;
          case "double", "Double" -> value.matches(DECIMAL) ? value + "d" : null;
          default -> guess(value);
        };
    if (java == null) {
      throw new UsageError(
          "parameter " + parameter + ": \"" + value + "\" is no " + type + ", as it is declared");
    }
    return java;
  }

  private static String guess(String value) {
    if (value.matches("true|false") || inInt(value)) {
      return value;
    }
    if (inLong(value)) {
      return value + "L";
    }
    return value.matches(DECIMAL) && !value.matches(WHOLE) ? value : quote(value);
  }

  private static boolean inInt(String value) {
    Long number = whole(value);
    return number != null && number == number.intValue();
  }

  private static boolean inLong(String value) {
    return whole(value) != null;
  }

  private static @Nullable Long whole(String value) {
    // A leading zero would be octal in Java.
    if (!value.matches(WHOLE) || value.matches("[+-]?0_?\\d.*")) {
      return null;
    }
    try {
      return Long.valueOf(value.replace("_", ""));
    } catch (NumberFormatException tooLong) {
      return null;
    }
  }

  private static String quote(String value) {
    var java = new StringBuilder("\"");
    value
        .chars()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> java.append("\\\"");
                case '\\' -> java.append("\\\\");
                case '\n' -> java.append("\\n");
                case '\r' -> java.append("\\r");
                case '\t' -> java.append("\\t");
                default -> java.append((char) c);
              }
            });
    return java.append('"').toString();
  }
}
