package lazuli.magics.option;

import java.io.IOException;
import lazuli.kernel.ext.Displayable;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.picture.Saving;
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

  @Option(names = "--plain", description = "show aligned text only, no HTML and no pictures")
  boolean plain;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "write the result too: .csv .json .html .svg .png")
  @Nullable String save;

  @Option(names = "--force", description = "let --save replace an existing file")
  boolean force;

  /** Makes the defaults; picocli fills them. */
  public Output() {}

  /** Refuses what could not be done in the end, before anything runs. */
  void check() {
    if (save == null && force) {
      throw new UsageException("--force belongs to --save FILE");
    }
    if (save != null) {
      Saving.check("--save", save, force);
    }
  }

  /** Writes a result where it was asked for. */
  void save(Object result) throws IOException {
    if (save != null) {
      Saving.write("--save", result, save, force);
    }
  }

  /** {@return what the cell shows of a result} */
  @Nullable Object shown(@Nullable Object result) {
    if (quiet || result == null) {
      return null;
    }
    return plain && result instanceof Displayable displayable
        ? (Displayable) () -> text(displayable)
        : result;
  }

  private static MimeBundle text(Displayable displayable) {
    String text = displayable.bundle().data().get(MimeBundle.TEXT);
    return MimeBundle.text(text == null ? String.valueOf(displayable) : text);
  }
}
