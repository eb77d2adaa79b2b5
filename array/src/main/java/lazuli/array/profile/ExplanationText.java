package lazuli.array.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes an explanation as aligned text. */
final class ExplanationText {
  private ExplanationText() {}

  static String of(Explanation e) {
    if (e.steps().isEmpty()) {
      return "nothing to compute\n";
    }
    List<String[]> cells = new ArrayList<>();
    cells.add(new String[] {"step", "op", "kernel", "result", "bytes", "flop", "origin"});
    int number = 1;
    for (Explanation.Row row : e.steps()) {
      cells.add(
          new String[] {
            Integer.toString(number++),
            row.op(),
            row.kernel(),
            row.dtype() + row.shape().toString(),
            Long.toString(row.bytes()),
            String.format(Locale.ROOT, "%.4g", row.work().flops()),
            row.origin()
          });
    }
    StringBuilder text = new StringBuilder();
    table(cells, text);
    for (int i = 0; i < e.steps().size(); i++) {
      notes(i + 1, e.steps().get(i).dispatch(), text);
    }
    return text.append("backend ")
        .append(e.backend())
        .append(", predicted peak ")
        .append(e.peakBytes())
        .append(" bytes\n")
        .append(e.replay().isEmpty() ? "" : e.replay() + "\n")
        .toString();
  }

  private static void table(List<String[]> cells, StringBuilder text) {
    int columns = cells.getFirst().length;
    for (String[] row : cells) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        int width = 0;
        for (String[] other : cells) {
          width = Math.max(width, other[c].length());
        }
        boolean number = c == 0 || c == 4 || c == 5;
        String pad = " ".repeat(width - row[c].length());
        line.append(number ? pad + row[c] : row[c] + pad).append("  ");
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
  }

  private static void notes(int step, Dispatch dispatch, StringBuilder text) {
    for (Dispatch.Cast cast : dispatch.casts()) {
      text.append("step ").append(step).append(": cast ");
      if (!cast.operand().isEmpty()) {
        text.append(cast.operand()).append(' ');
      }
      text.append(cast.from())
          .append(" to ")
          .append(cast.to())
          .append(" (")
          .append(cast.origin())
          .append(", ")
          .append(cast.where())
          .append(")\n");
    }
    for (Refusal refusal : dispatch.refusals()) {
      text.append("step ").append(step).append(": not ").append(refusal).append('\n');
    }
  }
}
