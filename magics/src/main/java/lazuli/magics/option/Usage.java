package lazuli.magics.option;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.kernel.ext.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Picocli's complaints in the words of this project: what is needed, what was given. */
public final class Usage {
  private Usage() {}

  /**
   * {@return the complaint as a usage error}
   *
   * @param wrong what picocli says
   */
  public static UsageException of(CommandLine.ParameterException wrong) {
    ArgSpec argument = wrong.getArgSpec();
    String name = argument == null ? "" : name(argument);
    String value = wrong.getValue();
    return new UsageException(
        switch (wrong) {
          case CommandLine.OverwrittenOptionException twice ->
              name(twice.getOverwritten()) + " is given twice";
          case CommandLine.UnmatchedArgumentException unmatched ->
              "cannot use '" + String.join(" ", unmatched.getUnmatched()) + "' here";
          case CommandLine.MissingParameterException _ ->
              "option '"
                  + name
                  + "' needs a value: "
                  + (argument == null ? "" : argument.paramLabel());
          default ->
              argument == null || value == null
                  ? String.valueOf(wrong.getMessage())
                  : name + " needs " + accepted(argument) + "; got '" + value + "'";
        });
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static String accepted(ArgSpec argument) {
    if (argument.completionCandidates() != null) {
      List<String> values = new ArrayList<>();
      argument.completionCandidates().forEach(values::add);
      return "one of " + String.join(", ", values).toLowerCase(Locale.ROOT);
    }
    Class<?> type = argument.type();
    if (type == int.class || type == long.class || type == Long.class || type == Integer.class) {
      return "a whole number";
    }
    return type == double.class || type == Double.class ? "a number" : argument.paramLabel();
  }
}
