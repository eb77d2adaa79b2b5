package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lazuli.array.type.Shape;
import lazuli.kernel.ext.UsageException;

/**
 * The sizes of one attention.
 *
 * @param b batch
 * @param hq query heads
 * @param hkv key/value heads
 * @param tq queries
 * @param tk keys
 * @param d head dimension
 * @param dv value dimension
 */
record Dims(long b, long hq, long hkv, long tq, long tk, long d, long dv) {
  private static final List<String> NAMES = List.of("b", "h", "hkv", "tq", "tk", "d", "dv");
  private static final Map<String, String> OTHER_NAMES =
      Map.of("hq", "h", "sq", "tq", "sk", "tk", "s", "tq", "t", "tq");

  /**
   * {@return the sizes in a text: {@code B,H,S,D}, {@code B,H,Sq:Sk,D} or names}
   *
   * @param text such as {@code 1,8,1024,64}, {@code 1,32:8,1:4096,128} or {@code
   *     b=1,h=32,hkv=8,...}
   */
  static Dims parse(String text) {
    String[] parts = text.split(",", -1);
    if (text.contains("=")) {
      return named(text, parts);
    }
    if (parts.length != 4) {
      throw new UsageException(
          "--shape needs 4 numbers B,H,S,D (or names); got " + parts.length + ": " + text);
    }
    long[] heads = pair(parts[1]);
    long[] lengths = pair(parts[2]);
    long d = number(parts[3]);
    return new Dims(number(parts[0]), heads[0], heads[1], lengths[0], lengths[1], d, d).checked();
  }

  private static Dims named(String text, String[] parts) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (String part : parts) {
      String[] sides = part.split("=", -1);
      String typed = sides[0].strip().toLowerCase(Locale.ROOT);
      String name = OTHER_NAMES.getOrDefault(typed, typed);
      if (sides.length != 2 || !NAMES.contains(name)) {
        throw new UsageException(
            "--shape has no '" + part + "'; names are " + String.join(" ", NAMES));
      }
      if (sizes.put(name, number(sides[1])) != null) {
        throw new UsageException("--shape names '" + name + "' twice: " + text);
      }
    }
    List<String> missing = new ArrayList<>(List.of("h", "tq", "d"));
    missing.removeAll(sizes.keySet());
    if (!missing.isEmpty()) {
      throw new UsageException("--shape misses " + String.join(", ", missing) + ": " + text);
    }
    long h = sizes.getOrDefault("h", 0L);
    long tq = sizes.getOrDefault("tq", 0L);
    long d = sizes.getOrDefault("d", 0L);
    return new Dims(
            sizes.getOrDefault("b", 1L),
            h,
            sizes.getOrDefault("hkv", h),
            tq,
            sizes.getOrDefault("tk", tq),
            d,
            sizes.getOrDefault("dv", d))
        .checked();
  }

  private static long[] pair(String text) {
    String[] sides = text.split(":", -1);
    return new long[] {number(sides[0]), number(sides[sides.length - 1])};
  }

  private static long number(String text) {
    String digits = text.strip();
    if (!digits.matches("\\d{1,9}")) {
      throw new UsageException("--shape needs whole numbers; got '" + text + "'");
    }
    return Long.parseLong(digits);
  }

  private Dims checked() {
    if (b < 1 || hq < 1 || hkv < 1 || d < 1 || dv < 1) {
      throw new UsageException("--shape needs sizes of at least 1; only lengths may be 0");
    }
    if (hq % hkv != 0) {
      throw new UsageException(hq + " query heads are not a multiple of " + hkv + " KV heads");
    }
    return this;
  }

  /** {@return these sizes with another number of key/value heads} */
  Dims withKeyHeads(long heads) {
    if (heads < 1) {
      throw new UsageException(
          "--kv-heads needs a whole number of at least 1; got '" + heads + "'");
    }
    return new Dims(b, hq, heads, tq, tk, d, dv).checked();
  }

  /** {@return these sizes with another one; {@code s} is both lengths} */
  Dims with(String name, long size) {
    boolean same = hq == hkv;
    return (switch (name) {
          case "b" -> new Dims(size, hq, hkv, tq, tk, d, dv);
          case "h" -> new Dims(b, size, same ? size : hkv, tq, tk, d, dv);
          case "hkv" -> new Dims(b, hq, size, tq, tk, d, dv);
          case "tq" -> new Dims(b, hq, hkv, size, tk, d, dv);
          case "tk" -> new Dims(b, hq, hkv, tq, size, d, dv);
          case "s" -> new Dims(b, hq, hkv, size, size, d, dv);
          case "d" -> new Dims(b, hq, hkv, tq, tk, size, d == dv ? size : dv);
          case "dv" -> new Dims(b, hq, hkv, tq, tk, d, size);
          default -> throw new IllegalArgumentException(name);
        })
        .checked();
  }

  Shape q() {
    return Shape.of(b, hq, tq, d);
  }

  Shape k() {
    return Shape.of(b, hkv, tk, d);
  }

  Shape v() {
    return Shape.of(b, hkv, tk, dv);
  }

  @Override
  public String toString() {
    return "B="
        + b
        + " Hq="
        + hq
        + " Hkv="
        + hkv
        + " Tq="
        + tq
        + " Tk="
        + tk
        + " D="
        + d
        + (dv == d ? "" : " Dv=" + dv);
  }
}
