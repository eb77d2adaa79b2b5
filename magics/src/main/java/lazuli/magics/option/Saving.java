package lazuli.magics.option;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lazuli.kernel.ext.Displayable;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.picture.Drawn;
import lazuli.magics.report.Report;
import lazuli.magics.report.Result;
import org.jspecify.annotations.Nullable;

/** {@code --save FILE}: refused before anything runs, written after it. */
final class Saving {
  private static final List<String> ENDINGS = List.of("csv", "json", "html", "svg", "png");

  private Saving() {}

  /** Refuses files that could not be written in the end. */
  static void check(String file, boolean force) {
    if (!ENDINGS.contains(ending(file))) {
      throw new UsageException(
          "--save needs a name that ends in .csv, .json, .html, .svg or .png; got '" + file + "'");
    }
    Path path = Path.of(file);
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UsageException("--save: there is no folder '" + folder + "'; create it first");
    }
    if (Files.isDirectory(path)) {
      throw new UsageException("--save: '" + file + "' is a folder");
    }
    if (Files.exists(path) && !force) {
      throw new UsageException(
          "--save: '" + file + "' exists; add --force to replace it, or choose another name");
    }
  }

  private static String ending(String file) {
    return file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** Writes a result. */
  static void write(Object result, String file, boolean force) throws IOException {
    byte[] content = content(result, ending(file));
    if (content == null) {
      throw new UsageException("--save: this result has no form for '" + file + "'");
    }
    check(file, force);
    Path path = Path.of(file).toAbsolutePath();
    Path folder = path.getParent();
    // Written beside and moved into place, so that a full disk leaves the old file.
    Path own = Files.createTempFile(folder, "lazuli", ".part");
    try {
      Files.write(own, content);
      Files.move(own, path, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(own);
    }
  }

  private static byte @Nullable [] content(Object value, String ending) {
    if (value instanceof Result result) {
      return switch (ending) {
        case "csv" -> utf8(result.csv());
        case "json" -> utf8(result.json());
        case "html" -> utf8(page(result.html()));
        case "svg" ->
            utf8(
                value instanceof Drawn drawn
                    ? drawn.drawing().svg(drawn.alt())
                    : Drawn.ofText(result.text()).svg("a table"));
        default ->
            value instanceof Drawn drawn
                ? drawn.drawing().png()
                : Drawn.ofText(result.text()).png();
      };
    }
    if (!(value instanceof Displayable displayable)) {
      return null;
    }
    Map<String, String> data = displayable.bundle().data();
    String text =
        switch (ending) {
          case "html" -> data.get(MimeBundle.HTML);
          case "json" -> data.get(Report.MIME);
          case "svg" -> data.get("image/svg+xml");
          case "png" -> data.get(MimeBundle.PNG);
          default -> null;
        };
    if (text == null) {
      return null;
    }
    return ending.equals("png")
        ? Base64.getDecoder().decode(text)
        : utf8(ending.equals("html") ? page(text) : text);
  }

  private static String page(String body) {
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Lazuli</title>"
        + "</head><body>\n"
        + body
        + "\n</body></html>\n";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
