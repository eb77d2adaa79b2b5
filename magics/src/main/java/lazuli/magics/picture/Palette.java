package lazuli.magics.picture;

/** The colours of all pictures, on an opaque light ground. */
final class Palette {
  static final int PAPER = 0xffffff;
  static final int INK = 0x222222;
  static final int LINE = 0x8a8a8a;
  static final int HATCH = 0xc8c8c8;
  static final int MARGIN = 12;

  // Light to dark with steadily falling lightness: reads in greyscale and for colour-blind eyes.
  private static final int[] RAMP = {0xf2f6fc, 0xbcd3ec, 0x6f9fd0, 0x2f66a8, 0x0c2a5e};

  // Told apart in greyscale too: dark, middle, light, very light.
  private static final int[] SERIES = {0x0c2a5e, 0xd9822b, 0x6f9fd0, 0x8a8a8a, 0xbcd3ec, 0x2f7d5b};

  private Palette() {}

  /** {@return the colour of a share, 0 to 1} */
  static int ramp(double share) {
    double place = Math.clamp(Double.isNaN(share) ? 0 : share, 0, 1) * (RAMP.length - 1);
    int low = Math.min((int) place, RAMP.length - 2);
    double part = place - low;
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = RAMP[low] >> shift & 255;
      int to = RAMP[low + 1] >> shift & 255;
      colour |= (int) Math.round(from + part * (to - from)) << shift;
    }
    return colour;
  }

  /** {@return the colour of the n-th thing of a legend} */
  static int series(int n) {
    return SERIES[n % SERIES.length];
  }
}
