package lazuli.kernel.cell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One part of a cell, in the order of the text. */
public sealed interface Block {
  /** {@return the line of the cell at which the block begins, from 1} */
  int startLine();

  /**
   * Java code, perhaps several statements.
   *
   * @param text the code
   * @param startLine the line of the cell at which it begins, from 1
   */
  record Code(String text, int startLine) implements Block {}

  /**
   * {@code %name args}, perhaps assigned.
   *
   * @param name the name without its percent sign
   * @param args the rest of the line, trimmed; {@code ?} asks for help
   * @param assignedTo what stands before the equals sign, such as {@code List<String> x}; null if
   *     nothing does
   * @param startLine the line of the cell, from 1
   */
  record LineMagic(String name, String args, @Nullable String assignedTo, int startLine)
      implements Block {}

  /**
   * {@code %%name args} with the rest of the cell.
   *
   * @param name the name without its percent signs
   * @param args the rest of the first line, trimmed
   * @param body the lines below it
   * @param startLine the line of the cell at which {@code %%name} stands, from 1
   */
  record CellMagic(String name, String args, String body, int startLine) implements Block {
    /** {@return the line of the cell at which the body begins, from 1} */
    public int bodyLine() {
      return startLine + 1;
    }
  }

  /** Something that looks like a magic and cannot run. */
  sealed interface Rejected extends Block {
    /** {@return one line: what was given, what is accepted} */
    String message();
  }

  /**
   * A word after {@code %} that is neither Java nor a known magic.
   *
   * @param typed what was typed, percent signs included
   * @param nearest the most similar known magics, the best first; may be empty
   * @param startLine the line of the cell, from 1
   */
  record UnknownMagic(String typed, List<String> nearest, int startLine) implements Rejected {
    /** Copies the names. */
    public UnknownMagic {
      nearest = List.copyOf(nearest);
    }

    @Override
    public String message() {
      String signs = typed.startsWith("%%") ? "%%" : "%";
      return nearest.isEmpty()
          ? "Unknown magic %s. %%lsmagic lists the known ones.".formatted(typed)
          : "Unknown magic %s. Did you mean %s?"
              .formatted(typed, signs + String.join(" or " + signs, nearest));
    }
  }

  /**
   * A known magic where none can run.
   *
   * @param typed what was typed, percent signs included
   * @param startLine the line of the cell, from 1
   */
  record MisplacedMagic(String typed, int startLine) implements Rejected {
    @Override
    public String message() {
      return typed.startsWith("%%")
          ? "%s must be the first line of its cell.".formatted(typed)
          : "%s must begin a statement outside braces and parentheses, or be the right side of an"
                  .formatted(typed)
              + " assignment there.";
    }
  }
}
