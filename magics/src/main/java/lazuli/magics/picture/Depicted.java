package lazuli.magics.picture;

/** What can be saved as a picture. */
public interface Depicted {
  /** {@return it as PNG} */
  byte[] png();

  /** {@return it as SVG} */
  String svg();
}
