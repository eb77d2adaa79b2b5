package lazuli.kernel.magic;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import lazuli.kernel.cell.Declaration;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;

/** {@code %jshell /vars} and the like: what was declared, as the jshell tool lists it. */
record JShellCommand(Supplier<JavaSession> java) implements Magic {
  /** The commands, with what each lists. */
  private enum Command {
    VARS(Declaration.Kind.VARIABLE),
    METHODS(Declaration.Kind.METHOD),
    TYPES(Declaration.Kind.TYPE),
    IMPORTS(Declaration.Kind.IMPORT),
    LIST(Declaration.Kind.values());

    private final List<Declaration.Kind> kinds;

    Command(Declaration.Kind... kinds) {
      this.kinds = List.of(kinds);
    }

    String word() {
      return "/" + name().toLowerCase(Locale.ROOT);
    }
  }

  private static String commands() {
    return Arrays.stream(Command.values()).map(Command::word).collect(Collectors.joining(", "));
  }

  @Override
  public String name() {
    return "jshell";
  }

  @Override
  public String summary() {
    return "list declarations: " + commands();
  }

  @Override
  public String help() {
    return """
        %%jshell COMMAND

        Lists what cells declared, one declaration a line. COMMAND is one of
        %s.

        Example
          %%jshell /imports"""
        .formatted(commands());
  }

  @Override
  public List<String> complete(String arguments) {
    return Arrays.stream(Command.values())
        .map(Command::word)
        .filter(word -> word.startsWith(arguments))
        .toList();
  }

  @Override
  public Object run(MagicCall call) {
    String wanted = call.arguments();
    Command command =
        Arrays.stream(Command.values())
            .filter(one -> one.word().equals(wanted))
            .findFirst()
            .orElseThrow(
                () ->
                    new UsageException(
                        "%jshell: "
                            + (wanted.isEmpty() ? "no command was given" : "no command " + wanted)
                            + "; the commands are "
                            + commands()));
    String text =
        java.get().declarations().stream()
            .filter(one -> command.kinds.contains(one.kind()))
            .map(Declaration::text)
            .collect(Collectors.joining("\n"));
    return MimeBundle.text(text.isEmpty() ? "none" : text);
  }
}
