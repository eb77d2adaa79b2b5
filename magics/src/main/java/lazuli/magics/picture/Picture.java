package lazuli.magics.picture;

import java.util.Base64;
import lazuli.kernel.ext.Displayable;
import lazuli.kernel.ext.MimeBundle;
import lazuli.magics.report.Html;
import lazuli.magics.report.Json;

/**
 * A picture with its words: what it shows for readers who do not see it, and a twin in characters.
 *
 * @param alt one sentence
 * @param text the picture in characters, for consoles
 * @param png the picture
 */
public record Picture(String alt, String text, byte[] png) implements Displayable {
  /** Copies the bytes. */
  public Picture {
    png = png.clone();
  }

  @Override
  public byte[] png() {
    return png.clone();
  }

  /** {@return an image that needs no file and survives an untrusted notebook} */
  public String html() {
    return "<img alt=\""
        + Html.escape(alt)
        + "\" src=\"data:image/png;base64,"
        + Base64.getEncoder().encodeToString(png)
        + "\">";
  }

  @Override
  public MimeBundle bundle() {
    MimeBundle words = MimeBundle.text(text);
    String metadata = Json.write(java.util.Map.of("alt", alt));
    return new MimeBundle(words.data(), java.util.Map.of(MimeBundle.PNG, metadata))
        .with(MimeBundle.PNG, png);
  }

  @Override
  public String toString() {
    return text;
  }
}
