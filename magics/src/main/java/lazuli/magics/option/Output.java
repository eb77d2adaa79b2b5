package lazuli.magics.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every magic with a result accepts. */
public final class Output {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "NAME",
      description = "keep the result in this variable too")
  @Nullable String name;

  @Option(
      names = {"-q", "--quiet"},
      description = "show nothing; the result is still kept")
  boolean quiet;

  /** Makes the defaults; picocli fills them. */
  public Output() {}
}
