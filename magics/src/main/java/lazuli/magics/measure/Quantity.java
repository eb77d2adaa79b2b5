package lazuli.magics.measure;

import lazuli.magics.report.Cell;

/** Amounts of work and memory in words. */
public final class Quantity {
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P"};

  private Quantity() {}

  /**
   * {@return bytes with a binary prefix, such as {@code 33.8 MiB}}
   *
   * @param bytes how many
   */
  public static String bytes(double bytes) {
    return scaled(bytes, 1024, BINARY, "");
  }

  /**
   * {@return floating-point operations, such as {@code 1.07 GFLOP}}
   *
   * @param flops how many
   */
  public static String flops(double flops) {
    return scaled(flops, 1000, DECIMAL, "FLOP");
  }

  private static String scaled(double value, int base, String[] prefixes, String unit) {
    int power = 0;
    double rest = value;
    while (rest >= base && power < prefixes.length - 1) {
      rest /= base;
      power++;
    }
    String number = power == 0 ? Long.toString(Math.round(rest)) : Cell.digits(rest);
    return number + " " + prefixes[power] + unit;
  }
}
