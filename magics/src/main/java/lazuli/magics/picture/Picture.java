package lazuli.magics.picture;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Locale;
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
public record Picture(String alt, String text, byte[] png) implements Displayable, Depicted {
  /** Copies the bytes. */
  public Picture {
    png = png.clone();
  }

  /**
   * {@return words as a picture}
   *
   * @param alt one sentence
   * @param text the words, in lines
   */
  public static Picture ofText(String alt, String text) {
    return new Picture(alt, text, Drawn.ofText(text).png());
  }

  @Override
  public byte[] png() {
    return png.clone();
  }

  /** {@return the pixels inside an SVG, with their description} */
  @Override
  public String svg() {
    // Width and height follow the signature, the length and the name of the first chunk.
    ByteBuffer head = ByteBuffer.wrap(png, 16, 8);
    int width = head.getInt();
    int height = head.getInt();
    return String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
            + " role=\"img\">\n<title>%s</title>\n<image width=\"%d\" height=\"%d\" href=\"%s\"/>\n"
            + "</svg>\n",
        width,
        height,
        width,
        height,
        Html.escape(alt),
        width,
        height,
        address());
  }

  private String address() {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  /** {@return an image that needs no file and survives an untrusted notebook} */
  public String html() {
    return "<img alt=\"" + Html.escape(alt) + "\" src=\"" + address() + "\">";
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
