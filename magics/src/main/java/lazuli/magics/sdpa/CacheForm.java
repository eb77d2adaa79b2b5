package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.Array;
import lazuli.array.KvCache;
import lazuli.array.attention.KvFormat;
import lazuli.array.type.DType;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.option.Nearest;
import org.jspecify.annotations.Nullable;

/**
 * How keys and values are kept.
 *
 * @param kind as {@code --cache} writes it: {@code contiguous}, {@code fixed:STEP}, {@code paged:N}
 * @param type as {@code --kv-dtype} writes it; empty for that of the keys
 */
record CacheForm(String kind, String type) {
  /** Two arrays of the keys' own type. */
  static final CacheForm PLAIN = new CacheForm("contiguous", "");

  private static final Map<String, KvFormat> CODES = new LinkedHashMap<>();
  private static final Map<String, DType> NUMBERS = new LinkedHashMap<>();
  private static final List<String> KINDS = List.of("contiguous", "fixed", "paged");

  static {
    NUMBERS.put("f32", DType.F32);
    NUMBERS.put("f16", DType.F16);
    NUMBERS.put("bf16", DType.BF16);
    CODES.put("int8", KvFormat.INT8);
    CODES.put("int4", KvFormat.INT4);
    CODES.put("f8e4m3", KvFormat.FP8);
  }

  /** {@return the form with another kind} */
  CacheForm withKind(String text) {
    String name = text.contains(":") ? text.substring(0, text.indexOf(':')) : text;
    String value = text.contains(":") ? text.substring(text.indexOf(':') + 1) : "";
    if (!KINDS.contains(name)) {
      throw new UsageException(
          "unknown cache '"
              + text
              + "'; one of contiguous fixed:STEP paged:N"
              + Nearest.hint(name, KINDS));
    }
    boolean whole = value.matches("\\d{1,9}") && Integer.parseInt(value) > 0;
    if (name.equals("contiguous") ? text.contains(":") : !whole) {
      throw new UsageException(
          name.equals("contiguous")
              ? "contiguous takes no number; got '" + text + "'"
              : "--cache "
                  + name
                  + " needs a number of tokens of at least 1, such as "
                  + (name.equals("fixed") ? "fixed:256" : "paged:16")
                  + "; got '"
                  + text
                  + "'");
    }
    return new CacheForm(text, type);
  }

  /** {@return the form with another type} */
  CacheForm withType(String text) {
    if (text.equals("f8e5m2")) {
      throw new UsageException(
          "f8e5m2 keeps 2 bits behind the point, too few for keys and values; use --kv-dtype"
              + " f8e4m3, whose scales give it the range");
    }
    if (!CODES.containsKey(text) && !NUMBERS.containsKey(text)) {
      List<String> known = types();
      throw new UsageException(
          "unknown --kv-dtype '"
              + text
              + "'; one of "
              + String.join(" ", known)
              + Nearest.hint(text, known));
    }
    return new CacheForm(kind, text);
  }

  /** {@return what {@code --kv-dtype} takes} */
  static List<String> types() {
    List<String> all = new ArrayList<>(NUMBERS.keySet());
    all.addAll(CODES.keySet());
    return all;
  }

  /** {@return whether keys and values stay the arrays that they are} */
  boolean plain() {
    return kind.equals("contiguous") && !CODES.containsKey(type);
  }

  /** {@return the type of plain keys and values, or null for their own} */
  @Nullable DType number() {
    return NUMBERS.get(type);
  }

  /**
   * {@return a cache that holds these keys and values}
   *
   * @param k keys, [B, Hkv, Tk, D]
   * @param v values, [B, Hkv, Tk, Dv]
   */
  KvCache of(Array k, Array v) {
    int batch = (int) k.shape().dim(0);
    int heads = (int) k.shape().dim(1);
    int tokens = (int) k.shape().dim(2);
    int dim = (int) k.shape().dim(3);
    int valueDim = (int) v.shape().dim(3);
    DType own = NUMBERS.getOrDefault(type, k.dtype() == DType.F64 ? DType.F32 : k.dtype());
    int number = kind.contains(":") ? Integer.parseInt(kind.substring(kind.indexOf(':') + 1)) : 1;
    KvCache empty =
        kind.startsWith("paged")
            ? KvCache.paged(number, own, batch, heads, dim, valueDim)
            : KvCache.fixed(
                Math.max(1, (tokens + number - 1) / number) * number,
                own,
                batch,
                heads,
                dim,
                valueDim);
    KvFormat codes = CODES.get(type);
    return (codes == null ? empty : empty.quantised(codes)).append(k, v);
  }

  /** {@return such as {@code fixed 4096 slots int8}} */
  static String label(KvCache cache) {
    String kind =
        cache.kind() == KvCache.Kind.PAGED
            ? "paged:" + cache.pageSize()
            : "fixed " + cache.capacity() + " slots";
    return kind + " " + (cache.format() == KvFormat.PLAIN ? cache.dtype() : cache.format().label());
  }

  /** {@return such as {@code contiguous} or {@code paged:16 int8}} */
  String name() {
    return type.isEmpty() ? kind : kind + " " + type;
  }
}
