package lazuli.kernel.cell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdk.jshell.Diag;

/**
 * One snippet of a cell.
 *
 * @param text what JShell gets
 * @param offset where it begins in the cell's text
 * @param whole whether it parses as a whole snippet
 * @param inserted where words were inserted that the cell lacks, in the text, ascending
 */
record Piece(String text, int offset, boolean whole, List<Integer> inserted) {
  private static final String PUBLIC = "public ";
  private static final String CONSTRUCTOR_CODE =
      "compiler.err.invalid.canonical.constructor.in.record";

  Piece(String text, int offset, boolean whole) {
    this(text, offset, whole, List.of());
  }

  /** {@return the place in the cell's text of a place in this snippet's text} */
  int inCell(long position) {
    long before = inserted.stream().filter(at -> at < position).count();
    return (int) Math.max(0, offset + position - before * PUBLIC.length());
  }

  /**
   * {@return this snippet with its record's constructors public, if that is all that is wrong}
   *
   * <p>JShell makes top-level records public, and then javac wants their constructors public too:
   * without this no record of a cell could check its components.
   */
  Optional<Piece> repaired(List<Diag> errors) {
    List<Integer> at =
        errors.stream()
            .filter(error -> CONSTRUCTOR_CODE.equals(error.getCode()))
            .filter(error -> error.getMessage(null).contains("stronger access"))
            .map(error -> (int) error.getStartPosition())
            .sorted()
            .distinct()
            .toList();
    if (at.isEmpty() || !inserted.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder longer = new StringBuilder(text);
    List<Integer> places = new ArrayList<>();
    for (int i = at.size() - 1; i >= 0; i--) {
      longer.insert(at.get(i), PUBLIC);
      places.addFirst(at.get(i) + i * PUBLIC.length());
    }
    return Optional.of(new Piece(longer.toString(), offset, whole, List.copyOf(places)));
  }
}
