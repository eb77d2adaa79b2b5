package lazuli.install;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import lazuli.install.process.Invocation;
import lazuli.install.process.UsageError;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: one subcommand per class, wrong use is one line and exit status 2. */
@Command(
    name = "lazuli",
    description = "A Jupyter kernel for Java with lazy arrays and attention that explains itself.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = HelpCommand.class)
public final class Main implements Runnable {
  /** Done. */
  static final int OK = 0;

  /** The work was understood and failed. */
  static final int FAILED = 1;

  /** Wrong use, or something is missing on this machine; nothing was written. */
  static final int WRONG_USE = 2;

  private final CommandLine line;

  private Main(Invocation invocation) {
    line = new CommandLine(this);
    line.addSubcommand(new RunCommand(invocation));
    line.addSubcommand(new InstallCommand(invocation));
    line.addSubcommand(new UninstallCommand(invocation));
    line.addSubcommand(new LabCommand(invocation));
    line.addSubcommand(BenchCommand.line(invocation));
    line.addSubcommand(new DoctorCommand(invocation));
    line.addSubcommand(new ConsoleCommand(invocation));
    line.setOut(new PrintWriter(invocation.out(), true, invocation.out().charset()));
    line.setErr(new PrintWriter(invocation.err(), true, invocation.err().charset()));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setParameterExceptionHandler(
        (wrong, arguments) -> {
          invocation.err().println(explain(wrong));
          return WRONG_USE;
        });
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (!(failure instanceof UsageError usage)) {
            throw failure;
          }
          invocation.err().println(name(command) + ": " + usage.getMessage());
          return usage.status();
        });
  }

  /**
   * Runs one command and ends the process with its exit status.
   *
   * @param arguments a command and its options
   */
  public static void main(String[] arguments) {
    System.exit(run(Invocation.ofThisProcess(), arguments));
  }

  /** {@return the exit status of one command} */
  static int run(Invocation invocation, String... arguments) {
    return new Main(invocation).line.execute(arguments);
  }

  /** Without a command: the help page. */
  @Override
  public void run() {
    line.usage(line.getOut());
  }

  /** {@return wrong use in one line, with the nearest command or option} */
  private static String explain(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    String help =
        command.getParent() == null
            ? "`lazuli help` lists them"
            : "`lazuli help " + command.getCommandName() + "` lists them";
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().getFirst();
      CommandSpec spec = command.getCommandSpec();
      boolean option = word.startsWith("-");
      List<String> known = option ? optionNames(spec) : List.copyOf(spec.subcommands().keySet());
      String kind = option ? "option" : known.isEmpty() ? "argument" : "command";
      String nearest =
          Nearest.to(option ? word.split("=", 2)[0] : word, known)
              .map(name -> "; did you mean " + name + "?")
              .orElse(";");
      return name(command) + ": no " + kind + " \"" + word + "\"" + nearest + " " + help;
    }
    String reason = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("wrong use");
    return name(command) + ": " + reason + "; `lazuli help " + command.getCommandName() + "`";
  }

  private static List<String> optionNames(CommandSpec spec) {
    return spec.options().stream().map(OptionSpec::names).flatMap(Arrays::stream).toList();
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName();
  }
}
