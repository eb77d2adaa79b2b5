package lazuli.kernel.session;

import java.util.List;
import lazuli.kernel.cell.Block;
import lazuli.kernel.cell.CellParser;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.cell.Outcome;
import lazuli.kernel.cell.Source;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/** Runs the blocks of one cell, Java and magics, on the calling thread. */
final class CellRunner {
  /** What the user sees for a wrong use of a magic. */
  static final String USAGE_ERROR = "UsageError";

  private final JavaSession java;
  private final Extensions extensions;
  private final CellSurface surface;
  private final String label;
  private final LiveCell cell;
  // What nested code threw, with the traceback that names its lines.
  private Outcome.@Nullable Failure nested;
  // Where the running magic stands.
  private int magicLine = 1;
  private @Nullable String magicBody;

  /**
   * Prepares a run.
   *
   * @param label what errors call the cell, such as {@code In[3]}
   */
  CellRunner(JavaSession java, Extensions extensions, CellSurface surface, String label) {
    this.java = java;
    this.extensions = extensions;
    this.surface = surface;
    this.label = label;
    this.cell = new LiveCell(this, java, surface);
  }

  /** {@return how the cell ended; the value is that of its last block} */
  Outcome run(String code) {
    return run(code, 1);
  }

  private Outcome run(String code, int firstLine) {
    try {
      extensions.before(code);
    } catch (UsageException e) {
      return usage(e);
    }
    List<Block> blocks = CellParser.parse(code, extensions.magicNames());
    // Nothing runs of a cell that cannot run whole.
    for (Block block : blocks) {
      if (block instanceof Block.Rejected rejected) {
        return usage(new UsageException(rejected.message()));
      }
    }
    Outcome last = new Outcome.None();
    for (int i = 0; i < blocks.size(); i++) {
      last = run(blocks.get(i), firstLine);
      if (last instanceof Outcome.Failure || last instanceof Outcome.Interrupted) {
        return last;
      }
      boolean magic = !(blocks.get(i) instanceof Block.Code);
      if (magic && i + 1 < blocks.size() && last instanceof Outcome.Value(var value, var type)) {
        surface.shown(value);
      }
    }
    return last;
  }

  private Outcome run(Block block, int firstLine) {
    int line = firstLine + block.startLine() - 1;
    return switch (block) {
      case Block.Code(var text, var start) -> java.evaluate(new Source(label, text, line));
      case Block.LineMagic(var name, var args, var assignedTo, var start) -> {
        Outcome outcome = magic("%", new MagicCall(name, args, null, cell), line);
        yield assignedTo != null && outcome instanceof Outcome.Value(var value, var type)
            ? java.assign(assignedTo, value)
            : outcome;
      }
      case Block.CellMagic(var name, var args, var body, var start) ->
          magic("%%", new MagicCall(name, args, body, cell), line);
      case Block.Rejected rejected -> usage(new UsageException(rejected.message()));
    };
  }

  /** {@return the value of a magic that code calls by its name} */
  @Nullable Object magic(String name, String arguments, @Nullable String body) throws Exception {
    return value(magic(body == null ? "%" : "%%", new MagicCall(name, arguments, body, cell)));
  }

  private Outcome magic(String signs, MagicCall call, int line) {
    int lineOfOuter = magicLine;
    String bodyOfOuter = magicBody;
    magicLine = line;
    magicBody = call.body();
    try {
      return magic(signs, call);
    } finally {
      magicLine = lineOfOuter;
      magicBody = bodyOfOuter;
    }
  }

  /** {@return the line of the cell at which code stands that the running magic was given} */
  private int line(String code) {
    String body = magicBody;
    int at = body == null || code.isEmpty() ? -1 : body.indexOf(code);
    return body == null || at < 0 ? magicLine : magicLine + 1 + lineBreaks(body.substring(0, at));
  }

  private static int lineBreaks(String text) {
    return (int) text.chars().filter(c -> c == '\n').count();
  }

  private Outcome magic(String signs, MagicCall call) {
    Magic magic = extensions.magicNamed(call.name());
    if (magic == null) {
      return usage(new UsageException("Unknown magic " + signs + call.name() + "."));
    }
    if (call.arguments().equals("?")) {
      return new Outcome.Value(lazuli.kernel.ext.MimeBundle.text(magic.help()), "MimeBundle");
    }
    if (call.body() == null ? !magic.onLine() : !magic.onCell()) {
      String other = signs.equals("%") ? "%%" : "%";
      return usage(
          new UsageException(
              signs
                  + magic.name()
                  + (signs.equals("%") ? ": it takes a whole cell" : ": it takes one line")
                  + "; write "
                  + other
                  + magic.name()
                  + (signs.equals("%") ? " on the first line of a cell" : " on that line")));
    }
    nested = null;
    Outcome outcome = java.run(label, () -> partial(magic.run(call)));
    return switch (outcome) {
      case Outcome.Failure failure when failure.thrown() instanceof UsageException usage ->
          sameAsNested(usage) ? nestedFailure(failure) : usage(usage);
      case Outcome.Failure failure when sameAsNested(failure.thrown()) -> nestedFailure(failure);
      default -> outcome;
    };
  }

  /**
   * Shows what an interrupted magic has so far: the outcome of an interrupted cell has no value.
   */
  private @Nullable Object partial(@Nullable Object value) {
    if (value != null && java.interrupted()) {
      surface.shown(value);
    }
    return value;
  }

  private Outcome.@Nullable Failure lastNested() {
    return nested;
  }

  private boolean sameAsNested(@Nullable Throwable thrown) {
    Outcome.Failure failure = lastNested();
    return failure != null && failure.thrown() == thrown;
  }

  private Outcome.Failure nestedFailure(Outcome.Failure otherwise) {
    Outcome.Failure failure = lastNested();
    return failure == null ? otherwise : failure;
  }

  /** {@return the value of Java that a magic runs as part of its cell} */
  @Nullable Object evaluate(String code) throws Exception {
    return value(run(code, line(code)));
  }

  /** {@return the value of Java from a file that a magic runs as part of its cell} */
  @Nullable Object evaluate(String code, String file) throws Exception {
    return value(new CellRunner(java, extensions, surface, file).run(code));
  }

  /** {@return the value of the user's Java inside other code} */
  @Nullable Object evaluate(String before, String code, String after) throws Exception {
    int firstLine = line(code) - lineBreaks(before);
    int end = before.length() + code.length();
    return value(
        java.evaluate(new Source(label, before + code + after, firstLine, before.length(), end)));
  }

  private @Nullable Object value(Outcome outcome) throws Exception {
    return switch (outcome) {
      case Outcome.Value(var value, var type) -> value;
      case Outcome.None() -> null;
      case Outcome.Interrupted() -> throw new InterruptedException("the cell was interrupted");
      case Outcome.Failure failure -> throw remembered(failure);
    };
  }

  private Exception remembered(Outcome.Failure failure) {
    Throwable thrown = failure.thrown();
    if (thrown == null) {
      thrown = new UsageException(String.join("\n", failure.traceback()));
    }
    nested = new Outcome.Failure(failure.ename(), failure.evalue(), failure.traceback(), thrown);
    if (thrown instanceof Error error) {
      throw error;
    }
    return (Exception) thrown;
  }

  private static Outcome.Failure usage(UsageException e) {
    String message = String.valueOf(e.getMessage());
    return new Outcome.Failure(USAGE_ERROR, message, List.of(USAGE_ERROR + ": " + message), e);
  }
}
