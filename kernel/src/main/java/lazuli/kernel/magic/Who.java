package lazuli.kernel.magic;

import java.util.ArrayList;
import java.util.List;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.MimeBundle;

/** {@code %who}: the session's variables. */
record Who() implements Magic {
  private static final int WIDEST_VALUE = 60;

  @Override
  public String name() {
    return "who";
  }

  @Override
  public String summary() {
    return "list the variables with type and value";
  }

  @Override
  public String help() {
    return "%who\n\nLists the variables in order of declaration, with type and the start of the"
        + " value.\n\nExample\n  %who";
  }

  @Override
  public Object run(MagicCall call) {
    List<String[]> rows = new ArrayList<>();
    call.cell()
        .variables()
        .forEach(
            (name, value) ->
                rows.add(
                    new String[] {
                      name,
                      value == null ? "null" : type(value.getClass()),
                      value == null ? "null" : start(call, value)
                    }));
    if (rows.isEmpty()) {
      return MimeBundle.text("No variables yet.");
    }
    int names = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
    int types = rows.stream().mapToInt(row -> row[1].length()).max().orElse(0);
    var text = new StringBuilder();
    for (String[] row : rows) {
      text.append(text.isEmpty() ? "" : "\n")
          .append(row[0])
          .append(" ".repeat(names + 2 - row[0].length()))
          .append(row[1])
          .append(" ".repeat(types + 2 - row[1].length()))
          .append(row[2]);
    }
    return MimeBundle.text(text.toString());
  }

  private static String type(Class<?> type) {
    String name = type.getSimpleName();
    return name.isEmpty() ? type.getName() : name;
  }

  private static String start(MagicCall call, Object value) {
    String text = call.cell().render(value).data().getOrDefault(MimeBundle.TEXT, "");
    String line = text.lines().findFirst().orElse("");
    boolean cut = line.length() < text.length() || line.length() > WIDEST_VALUE;
    return cut ? line.substring(0, Math.min(line.length(), WIDEST_VALUE - 4)) + " ..." : line;
  }
}
