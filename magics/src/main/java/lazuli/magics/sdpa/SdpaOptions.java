package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import lazuli.magics.option.Output;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The options of one use of {@code %sdpa}, a group in each file. */
final class SdpaOptions {
  @Parameters(
      arity = "0..*",
      paramLabel = "WORD",
      completionCandidates = Actions.Names.class,
      description = "what to do (bench), and the session's arrays to do it with")
  List<String> words = new ArrayList<>();

  @Mixin OperandOptions operands = new OperandOptions();
  @Mixin GridOptions grid = new GridOptions();
  @Mixin TimingOptions timing = new TimingOptions();
  @Mixin Output output = new Output();
}
