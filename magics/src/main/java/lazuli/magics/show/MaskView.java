package lazuli.magics.show;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.attention.BlockMask;
import lazuli.array.attention.BlockMask.Tile;
import lazuli.array.attention.Mask;
import lazuli.magics.picture.Cells;
import lazuli.magics.picture.Picture;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/** A mask with its tiles: what is skipped, looked at, and computed without a look. */
final class MaskView {
  /** Up to here every position is looked at. */
  private static final long MOST_POSITIONS = 1 << 18;

  /** Up to here every position is drawn. */
  private static final long MOST_DRAWN = 160;

  private static final List<Cells.Kind> POSITIONS =
      List.of(
          new Cells.Kind("in a skipped tile", '.', 0xf4f4f4, true),
          new Cells.Kind("hidden in a tile that is computed", '-', 0xf2d3a8, false),
          new Cells.Kind("seen, in a tile that is looked at", '+', 0xd9822b, false),
          new Cells.Kind("seen, in a tile computed without a look", '#', 0x2f66a8, false));
  private static final List<Cells.Kind> TILES =
      List.of(
          new Cells.Kind("empty tile: skipped", '.', 0xf4f4f4, true),
          new Cells.Kind("partial tile: looked at", '/', 0xd9822b, false),
          new Cells.Kind("full tile: computed without a look", '#', 0x2f66a8, false));

  /** What the sides of the picture are. */
  private static final String AXES = ": queries down, keys across";

  private MaskView() {}

  static View of(Mask mask, long queries, long keys, int tileQueries, int tileKeys) {
    BlockMask bounds = BlockMask.of(mask, queries, keys, tileQueries, tileKeys);
    if (queries * keys > MOST_POSITIONS || queries * keys == 0) {
      return of(mask.label(), bounds);
    }
    boolean[][] seen = seen(mask, (int) queries, (int) keys);
    Tile[][] tiles = tiles(seen, bounds);
    long[] counts = new long[3];
    long pairs = 0;
    long blind = 0;
    int undecided = 0;
    for (int i = 0; i < bounds.rows(); i++) {
      for (int j = 0; j < bounds.columns(); j++) {
        counts[tiles[i][j].ordinal()]++;
        undecided += tiles[i][j] == bounds.tile(i, j) ? 0 : 1;
      }
    }
    for (boolean[] row : seen) {
      long n = 0;
      for (boolean one : row) {
        n += one ? 1 : 0;
      }
      pairs += n;
      blind += n == 0 ? 1 : 0;
    }
    List<String> notes = new ArrayList<>();
    notes.add(
        String.format(
            Locale.ROOT,
            "seen pairs: %d of %d (%.1f %%); tiles that are computed hold %.2f times that",
            pairs,
            queries * keys,
            100.0 * pairs / (queries * keys),
            computed(tiles, bounds) / Math.max(1.0, pairs)));
    if (undecided > 0) {
      notes.add(
          undecided
              + (undecided == 1 ? " tile is" : " tiles are")
              + " decided when the kernel runs: bounds alone call"
              + (undecided == 1 ? " it" : " them")
              + " partial");
    }
    if (blind > 0) {
      notes.add(blind + (blind == 1 ? " row sees" : " rows see") + " no key: exactly 0 there");
    }
    boolean small = Math.max(queries, keys) <= MOST_DRAWN;
    Cells cells =
        small
            ? new Cells(
                mask.label() + AXES,
                POSITIONS,
                List.of(),
                positions(seen, tiles, tileQueries, tileKeys),
                tileQueries,
                tileKeys)
            : new Cells(mask.label() + AXES, TILES, List.of(), places(tiles), 0, 0);
    return view(mask.label(), bounds, counts, cells, notes);
  }

  static View of(String label, BlockMask mask) {
    Tile[][] tiles = new Tile[mask.rows()][mask.columns()];
    long[] counts = new long[3];
    for (int i = 0; i < mask.rows(); i++) {
      for (int j = 0; j < mask.columns(); j++) {
        tiles[i][j] = mask.tile(i, j);
        counts[tiles[i][j].ordinal()]++;
      }
    }
    double all = (double) mask.queries() * mask.keys();
    List<String> notes = new ArrayList<>();
    notes.add(
        mask.known()
            ? String.format(
                Locale.ROOT,
                "about %.4g of %.4g pairs are seen (%.1f %%)",
                mask.pairs(),
                all,
                all == 0 ? 0 : 100 * mask.pairs() / all)
            : "the mask looks at arrays: partial tiles are decided when the kernel runs");
    return view(
        label, mask, counts, new Cells(label + AXES, TILES, List.of(), places(tiles), 0, 0), notes);
  }

