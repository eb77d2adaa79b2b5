package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.type.DType;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.option.Nearest;
import org.jspecify.annotations.Nullable;

/**
 * The element types of the operands; null leaves an operand as it is.
 *
 * @param q of the queries
 * @param k of the keys
 * @param v of the values
 * @param mask of a mask array
 */
record Types(@Nullable DType q, @Nullable DType k, @Nullable DType v, @Nullable DType mask) {
  private static final Map<String, DType> FLOATS = new LinkedHashMap<>();
  private static final List<String> STORED = List.of("f8e4m3", "f8e5m2");

  static {
    for (DType type : List.of(DType.F64, DType.F32, DType.F16, DType.BF16)) {
      FLOATS.put(type.label(), type);
    }
  }

  /** Leaves every operand as it is. */
  static final Types GIVEN = new Types(null, null, null, null);

  /**
   * {@return the choices in a text: one type for q, k and v each, or one choice by operands}
   *
   * @param text such as {@code f32,bf16} or {@code q=bf16,k=bf16,v=f32,mask=f32}
   */
  static List<Types> parse(String text) {
    List<Types> all = new ArrayList<>();
    if (!text.contains("=")) {
      for (String name : text.split(",", -1)) {
        DType type = type(name);
        all.add(new Types(type, type, type, null));
      }
      return all;
    }
    Map<String, DType> named = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      String[] sides = part.split("=", -1);
      if (sides.length != 2 || !List.of("q", "k", "v", "mask").contains(sides[0])) {
        throw new UsageException("--dtype has no operand '" + part + "'; operands are q k v mask");
      }
      named.put(sides[0], type(sides[1]));
    }
    all.add(new Types(named.get("q"), named.get("k"), named.get("v"), named.get("mask")));
    return all;
  }

  private static DType type(String name) {
    DType type = FLOATS.get(name.strip());
    if (STORED.contains(name.strip())) {
      throw new UsageException(
          name.strip()
              + " is a type to keep keys and values in, not to compute with; use --kv-dtype f8e4m3"
              + " beside -d bf16");
    }
    if (type == null) {
      throw new UsageException(
          "unknown dtype '"
              + name
              + "'; one of "
              + String.join(" ", FLOATS.keySet())
              + " "
              + String.join(" ", STORED)
              + Nearest.hint(name, FLOATS.keySet()));
    }
    return type;
  }

  /** {@return whether a word names a type} */
  static boolean isType(String name) {
    return FLOATS.containsKey(name.strip());
  }

  /** {@return these types with another one for the mask} */
  Types withMask(String name) {
    return new Types(q, k, v, type(name));
  }

  /** {@return whether only the mask's type may differ} */
  boolean sameOperands(Types other) {
    return q == other.q && k == other.k && v == other.v && other.mask != null;
  }

  /** {@return bytes of one number; of f32 for "as given"} */
  static int bytes(@Nullable DType type) {
    return type == null ? DType.F32.bytes() : type.bytes();
  }

  /** {@return such as {@code bf16} or {@code q=bf16,k=bf16,v=f32}; empty for "as given"} */
  String label() {
    if (equals(GIVEN)) {
      return "";
    }
    if (q == k && k == v && mask == null) {
      return String.valueOf(q);
    }
    List<String> parts = new ArrayList<>();
    add(parts, "q", q);
    add(parts, "k", k);
    add(parts, "v", v);
    add(parts, "mask", mask);
    return String.join(",", parts);
  }

  private static void add(List<String> parts, String name, @Nullable DType type) {
    if (type != null) {
      parts.add(name + "=" + type);
    }
  }
}
