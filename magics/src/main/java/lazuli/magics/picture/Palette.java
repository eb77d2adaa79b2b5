package lazuli.magics.picture;

/** The colours of all pictures, on an opaque light ground. */
final class Palette {
  static final int PAPER = 0xffffff;
  static final int INK = 0x222222;
  static final int LINE = 0x8a8a8a;
  static final int HATCH = 0xc8c8c8;
  static final int GRID = 0xe8e8e8;
  static final int MARGIN = 12;

  /** What stands out: the best, and what was asked for. */
  static final int BEST = 0x0c2a5e;

  static final int CHOSEN = 0xd9822b;
  static final int OTHER = 0x6f9fd0;

  // Light to dark with steadily falling lightness: reads in greyscale and for colour-blind eyes.
  private static final int[] RAMP = {0xf2f6fc, 0xbcd3ec, 0x6f9fd0, 0x2f66a8, 0x0c2a5e};

  // Told apart in greyscale too: dark, middle, light, very light.
  private static final int[] SERIES = {0x0c2a5e, 0xd9822b, 0x6f9fd0, 0x8a8a8a, 0xbcd3ec, 0x2f7d5b};

  // Light to dark as well: below nothing it is brown where above it is blue.
  private static final int[] BELOW = {0xfbf3ea, 0xf0cfa5, 0xd9973f, 0xa9660f, 0x5e3502};

  private Palette() {}

  /** {@return the colour of a share, 0 to 1, or -1 to 0 below nothing} */
  static int ramp(double share) {
    int[] ramp = share < 0 ? BELOW : RAMP;
    double size = Math.abs(share);
    double place = Math.clamp(Double.isNaN(size) ? 0 : size, 0, 1) * (ramp.length - 1);
    int low = Math.min((int) place, ramp.length - 2);
    double part = place - low;
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = ramp[low] >> shift & 255;
      int to = ramp[low + 1] >> shift & 255;
      colour |= (int) Math.round(from + part * (to - from)) << shift;
    }
    return colour;
  }

  /** {@return the colour of the n-th thing of a legend} */
  static int series(int n) {
    return SERIES[n % SERIES.length];
  }
}
