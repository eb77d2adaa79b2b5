package lazuli.kernel.cell;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jdk.jshell.Diag;

/** The compiler's messages with the cell's own lines and marks under the exact columns. */
final class CompileErrors {
  private CompileErrors() {}

  static Outcome.Failure failure(Source source, Piece piece, List<Diag> errors) {
    return failure(source, piece, errors, List.of());
  }

  /**
   * {@return the failure to show}
   *
   * @param source the cell
   * @param piece the snippet
   * @param errors what javac said, positions counted in the snippet
   * @param unresolved what the snippet needs and nobody declared
   */
  static Outcome.Failure failure(
      Source source, Piece piece, List<Diag> errors, List<String> unresolved) {
    List<String> lines = new ArrayList<>();
    String first = "";
    for (Diag error : errors) {
      String[] message = error.getMessage(Locale.ENGLISH).strip().split("\\R");
      int start = clamp(source, piece.inCell(error.getStartPosition()));
      int end = Math.max(start, clamp(source, piece.inCell(error.getEndPosition())));
      int line = 1 + (int) source.text().substring(0, start).chars().filter(c -> c == '\n').count();
      if (first.isEmpty()) {
        first = source.place(line) + ": " + message[0];
      }
      lines.add(source.place(line) + ": " + message[0]);
      lines.addAll(Marked.excerpt(source.text(), start, end));
      for (int i = 1; i < message.length; i++) {
        // JShell leaves its wrapper's name out and the empty line behind.
        if (!message[i].strip().matches("location: class")) {
          lines.add(message[i]);
        }
      }
    }
    if (lines.isEmpty()) {
      first =
          unresolved.isEmpty()
              ? "the compiler rejected the code without a message"
              : "not declared: " + String.join(", ", unresolved);
      lines.add(source.place(1) + ": " + first);
    }
    return new Outcome.Failure(Outcome.COMPILATION_ERROR, first, lines, null);
  }

  private static int clamp(Source source, int position) {
    return Math.clamp(position, source.from(), source.to());
  }
}