  private static View view(
      String label, BlockMask mask, long[] counts, Cells cells, List<String> notes) {
    long all = Math.max(1, counts[0] + counts[1] + counts[2]);
    String[] what = {
      "skipped: neither keys nor values are read",
      "computed, then hidden pairs are taken out",
      "computed without looking at the mask"
    };
    List<Row> rows = new ArrayList<>();
    for (Tile tile : List.of(Tile.FULL, Tile.PARTIAL, Tile.EMPTY)) {
      int n = tile.ordinal();
      double share = (double) counts[n] / all;
      rows.add(
          Row.of(
              Cell.of(tile.sign() + " " + tile.name().toLowerCase(Locale.ROOT)),
              Cell.count(counts[n]),
              Cell.of(100 * share, String.format(Locale.ROOT, "%.1f", 100 * share), share),
              Cell.of(what[n])));
    }
    String title =
        label
            + ": "
            + mask.queries()
            + " x "
            + mask.keys()
            + " positions in "
            + mask.tileQueries()
            + " x "
            + mask.tileKeys()
            + " tiles";
    Report report =
        new Report(
            title,
            List.of(
                Column.words("tile"),
                Column.numbers("count", ""),
                Column.numbers("", "%"),
                Column.words("what the kernel does")),
            rows,
            notes,
            Where.here());
    String alt =
        String.format(
            Locale.ROOT,
            "%s: %d full, %d partial, %d empty; %.1f %% skipped",
            title,
            counts[2],
            counts[1],
            counts[0],
            100.0 * counts[0] / all);
    Picture picture = cells.picture(alt);
    return View.of(picture, report);
  }

  /** Which keys queries of the first batch and head see: where equal scores give a weight. */
  private static boolean[][] seen(Mask mask, int queries, int keys) {
    Array q = Lazuli.zeros(1, 1, queries, 1);
    Array k = Lazuli.zeros(1, 1, keys, 1);
    float[] weights = Lazuli.attentionWeights(q, k, mask).toFloatArray();
    boolean[][] seen = new boolean[queries][keys];
    for (int i = 0; i < queries; i++) {
      for (int j = 0; j < keys; j++) {
        seen[i][j] = weights[i * keys + j] > 0;
      }
    }
    return seen;
  }

  private static Tile[][] tiles(boolean[][] seen, BlockMask of) {
    Tile[][] tiles = new Tile[of.rows()][of.columns()];
    for (int i = 0; i < of.rows(); i++) {
      for (int j = 0; j < of.columns(); j++) {
        boolean any = false;
        boolean all = true;
        int lastQuery = (int) Math.min(of.queries(), (i + 1L) * of.tileQueries());
        int lastKey = (int) Math.min(of.keys(), (j + 1L) * of.tileKeys());
        for (int q = i * of.tileQueries(); q < lastQuery; q++) {
          for (int k = j * of.tileKeys(); k < lastKey; k++) {
            any |= seen[q][k];
            all &= seen[q][k];
          }
        }
        tiles[i][j] = all ? Tile.FULL : any ? Tile.PARTIAL : Tile.EMPTY;
      }
    }
    return tiles;
  }

  private static double computed(Tile[][] tiles, BlockMask of) {
    double positions = 0;
    for (int i = 0; i < tiles.length; i++) {
      for (int j = 0; j < tiles[i].length; j++) {
        double down = Math.min(of.queries(), (i + 1L) * of.tileQueries()) - i * of.tileQueries();
        double across = Math.min(of.keys(), (j + 1L) * of.tileKeys()) - j * of.tileKeys();
        positions += tiles[i][j] == Tile.EMPTY ? 0 : down * across;
      }
    }
    return positions;
  }

  private static byte[][] positions(boolean[][] seen, Tile[][] tiles, int down, int across) {
    byte[][] places = new byte[seen.length][seen[0].length];
    for (int i = 0; i < places.length; i++) {
      for (int j = 0; j < places[i].length; j++) {
        Tile tile = tiles[i / down][j / across];
        places[i][j] = (byte) (tile == Tile.EMPTY ? 0 : tile == Tile.FULL ? 3 : seen[i][j] ? 2 : 1);
      }
    }
    return places;
  }

  private static byte[][] places(Tile[][] tiles) {
    byte[][] places = new byte[tiles.length][];
    for (int i = 0; i < tiles.length; i++) {
      places[i] = new byte[tiles[i].length];
      for (int j = 0; j < tiles[i].length; j++) {
        places[i][j] = (byte) tiles[i][j].ordinal();
      }
    }
    return places;
  }
}
