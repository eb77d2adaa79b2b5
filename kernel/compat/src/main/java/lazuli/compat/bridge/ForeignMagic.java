package lazuli.compat.bridge;

import java.util.List;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.magic.Words;
import org.jspecify.annotations.Nullable;

/**
 * A magic that a notebook or extension registered through the API of IJava or JJava.
 *
 * @param name its name
 * @param line what it does on a line; null when it takes none
 * @param cell what it does on a cell; null when it takes none
 */
public record ForeignMagic(String name, @Nullable Line line, @Nullable Cell cell)
    implements Magic {
  /** A line magic of theirs. */
  @FunctionalInterface
  public interface Line {
    /** {@return its value} */
    @Nullable Object run(List<String> arguments) throws Exception;
  }

  /** A cell magic of theirs. */
  @FunctionalInterface
  public interface Cell {
    /** {@return its value} */
    @Nullable Object run(List<String> arguments, String body) throws Exception;
  }

  @Override
  public String summary() {
    return "registered by this notebook";
  }

  @Override
  public String help() {
    return "%%%s%n%nRegistered through the API of IJava or JJava, which has no help pages."
        .formatted(name);
  }

  @Override
  public boolean onLine() {
    return line != null;
  }

  @Override
  public boolean onCell() {
    return cell != null;
  }

  @Override
  public @Nullable Object run(MagicCall call) throws Exception {
    List<String> words = Words.split(call.arguments());
    String body = call.body();
    if (body == null) {
      return line == null ? null : line.run(words);
    }
    return cell == null ? null : cell.run(words, body);
  }
}
