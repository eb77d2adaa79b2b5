package lazuli.array.cpu.attention;

import lazuli.array.attention.Tile;
import org.jspecify.annotations.Nullable;

/**
 * How a kernel cuts its work, and who says so.
 *
 * @param tile the tile; null for the kernel's default
 * @param asked whether the user asked for this tile in this call
 * @param source for reports, after the tile: where it came from; empty for the default
 */
record Tiling(@Nullable Tile tile, boolean asked, String source) {
  /** The kernel's default. */
  static final Tiling DEFAULT = new Tiling(null, false, "");

  /**
   * {@return how an attention is cut: as asked for, as tuned on this machine, or by default}
   *
   * @param asked of this call, or null
   * @param group what the call belongs to
   * @param usual keys of a tile by default: the same keys give the same bits
   */
  static Tiling of(@Nullable Tile asked, TileClass group, int usual) {
    if (asked != null) {
      return new Tiling(asked, true, " as asked");
    }
    TunedTiles tuned = TunedTiles.current();
    TunedTiles.Entry entry = tuned.entry(group);
    if (entry == null) {
      return tuned.problem().isEmpty()
          ? DEFAULT
          : new Tiling(null, false, " by default: " + tuned.problem());
    }
    Tile tile = entry.tile();
    return new Tiling(
        tile,
        false,
        " tuned on this machine on "
            + entry.date()
            + (tile.keys() == usual
                ? ""
                : "; last bits may differ from other machines, whose tiles have "
                    + usual
                    + " keys"));
  }

  /** {@return the keys of a tile} */
  int keys(int usual) {
    return tile == null ? usual : tile.keys();
  }

  /** {@return blocks of queries that share a tile of keys} */
  int blocks(int usual, int all, int threads) {
    if (tile == null) {
      return usual;
    }
    int wanted = Math.max(1, tile.queries() / FlashTask.QUERIES);
    // A tuned tile must not leave threads without work; results do not depend on it.
    return asked ? wanted : Math.min(wanted, Math.max(1, all / threads));
  }
}
