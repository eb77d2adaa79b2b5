package lazuli.kernel.display;

import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import lazuli.kernel.ext.MimeBundle;

/** Java's own pictures as PNG. AWT is loaded only when a picture comes. */
final class Pictures {
  private static final String BUFFERED_IMAGE = "java.awt.image.BufferedImage";

  private Pictures() {}

  /** {@return whether a value is a picture, told by name so that AWT stays unloaded} */
  static boolean isPicture(Object value) {
    for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
      if (type.getName().equals(BUFFERED_IMAGE)) {
        return true;
      }
    }
    return false;
  }

  static MimeBundle bundle(Object picture) {
    var bytes = new ByteArrayOutputStream();
    try {
      // Without it the bytes would go through a temporary file.
      ImageIO.setUseCache(false);
      if (!ImageIO.write((RenderedImage) picture, "png", bytes)) {
        throw new IOException("no PNG writer takes this picture");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return MimeBundle.text(picture.toString()).with(MimeBundle.PNG, bytes.toByteArray());
  }
}
