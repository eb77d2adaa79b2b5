package lazuli.magics.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.FakeCell;
import lazuli.magics.option.OptionMagic.Operands;
import lazuli.magics.report.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class OptionMagicTest {
  enum Order {
    TOTAL,
    COUNT;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static final class Options {
    @Option(
        names = {"-n", "--runs"},
        paramLabel = "N",
        description = "how often")
    int runs = 1;

    @Option(
        names = {"-t", "--time"},
        paramLabel = "SEC",
        description = "how long")
    double time;

    @Option(names = "--sort", paramLabel = "BY", description = "total or count")
    Order sort = Order.TOTAL;

    @Option(names = "--mask", paramLabel = "MASK", description = "a word")
    String mask = "";

    @Mixin Output output = new Output();

    @Parameters(arity = "0..*", paramLabel = "WORD", description = "words")
    List<String> words = new ArrayList<>();
  }

  static final class Sample extends OptionMagic<Options> {
    Sample(Operands operands) {
      super("sample", "Does nothing.", Options::new, operands, "%sample -n 3 1 + 1");
    }

    @Override
    protected Output output(Options parsed) {
      return parsed.output;
    }

    @Override
    protected Object run(Options o, String java, MagicCall call) {
      return o.runs + "|" + o.time + "|" + o.sort + "|" + o.mask + "|" + o.words + "|" + java;
    }
  }

  private final FakeCell cell = new FakeCell();

  private Object run(Operands operands, String arguments) throws Exception {
    return new Sample(operands).run(cell.line("sample", arguments));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          -n 5 q.matmul(k.t()) ~ 5|0.0|total||[]|q.matmul(k.t())
          -n5 x ~ 5|0.0|total||[]|x
          --runs=5 --sort count x ~ 5|0.0|count||[]|x
          --sort=COUNT "a\\"b" + '"' ~ 1|0.0|count||[]|"a\\"b" + '"'
          -n 2 -- -x.neg() ~ 2|0.0|total||[]|-x.neg()
          -1 + 2 ~ 1|0.0|total||[]|-1 + 2
          --mask "a b" new int[] {1} ~ 1|0.0|total|a b|[]|new int[] {1}
          --mask --x y ~ 1|0.0|total|--x|[]|y
          `                           ` ~ 1|0.0|total||[]|
          """)
  void javaBeginsWhereTheOptionsEnd(String arguments, String result) throws Exception {
    assertEquals(result.strip(), run(Operands.JAVA, arguments.strip()));
  }

  @Test
  void wordsAreQuotedAndInterpolatedAsInAShell() throws Exception {
    cell.variables.put("n", 12);
    cell.variables.put("name", "causal");
    assertEquals(
        "12|0.0|total|causal|[q 1, k, a{b c, 12x]|",
        run(Operands.WORDS, "-n {n} \"q 1\" k 'a{b c' {n}x --mask={name}"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          JAVA ~ --sor x ~ unknown option '--sor' (did you mean '--sort'?); Java that begins with a minus goes after --
          WORDS ~ --sor x ~ unknown option '--sor' (did you mean '--sort'?)
          WORDS ~ --tiem=3 ~ unknown option '--tiem' (did you mean '--time'?)
          WORDS ~ --unheard ~ unknown option '--unheard'; one of --force --mask --output --plain --quiet --runs --save --sort --time -n -o -q -t
          WORDS ~ -z ~ unknown option '-z'; one of --force --mask --output --plain --quiet --runs --save --sort --time -n -o -q -t
          WORDS ~ --ti 3 ~ unknown option '--ti' (did you mean '--time'?)
          WORDS ~ -n ~ option '-n' needs a value: N
          WORDS ~ -n many ~ --runs needs a whole number; got 'many'
          WORDS ~ --time 1s ~ --time needs a number; got '1s'
          WORDS ~ --sort size ~ --sort needs one of total, count; got 'size'
          WORDS ~ -n 1 --runs 2 ~ --runs is given twice
          WORDS ~ "q k ~ a " is not closed: "q k
          WORDS ~ {m} ~ '{m}' names no variable of this session: m
          WORDS ~ -- x ~ %sample takes no Java; got: x
          NONE ~ x y ~ %sample takes only options; got: x y
          WORDS ~ -o 1x ~ -o needs a Java name; got '1x'
          """)
  void wrongUseIsOneLineThatNamesTheFix(Operands operands, String arguments, String message) {
    var wrong = assertThrows(UsageException.class, () -> run(operands, arguments.strip()));
    assertEquals(message, wrong.getMessage());
  }

  @Test
  void theResultIsKeptUnderItsOwnNameAndTheChosenOne() throws Exception {
    Object result = run(Operands.WORDS, "-o mine");
    assertEquals(result, cell.variables.get("_sample"));
    assertEquals(result, cell.variables.get("mine"));
  }

  @Test
  void quietShowsNothingAndKeepsTheResult() throws Exception {
    assertNull(run(Operands.WORDS, "-q"));
    assertEquals("1|0.0|total||[]|", cell.variables.get("_sample"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          --s ~ [--save, --sort]
          `-` ~ [--force, --mask, --output, --plain, --quiet, --runs, --save, --sort, --time, -n, -o, -q, -t]
          `--sort ` ~ [total, count]
          --sort=c ~ [--sort=count]
          `-n 3 --sort t` ~ [total]
          --nothing ~ []
          x ~ []
          """)
  void completionKnowsOptionsAndTheirValues(String arguments, String words) {
    assertEquals(words, new Sample(Operands.WORDS).complete(arguments).toString());
  }

  @Test
  void helpShowsUsageOptionsAndAnExample() throws IOException {
    Golden.check("option/help.txt", new Sample(Operands.JAVA).help());
  }
}
