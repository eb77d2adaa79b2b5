package lazuli.kernel.cell;

import java.util.ArrayList;
import java.util.List;

/**
 * A declaration as JShell writes its header, such as {@code String String.substring(int
 * beginIndex)}, taken apart.
 *
 * @param header as JShell writes it
 * @param owner the type that declares it, as written there; empty for what a cell declares
 * @param name the member's name, {@code <init>} for a constructor; empty for a type
 * @param call whether it has parameters, which may be none
 * @param parameterTypes erased simple names
 * @param named whether the header says the parameters' names
 */
record Signature(
    String header,
    String owner,
    String name,
    boolean call,
    List<String> parameterTypes,
    boolean named) {
  static final String CONSTRUCTOR = "<init>";

  static Signature of(String jshells) {
    String header = withoutComponents(jshells).replaceAll(" extends Object(?=[,>])", "");
    String erased = erase(header);
    int open = erased.indexOf('(');
    if (open < 0) {
      int colon = erased.indexOf(':');
      String whole = colon < 0 ? erased : erased.substring(0, colon);
      int dot = whole.lastIndexOf('.');
      // A constant looks as a type does; who looks it up tries both.
      return colon < 0
          ? new Signature(header, whole, "", false, List.of(), true)
          : new Signature(
              header,
              dot < 0 ? "" : whole.substring(0, dot),
              whole.substring(dot + 1),
              false,
              List.of(),
              true);
    }
    String[] words = erased.substring(0, open).strip().split("\\s+");
    String last = words[words.length - 1];
    int dot = last.lastIndexOf('.');
    boolean constructor = words.length == 1;
    String owner = constructor ? last : dot < 0 ? "" : last.substring(0, dot);
    String name = constructor ? CONSTRUCTOR : last.substring(dot + 1);
    List<String> types = new ArrayList<>();
    boolean named = true;
    int close = erased.indexOf(')', open);
    String inside = erased.substring(open + 1, close < 0 ? erased.length() : close).strip();
    if (!inside.isEmpty()) {
      for (String parameter : inside.split(",")) {
        List<String> parts = new ArrayList<>(List.of(parameter.strip().split("\\s+")));
        parts.removeIf(part -> part.startsWith("@") || part.equals("final"));
        named &= parts.size() > 1;
        types.add(simple(parts.getFirst()));
      }
    }
    return new Signature(header, owner, name, true, List.copyOf(types), named);
  }

  /** JShell writes a record's components behind its name wherever the name stands. */
  private static String withoutComponents(String header) {
    int open = header.indexOf('(');
    int close = header.indexOf(')', open + 1);
    boolean more = open > 0 && close > 0 && close + 1 < header.length();
    boolean record = more && (header.charAt(close + 1) == '.' || header.charAt(close + 1) == '(');
    return record ? header.substring(0, open) + header.substring(close + 1) : header;
  }

  /** {@return the header with the parameters' names, which a class file may lack} */
  String with(List<String> names) {
    if (named || names.size() != parameterTypes.size()) {
      return header;
    }
    int open = header.indexOf('(');
    var text = new StringBuilder(header.substring(0, open));
    int depth = 0;
    int parameter = 0;
    for (int i = open; i < header.length(); i++) {
      char c = header.charAt(i);
      depth += c == '<' ? 1 : c == '>' ? -1 : 0;
      if (depth == 0 && (c == ',' || c == ')') && parameter < names.size()) {
        text.append(' ').append(names.get(parameter++));
      }
      text.append(c);
    }
    return text.toString();
  }

  /** {@return a type's name without package, type arguments and with brackets for dots} */
  static String simple(String type) {
    String erased = erase(type).replace("...", "[]").strip();
    return erased.substring(erased.lastIndexOf('.') + 1);
  }

  private static String erase(String text) {
    var erased = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '<') {
        depth++;
      } else if (c == '>') {
        depth--;
      } else if (depth == 0) {
        erased.append(c);
      }
    }
    return erased.toString();
  }
}
