package lazuli.install.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The rows as text for a terminal and as Markdown for a page. */
final class Tables {
  private Tables() {}

  private static List<List<String>> cells(List<Row> rows, String peer) {
    var all = new ArrayList<List<String>>();
    all.add(List.of("", "Lazuli", peer, "ratio", "goal", ""));
    for (Row row : rows) {
      all.add(
          List.of(
              row.what(),
              row.ours().strip(),
              row.peer().strip(),
              row.compared(),
              row.goal().strip(),
              row.met().word()));
    }
    return all;
  }

  static String text(List<Row> rows, String peer) {
    List<List<String>> all = cells(rows, peer);
    var text = new StringBuilder();
    for (List<String> line : all) {
      var built = new StringBuilder();
      for (int i = 0; i < line.size(); i++) {
        int column = i;
        int width = all.stream().mapToInt(l -> l.get(column).length()).max().orElse(0);
        String gap = " ".repeat(width - line.get(i).length());
        boolean number = i >= 1 && i <= 3;
        built.append(number ? gap + line.get(i) : line.get(i) + gap).append("  ");
      }
      text.append(built.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  static String markdown(
      List<Row> rows, String peer, String date, String machine, String version, String command) {
    List<List<String>> all = cells(rows, peer);
    var text = new StringBuilder();
    text.append("# How fast the kernel is\n\n");
    text.append("Measured on ").append(date).append(": ").append(machine).append("; ");
    text.append(version).append(". The command, which anyone can repeat:\n\n");
    text.append("```sh\n").append(command).append("\n```\n\n");
    text.append("Both kernels take turns in one run. Times are what a client sees on its sockets:");
    text.append(" from starting the process, or from sending a request, to the reply.\n\n");
    for (int i = 0; i < all.size(); i++) {
      text.append("| ").append(String.join(" | ", all.get(i))).append(" |\n");
      if (i == 0) {
        text.append(all.get(0).stream().map(c -> "---").collect(Collectors.joining("|", "|", "|")));
        text.append('\n');
      }
    }
    return text.toString();
  }
}
