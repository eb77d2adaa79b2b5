package lazuli.array.attention;

import java.util.List;
import lazuli.array.type.ArrayException;

/**
 * How a fused kernel of the processor cuts its work.
 *
 * <p>The tiled kernel takes this many query rows (64 to 512, in steps of 64) against each tile of
 * this many keys (32, 64, 128, 256 or 512). The split kernel takes all rows of a group at once: its
 * tiles have 1 query, and the keys of a split (32 to 65536, in steps of 32).
 *
 * <p>The keys decide in which order numbers are added, so results may differ in their last bits
 * from those of other tiles. The queries never change a result.
 *
 * @param queries rows that share a tile of keys; 1 for the split kernel
 * @param keys keys that are read together
 */
public record Tile(int queries, int keys) {
  private static final int STEP = 64;
  private static final int MOST_QUERIES = 512;
  private static final List<Integer> KEYS = List.of(32, 64, 128, 256, 512);
  private static final int SPLIT_STEP = 32;
  private static final int MOST_SPLIT_KEYS = 65536;

  /** What is accepted, in words. */
  public static final String ACCEPTED =
      "QUERIESxKEYS with 64 to 512 queries in steps of 64 and 32, 64, 128, 256 or 512 keys; or,"
          + " for the split kernel, 1xKEYS with 32 to 65536 keys in steps of 32";

  /** Checks the sizes. */
  public Tile {
    boolean tiled =
        queries >= STEP && queries <= MOST_QUERIES && queries % STEP == 0 && KEYS.contains(keys);
    boolean split =
        queries == 1 && keys >= SPLIT_STEP && keys <= MOST_SPLIT_KEYS && keys % SPLIT_STEP == 0;
    if (!tiled && !split) {
      throw wrong(queries + "x" + keys);
    }
  }

  /**
   * {@return the tile that a text names}
   *
   * @param text such as {@code 128x64}
   * @throws ArrayException if it names none
   */
  public static Tile parse(String text) {
    if (!text.strip().matches("[0-9]{1,6}x[0-9]{1,6}")) {
      throw wrong(text);
    }
    String[] sides = text.strip().split("x", -1);
    return new Tile(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
  }

  private static ArrayException wrong(String text) {
    return new ArrayException(
        "there is no tile '" + text + "'", ACCEPTED, "leave it out for the default");
  }

  /** {@return whether the split kernel takes it; the tiled kernel takes the others} */
  public boolean splits() {
    return queries == 1;
  }

  @Override
  public String toString() {
    return queries + "x" + keys;
  }
}
