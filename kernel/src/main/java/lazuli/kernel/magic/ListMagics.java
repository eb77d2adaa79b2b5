package lazuli.kernel.magic;

import java.util.Collection;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.MimeBundle;

/** {@code %lsmagic}: every magic with its one line. */
record ListMagics(Supplier<Collection<Magic>> known) implements Magic {
  @Override
  public String name() {
    return "lsmagic";
  }

  @Override
  public String summary() {
    return "list all magics";
  }

  @Override
  public String help() {
    return "%lsmagic\n\nLists all magics with one line each. %help NAME tells more.\n\nExample\n  %lsmagic";
  }

  @Override
  public Object run(MagicCall call) {
    return MimeBundle.text(table(known.get()));
  }

  static String table(Collection<Magic> magics) {
    int width = magics.stream().mapToInt(m -> signs(m).length()).max().orElse(0);
    return magics.stream()
        .map(m -> signs(m) + " ".repeat(width + 2 - signs(m).length()) + m.summary())
        .collect(Collectors.joining("\n"));
  }

  private static String signs(Magic magic) {
    String line = magic.onLine() ? "%" + magic.name() : "";
    String cell = magic.onCell() ? "%%" + magic.name() : "";
    return line + (line.isEmpty() || cell.isEmpty() ? "" : ", ") + cell;
  }
}
