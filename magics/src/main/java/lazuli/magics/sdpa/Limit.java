package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lazuli.kernel.ext.UsageException;

/**
 * One condition of {@code --budget}.
 *
 * @param what {@code time} in nanoseconds, {@code mem} in bytes, {@code err} as an error against
 *     float64, or {@code ratio} as a multiple of unfused attention's error
 * @param most the largest accepted value
 * @param text as typed
 */
record Limit(String what, double most, String text) {
  private static final Pattern FORM =
      Pattern.compile("(time|mem|err)\\s*<?=\\s*([0-9.]+(?:e-?[0-9]+)?)\\s*([A-Za-z]*)");

  /**
   * {@return the conditions in a text}
   *
   * @param text such as {@code err<=2x,mem<=64MiB,time<=5ms}
   */
  static List<Limit> parse(String text) {
    List<Limit> limits = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher m = FORM.matcher(part.strip());
      if (!m.matches()) {
        throw wrong(part);
      }
      double value = Double.parseDouble(m.group(2));
      String unit = m.group(3).toLowerCase(Locale.ROOT);
      boolean ratio = m.group(1).equals("err") && unit.equals("x");
      double scale = ratio ? 1 : scale(m.group(1), unit);
      if (Double.isNaN(scale)) {
        throw wrong(part);
      }
      limits.add(new Limit(ratio ? "ratio" : m.group(1), value * scale, part.strip()));
    }
    return limits;
  }

  private static double scale(String what, String unit) {
    return switch (what + " " + unit) {
      case "time ns" -> 1;
      case "time us" -> 1e3;
      case "time ms" -> 1e6;
      case "time s" -> 1e9;
      case "mem b" -> 1;
      case "mem kib", "mem k" -> 1 << 10;
      case "mem mib", "mem m" -> 1 << 20;
      case "mem gib", "mem g" -> 1 << 30;
      case "err " -> 1;
      default -> Double.NaN;
    };
  }

  private static UsageException wrong(String part) {
    return new UsageException(
        "--budget takes time<=5ms, mem<=64MiB, err<=1e-3 or err<=2x, joined by commas; got '"
            + part
            + "'");
  }
}
