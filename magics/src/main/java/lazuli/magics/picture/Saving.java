package lazuli.magics.picture;

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
import lazuli.magics.report.Report;
import lazuli.magics.report.Result;
import org.jspecify.annotations.Nullable;

/** Results in files: refused before anything runs, written after it. */
public final class Saving {
  private static final List<String> ENDINGS = List.of("csv", "json", "html", "svg", "png");

  private Saving() {}

  /**
   * Refuses files that could not be written in the end.
   *
   * @param who the option or method that asks, for the message
   * @param file its ending is the form
   * @param force whether an existing file is replaced
   */
  public static void check(String who, String file, boolean force) {
    if (!ENDINGS.contains(ending(file))) {
      throw new UsageException(
          who + " needs a name that ends in .csv, .json, .html, .svg or .png; got '" + file + "'");
    }
    Path path = Path.of(file);
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UsageException(who + ": there is no folder '" + folder + "'; create it first");
    }
    if (Files.isDirectory(path)) {
      throw new UsageException(who + ": '" + file + "' is a folder");
    }
    if (Files.exists(path) && !force) {
      throw new UsageException(
          who
              + ": '"
              + file
              + "' exists; "
              + (who.startsWith("--") ? "add --force to replace it" : "delete it")
              + ", or choose another name");
    }
  }

  private static String ending(String file) {
    return file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /**
   * {@return the file, written}
   *
   * @param who the option or method that asks, for the message
   * @param result what to write
   * @param file its ending is the form
   * @param force whether an existing file is replaced
   * @throws IOException if it cannot be written
   */
  public static Path write(String who, Object result, String file, boolean force)
      throws IOException {
    check(who, file, force);
    byte[] content = content(result, ending(file));
    if (content == null) {
      throw new UsageException(who + ": this result has no form for '" + file + "'");
    }
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
    return path;
  }

  private static byte @Nullable [] content(Object value, String ending) {
    if (value instanceof Result result) {
      return switch (ending) {
        case "csv" -> utf8(result.csv());
        case "json" -> utf8(result.json());
        case "html" -> utf8(page(result.html()));
        case "svg" ->
            utf8(
                value instanceof Depicted drawn
                    ? drawn.svg()
                    : Drawn.ofText(result.text()).svg("a table"));
        default ->
            value instanceof Depicted drawn ? drawn.png() : Drawn.ofText(result.text()).png();
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
