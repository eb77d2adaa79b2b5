package lazuli.magics.picture;

/** What has a drawing. */
public interface Drawn extends Depicted {
  /** {@return the picture} */
  Drawing drawing();

  /** {@return the picture in words, for readers who do not see it} */
  String alt();

  @Override
  default byte[] png() {
    return drawing().png();
  }

  @Override
  default String svg() {
    return drawing().svg(alt());
  }

  /**
   * {@return text as a picture: what a result without one is saved as}
   *
   * @param text lines
   */
  static Drawing ofText(String text) {
    String[] lines = text.split("\n", -1);
    int widest = 1;
    for (String line : lines) {
      widest = Math.max(widest, Drawing.widthOf(line, 1));
    }
    int step = Drawing.heightOf(1) + 4;
    Drawing drawing = new Drawing(widest + 24, lines.length * step + 24);
    for (int i = 0; i < lines.length; i++) {
      drawing.words(12, 12 + i * step, lines[i], 1, Palette.INK);
    }
    return drawing;
  }
}
