package lazuli.magics.option;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import javax.lang.model.SourceVersion;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A magic whose options are an object with picocli's annotations. Subclasses are one file each:
 * name, options, what to do. Picocli is loaded at first use, not at start.
 *
 * @param <O> the options; a fresh object for every call
 */
public abstract class OptionMagic<O> implements Magic {
  private final String name;
  private final String summary;
  private final Supplier<O> options;
  private final Operands operands;
  private final String example;

  /** What follows the options. */
  public enum Operands {
    /** Words, read like options. */
    WORDS("[WORD...]"),
    /** Java code, taken as it stands. */
    JAVA("[--] JAVA"),
    /** Nothing. */
    NONE("");

    private final String synopsis;

    Operands(String synopsis) {
      this.synopsis = synopsis;
    }
  }

  /**
   * Makes a magic.
   *
   * @param name without percent sign
   * @param summary one line
   * @param options makes fresh options
   * @param operands what follows the options
   * @param example lines that run as they stand
   */
  protected OptionMagic(
      String name, String summary, Supplier<O> options, Operands operands, String example) {
    this.name = name;
    this.summary = summary;
    this.options = options;
    this.operands = operands;
    this.example = example;
  }

  /**
   * {@return the result: kept in {@code _name} and displayed; null for none}
   *
   * @param parsed the options
   * @param java the Java after the options, empty when there is none
   * @param call the use
   * @throws Exception what evaluated user code throws
   */
  protected abstract @Nullable Object run(O parsed, String java, MagicCall call) throws Exception;

  /**
   * {@return the options that keep and hide results, null for a magic without a result}
   *
   * @param parsed the options
   */
  protected abstract @Nullable Output output(O parsed);

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String summary() {
    return summary;
  }

  @Override
  public final @Nullable Object run(MagicCall call) throws Exception {
    O parsed = options.get();
    String java = parse(parsed, call.arguments(), call.cell().variables());
    Output output = output(parsed);
    if (output != null && output.name != null && !SourceVersion.isName(output.name)) {
      throw new UsageException("-o needs a Java name; got '" + output.name + "'");
    }
    if (output != null) {
      output.check();
    }
    Object result = run(parsed, java, call);
    if (result != null && output != null) {
      call.cell().define("_" + name, result);
      if (output.name != null) {
        call.cell().define(output.name, result);
      }
      output.save(result);
    }
    return output == null ? result : output.shown(result);
  }

  /** Fills the options; {@return the Java that follows them} */
  private String parse(O parsed, String arguments, Map<String, ?> variables) {
    CommandLine command = command(parsed);
    Map<String, OptionSpec> known = command.getCommandSpec().optionsMap();
    List<String> arranged = new ArrayList<>();
    List<String> plain = new ArrayList<>();
    Words words = new Words(arguments);
    String java = "";
    while (!words.done()) {
      if (operands == Operands.JAVA && !startsOption(words.rest())) {
        java = words.rest();
        break;
      }
      String word = String.valueOf(words.next());
      if (word.equals("--")) {
        java = words.rest();
        break;
      }
      if (!startsOption(word)) {
        plain.add(Words.interpolate(word, variables));
        continue;
      }
      arranged.add(Words.interpolate(word, variables));
      OptionSpec option = option(word, known);
      boolean attached = word.startsWith("--") ? word.contains("=") : word.length() > 2;
      if (option.arity().max() > 0 && !attached) {
        String value = words.next();
        if (value == null) {
          throw new UsageException("option '" + word + "' needs a value: " + option.paramLabel());
        }
        // Joined, so that a value that looks like an option stays a value.
        arranged.set(
            arranged.size() - 1,
            word + (word.startsWith("--") ? "=" : "") + Words.interpolate(value, variables));
      }
    }
    if (!java.isEmpty() && operands != Operands.JAVA) {
      throw new UsageException("%" + name + " takes no Java; got: " + java);
    }
    if (!plain.isEmpty() && operands == Operands.NONE) {
      throw new UsageException("%" + name + " takes only options; got: " + String.join(" ", plain));
    }
    arranged.addAll(plain);
    try {
      command.parseArgs(arranged.toArray(String[]::new));
    } catch (CommandLine.ParameterException wrong) {
      throw Usage.of(wrong);
    }
    return java;
  }

  /** A minus before a digit, a point or a bracket is Java or a number. */
  private static boolean startsOption(String text) {
    return text.matches("(?s)--?(?:[A-Za-z].*|(?:\\s.*)?)") && !text.equals("-");
  }

  private OptionSpec option(String word, Map<String, OptionSpec> known) {
    String key = word.startsWith("--") ? word.split("=", 2)[0] : word.substring(0, 2);
    OptionSpec option = known.get(key);
    if (option != null) {
      return option;
    }
    String hint = Nearest.hint(key, known.keySet());
    throw new UsageException(
        "unknown option '"
            + (word.startsWith("--") ? key : word)
            + "'"
            + (hint.isEmpty()
                ? "; one of " + String.join(" ", new TreeSet<>(known.keySet()))
                : hint)
            + (operands == Operands.JAVA ? "; Java that begins with a minus goes after --" : ""));
  }

  private CommandLine command(O parsed) {
    CommandLine command = new CommandLine(parsed);
    command.setAbbreviatedOptionsAllowed(false);
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setUsageHelpAutoWidth(false);
    command.setUsageHelpWidth(90);
    var usage = command.getCommandSpec().usageMessage();
    var lines = new ArrayList<String>();
    if (onLine()) {
      // Doubled: picocli formats these lines.
      lines.add("%%" + name + " [options] " + synopsis());
    }
    if (onCell()) {
      lines.add("%%%%" + name + " [options]   (the cell below is Java)");
    }
    usage.customSynopsis(lines.toArray(String[]::new));
    usage.sortOptions(false);
    return command;
  }

  /** {@return what follows the options in the usage line} */
  protected String synopsis() {
    return operands.synopsis;
  }

  @Override
  public final String help() {
    String usage = command(options.get()).getUsageMessage(CommandLine.Help.Ansi.OFF);
    return summary
        + "\n\n"
        + usage.stripTrailing()
        + "\n\nExample:\n"
        + example.indent(2).stripTrailing();
  }

  @Override
  public final List<String> complete(String arguments) {
    Map<String, OptionSpec> known = command(options.get()).getCommandSpec().optionsMap();
    int space = Math.max(arguments.lastIndexOf(' '), arguments.lastIndexOf('\t'));
    String word = arguments.substring(space + 1);
    String before = arguments.substring(0, space + 1).strip();
    String previous = before.substring(before.lastIndexOf(' ') + 1);
    int equals = word.indexOf('=');
    if (word.startsWith("--") && equals > 0) {
      String key = word.substring(0, equals);
      return values(known.get(key), word.substring(equals + 1)).stream()
          .map(value -> key + "=" + value)
          .toList();
    }
    OptionSpec open = known.get(previous);
    if (open != null && open.arity().max() > 0) {
      return values(open, word);
    }
    if (word.startsWith("-")) {
      return known.keySet().stream().filter(key -> key.startsWith(word)).sorted().toList();
    }
    return operands == Operands.WORDS
        ? command(options.get()).getCommandSpec().positionalParameters().stream()
            .flatMap(parameter -> values(parameter, word).stream())
            .toList()
        : List.of();
  }

  private static List<String> values(@Nullable ArgSpec argument, String prefix) {
    List<String> values = new ArrayList<>();
    if (argument != null && argument.completionCandidates() != null) {
      argument.completionCandidates().forEach(values::add);
    }
    return values.stream().filter(value -> value.startsWith(prefix)).toList();
  }
}
