package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import lazuli.array.attention.Tile;
import lazuli.array.type.DType;
import lazuli.magics.picture.Landscape;
import lazuli.magics.stats.Timing;

/** The tiles that a tuning tries, and their landscape. */
final class TileGrid {
  private static final List<Integer> QUERIES = List.of(64, 128, 256, 512);
  private static final List<Integer> KEYS = List.of(32, 64, 128, 256, 512);
  private static final int LEAST_SPLIT = 64;
  private static final int MOST_SPLIT = 65536;

  private TileGrid() {}

  /** {@return the tiles that differ on an attention of these sizes} */
  static List<Tile> of(String kernel, Dims d) {
    List<Tile> tiles = new ArrayList<>();
    if (kernel.equals("split")) {
      for (int keys = LEAST_SPLIT; keys <= MOST_SPLIT && keys < 2 * d.tk(); keys *= 2) {
        tiles.add(new Tile(1, keys));
      }
      return tiles;
    }
    long rows = d.tq() * d.hq() / d.hkv();
    for (int queries : QUERIES) {
      for (int keys : KEYS) {
        // Beyond the sizes, a larger tile is the same tile.
        boolean repeats = queries >= 2 * Math.max(64, rows) || keys >= 2 * Math.max(32, d.tk());
        if (!repeats) {
          tiles.add(new Tile(queries, keys));
        }
      }
    }
    return tiles;
  }

  /** {@return bytes that a task keeps near a core: queries, results, a tile of keys and values} */
  static double panels(Tile tile, Setting s) {
    Dims d = s.dims();
    boolean half = s.q().dtype() == DType.BF16 && s.k().dtype() == DType.BF16;
    double each = half ? 2 : 4;
    double queries = tile.splits() ? (double) d.tq() * d.hq() / d.hkv() : tile.queries();
    double scores = tile.splits() ? queries * tile.keys() : 64.0 * tile.keys();
    return queries * (each * d.d() + 4 * d.dv())
        + tile.keys() * each * (d.d() + d.dv())
        + 4 * scores;
  }

  /** {@return the speed of each tile as a multiple of the one in use, as a map} */
  static Landscape landscape(List<Variant> running, List<Timing> timings) {
    TreeSet<Integer> down = new TreeSet<>();
    TreeSet<Integer> across = new TreeSet<>();
    for (Variant variant : running) {
      Tile tile = variant.tile();
      if (tile != null) {
        down.add(tile.queries());
        across.add(tile.keys());
      }
    }
    List<Integer> rows = List.copyOf(down);
    List<Integer> columns = List.copyOf(across);
    double[][] values = new double[rows.size()][columns.size()];
    Arrays.stream(values).forEach(row -> Arrays.fill(row, Double.NaN));
    int[] best = {-1, -1};
    double most = 0;
    double usual = timings.getFirst().summary().median();
    for (int i = 0; i < running.size(); i++) {
      Tile tile = running.get(i).tile();
      if (tile == null || timings.get(i).samples().length == 0) {
        continue;
      }
      int r = rows.indexOf(tile.queries());
      int c = columns.indexOf(tile.keys());
      values[r][c] = usual / timings.get(i).summary().median();
      if (values[r][c] > most) {
        most = values[r][c];
        best = new int[] {r, c};
      }
    }
    return new Landscape(
        "speed, the tile in use = 1",
        "queries",
        "keys of a tile",
        rows.stream().map(String::valueOf).toList(),
        columns.stream().map(String::valueOf).toList(),
        values,
        best);
  }
}
