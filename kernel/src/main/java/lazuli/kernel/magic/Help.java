package lazuli.kernel.magic;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;

/** {@code %help NAME}: the help page of a magic. */
record Help(Supplier<Collection<Magic>> known) implements Magic {
  @Override
  public String name() {
    return "help";
  }

  @Override
  public String summary() {
    return "show the help page of a magic";
  }

  @Override
  public String help() {
    return """
        %help [NAME]

        Shows the help page of a magic; without a name it lists all of them.
        The same page: %NAME ?

        Example
          %help time""";
  }

  @Override
  public List<String> complete(String arguments) {
    return known.get().stream().map(Magic::name).filter(n -> n.startsWith(arguments)).toList();
  }

  @Override
  public Object run(MagicCall call) {
    if (call.arguments().isEmpty()) {
      return MimeBundle.text(ListMagics.table(known.get()));
    }
    String wanted = call.arguments().replaceFirst("^%%?", "");
    return known.get().stream()
        .filter(magic -> magic.name().equals(wanted) || magic.aliases().contains(wanted))
        .findFirst()
        .map(magic -> MimeBundle.text(magic.help()))
        .orElseThrow(
            () ->
                new UsageException(
                    "%help: no magic is named " + wanted + "; %lsmagic lists all of them"));
  }
}
