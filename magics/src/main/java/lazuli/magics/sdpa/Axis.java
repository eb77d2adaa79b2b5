package lazuli.magics.sdpa;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.option.Nearest;

/**
 * One dimension of a grid of attentions.
 *
 * @param name {@code b h hkv tq tk s d dv}, {@code dtype}, {@code mask}, {@code backend} or {@code
 *     tile}; {@code s} is both lengths
 * @param values in order
 */
record Axis(String name, List<String> values) {
  private static final List<String> SIZES = List.of("b", "h", "hkv", "tq", "tk", "s", "d", "dv");
  private static final List<String> WORDS =
      List.of("dtype", "mask", "backend", "tile", "cache", "kv-dtype");
  private static final Map<String, String> OTHER_NAMES =
      Map.of("hq", "h", "sq", "tq", "sk", "tk", "t", "s", "kv", "hkv");
  private static final int MOST_VALUES = 1000;

  /**
   * {@return an axis}
   *
   * @param option that it was given with, for errors
   * @param text {@code AXIS=V1,V2}, {@code AXIS=lo..hi*2} or {@code AXIS=lo..hi+step}
   */
  static Axis parse(String option, String text) {
    int equals = text.indexOf('=');
    String typed = (equals < 0 ? text : text.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
    String name = OTHER_NAMES.getOrDefault(typed, typed);
    List<String> known = new ArrayList<>(SIZES);
    known.addAll(WORDS);
    if (!known.contains(name)) {
      throw new UsageException(
          option
              + " has no axis '"
              + typed
              + "'; one of "
              + String.join(" ", known)
              + Nearest.hint(typed, known));
    }
    String values = equals < 0 ? "" : text.substring(equals + 1).strip();
    if (values.isEmpty()) {
      throw new UsageException(
          option + " " + text + ": needs values, such as " + typed + "=" + example(name));
    }
    if (values.contains("..") && SIZES.contains(name)) {
      return new Axis(name, range(option, text, values));
    }
    List<String> all = new ArrayList<>();
    for (String value : name.equals("mask") ? Form.list(values) : List.of(values.split(",", -1))) {
      all.add(SIZES.contains(name) ? Long.toString(number(option, text, value)) : value.strip());
    }
    return new Axis(name, all);
  }

  private static String example(String name) {
    return switch (name) {
      case "dtype" -> "f32,bf16";
      case "mask" -> "none,causal";
      case "tile" -> "64x256,128x64";
      case "backend" -> "naive,flash";
      case "cache" -> "contiguous,paged:16";
      case "kv-dtype" -> "bf16,int8";
      default -> "256..4096*2";
    };
  }

  private static List<String> range(String option, String text, String values) {
    int dots = values.indexOf("..");
    int by = Math.max(values.lastIndexOf('*'), values.lastIndexOf('+'));
    if (by < dots) {
      throw new UsageException(
          option + " " + text + ": a range needs its step: lo..hi*2 or lo..hi+64");
    }
    long low = number(option, text, values.substring(0, dots));
    long high = number(option, text, values.substring(dots + 2, by));
    long step = number(option, text, values.substring(by + 1));
    boolean times = values.charAt(by) == '*';
    if (high < low || step < (times ? 2 : 1) || times && low < 1) {
      throw new UsageException(
          option
              + " "
              + text
              + ": "
              + (high < low
                  ? "the end is below the start"
                  : times
                      ? "steps multiply by 2 or more, from 1 or more on"
                      : "steps add 1 or more"));
    }
    List<String> all = new ArrayList<>();
    for (long value = low; value <= high; value = times ? value * step : value + step) {
      all.add(Long.toString(value));
      if (times && value > high / step) {
        // The next one lies beyond the end, and perhaps beyond 64 bits.
        break;
      }
      if (all.size() > MOST_VALUES) {
        throw new UsageException(
            option + " " + text + ": more than " + MOST_VALUES + " values; use a larger step");
      }
    }
    return all;
  }

  private static long number(String option, String text, String value) {
    try {
      long number = new BigDecimal(value.strip()).longValueExact();
      if (number >= 0 && number <= 1_000_000_000_000L) {
        return number;
      }
    } catch (ArithmeticException | NumberFormatException notWhole) {
      // Said below.
    }
    throw new UsageException(option + " " + text + ": '" + value + "' is no whole number");
  }

  /** {@return whether values are sizes} */
  boolean isSize() {
    return SIZES.contains(name);
  }
}
