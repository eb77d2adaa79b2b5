package lazuli.kernel.magic;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;

/** {@code %image PATH}: a picture from a file or from the web. */
record Image(Folder folder) implements Magic {
  private static final Map<String, String> MIMES =
      Map.of(
          "png", "image/png",
          "jpg", "image/jpeg",
          "jpeg", "image/jpeg",
          "gif", "image/gif",
          "webp", "image/webp",
          "svg", "image/svg+xml");

  @Override
  public String name() {
    return "image";
  }

  @Override
  public String summary() {
    return "show a picture from a file or URL";
  }

  @Override
  public String help() {
    return """
        %image PATH|URL

        Shows a picture; its name must end in png, jpg, jpeg, gif, webp or svg. The picture becomes
        part of the notebook.

        Example
          %image plot.png""";
  }

  @Override
  public Object run(MagicCall call) throws IOException {
    String place = String.join(" ", Words.split(call.arguments()));
    if (place.isEmpty()) {
      throw new UsageException("%image: nothing to show; write %image PATH, such as plot.png");
    }
    String ending = place.substring(place.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    String mime = MIMES.get(ending);
    if (mime == null) {
      throw new UsageException(
          "%image: "
              + place
              + " is no picture by its name; names ending in png, jpg, jpeg, gif, webp and svg are"
              + " accepted");
    }
    byte[] bytes = bytes(place);
    MimeBundle text = MimeBundle.text(place + ", " + bytes.length + " bytes");
    return ending.equals("svg")
        ? text.with(mime, new String(bytes, StandardCharsets.UTF_8))
        : text.with(mime, bytes);
  }

  private byte[] bytes(String place) throws IOException {
    if (place.matches("(?i)(https?|file):.*")) {
      try (InputStream in = URI.create(place).toURL().openStream()) {
        return in.readAllBytes();
      }
    }
    Path path = folder.resolve("%image", place);
    if (!Files.isRegularFile(path)) {
      throw new UsageException(
          "%image: no file " + path + "; a path from " + folder.get() + " or a URL is accepted");
    }
    return Files.readAllBytes(path);
  }
}
