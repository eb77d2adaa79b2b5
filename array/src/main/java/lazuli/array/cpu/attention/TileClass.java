package lazuli.array.cpu.attention;

import java.util.List;
import lazuli.array.attention.AttentionShape;
import lazuli.array.attention.KvFormat;
import lazuli.array.type.DType;

/**
 * The attentions that share a tuned tile: one kernel, one type of keys, sizes up to the same
 * bounds.
 *
 * @param text such as {@code flash f32 Tq<=1024 Tk<=1024 D<=64}
 */
public record TileClass(String text) {
  private static final List<Integer> LENGTHS = List.of(8, 64, 256, 1024, 4096, 16384, 65536);
  private static final List<Integer> DIMS = List.of(32, 64, 128, 256, 512);

  /**
   * {@return the class of an attention}
   *
   * @param kernel {@code flash} or {@code split}
   * @param keys the type of its keys
   * @param format how keys and values lie in memory
   * @param s its sizes
   */
  public static TileClass of(String kernel, DType keys, KvFormat format, AttentionShape s) {
    String type =
        format == KvFormat.PLAIN ? keys.label() : format.name().toLowerCase(java.util.Locale.ROOT);
    return new TileClass(
        kernel
            + " "
            + type
            + bound(" Tq", LENGTHS, s.queries())
            + bound(" Tk", LENGTHS, s.keys())
            + bound(" D", DIMS, Math.max(s.dim(), s.valueDim())));
  }

  private static String bound(String name, List<Integer> bounds, long size) {
    for (int bound : bounds) {
      if (size <= bound) {
        return name + "<=" + bound;
      }
    }
    return name + ">" + bounds.getLast();
  }

  @Override
  public String toString() {
    return text;
  }
}
