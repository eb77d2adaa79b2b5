package lazuli.array.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.attention.term.Program;
import lazuli.array.attention.term.Term;
import lazuli.array.attention.term.Tiles;
import lazuli.array.attention.term.Variable;
import lazuli.array.type.ArrayException;

/**
 * The tiles of a mask: which are seen whole, which not at all, and which are mixed. Made by
 * interval arithmetic on the mask's expression in time and memory of the number of tiles; the mask
 * itself is never written out. A tile that the arithmetic cannot decide counts as mixed.
 */
public final class BlockMask {
  /** What a tile is. */
  public enum Tile {
    /** No query sees any key: skipped. */
    EMPTY('.'),
    /** Some see some: looked at number by number. */
    PARTIAL('/'),
    /** Every query sees every key: computed without a mask. */
    FULL('#');

    private final char sign;

    Tile(char sign) {
      this.sign = sign;
    }

    /** {@return the character that text pictures show} */
    public char sign() {
      return sign;
    }
  }

  private static final Tile[] KINDS = {Tile.EMPTY, Tile.PARTIAL, Tile.FULL};
  private static final int SAMPLES = 1024;
  private static final int TILE_SAMPLES = 128;

  private final long queries;
  private final long keys;
  private final int tileQueries;
  private final int tileKeys;
  private final byte[][] kinds;
  private final long[] counts = new long[3];
  private final double pairs;
  private final boolean known;

  private BlockMask(Program program, long queries, long keys, int tileQueries, int tileKeys) {
    this.queries = queries;
    this.keys = keys;
    this.tileQueries = tileQueries;
    this.tileKeys = tileKeys;
    known = !program.usesTables();
    int rows = (int) ((queries + tileQueries - 1) / tileQueries);
    int columns = (int) ((keys + tileKeys - 1) / tileKeys);
    kinds = new byte[rows][columns];
    Tiles tiles = new Tiles(program, List.of());
    tiles.range(Variable.QUERIES, queries, queries);
    tiles.range(Variable.KEYS, keys, keys);
    double full = 0;
    double partial = 0;
    List<int[]> mixed = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      long first = (long) i * tileQueries;
      tiles.range(Variable.QUERY, first, Math.min(queries, first + tileQueries) - 1.0);
      tiles.keys(keys, tileKeys, kinds[i]);
      for (int j = 0; j < columns; j++) {
        counts[kinds[i][j]]++;
        double area = (double) size(i, queries, tileQueries) * size(j, keys, tileKeys);
        full += kinds[i][j] == Tiles.FULL ? area : 0;
        if (kinds[i][j] == Tiles.PARTIAL) {
          partial += area;
          mixed.add(new int[] {i, j});
        }
      }
    }
    pairs = full + partial * (known && !mixed.isEmpty() ? density(program, mixed) : 1);
  }

  private static long size(int at, long length, int tile) {
    return Math.min(length, (at + 1L) * tile) - (long) at * tile;
  }

  /** The share of seen pairs in mixed tiles, from places spread over all of them. */
  private double density(Program program, List<int[]> mixed) {
    double[] r = new double[program.size()];
    r[Variable.QUERIES.ordinal()] = queries;
    r[Variable.KEYS.ordinal()] = keys;
    int seen = 0;
    int samples = Math.min(SAMPLES, TILE_SAMPLES * mixed.size());
    for (int n = 0; n < samples; n++) {
      int[] tile = mixed.get((int) ((long) n * mixed.size() / samples));
      // Two golden-ratio sequences: even over a tile, the same in every run.
      double x = (n * 0.7548776662466927) % 1;
      double y = (n * 0.5698402909980532) % 1;
      double q = (double) tile[0] * tileQueries;
      double k = (double) tile[1] * tileKeys;
      r[Variable.QUERY.ordinal()] = q + Math.floor(x * size(tile[0], queries, tileQueries));
      r[Variable.KEY.ordinal()] = k + Math.floor(y * size(tile[1], keys, tileKeys));
      seen += program.evaluate(r, List.of()) != 0 ? 1 : 0;
    }
    return (double) seen / samples;
  }

  /**
   * {@return the tiles of a mask for the first batch and head}
   *
   * @param mask the mask
   * @param queries Tq
   * @param keys Tk
   * @param tileQueries queries of a tile
   * @param tileKeys keys of a tile
   * @throws ArrayException if a size is not positive, or there are more than 2^31 tiles
   */
  public static BlockMask of(Mask mask, long queries, long keys, int tileQueries, int tileKeys) {
    if (queries < 0 || keys < 0 || tileQueries < 1 || tileKeys < 1) {
      throw new ArrayException(
          "blockMask was given "
              + queries
              + " x "
              + keys
              + " positions in tiles of "
              + tileQueries
              + " x "
              + tileKeys,
          "lengths of 0 or more, tiles of 1 or more",
          "pass Tq, Tk and the sizes of a tile, such as 64, 64");
    }
    double tiles = (queries / (double) tileQueries + 1) * (keys / (double) tileKeys + 1);
    if (tiles > 1 << 26) {
      throw new ArrayException(
          String.format(Locale.ROOT, "blockMask was asked for %.3g tiles", tiles),
          "at most 2^26 tiles",
          "use larger tiles");
    }
    Program program = new Program(mask.visible().resolved(new ArrayList<>()));
    return new BlockMask(program, queries, keys, tileQueries, tileKeys);
  }

  static BlockMask of(Term visible, long queries, long keys, int tile) {
    return new BlockMask(new Program(visible), queries, keys, tile, tile);
  }

  /** {@return the number of queries} */
  public long queries() {
    return queries;
  }

  /** {@return the number of keys} */
  public long keys() {
    return keys;
  }

  /** {@return queries of a tile} */
  public int tileQueries() {
    return tileQueries;
  }

  /** {@return keys of a tile} */
  public int tileKeys() {
    return tileKeys;
  }

  /** {@return tiles along the queries} */
  public int rows() {
    return kinds.length;
  }

  /** {@return tiles along the keys} */
  public int columns() {
    return kinds.length == 0 ? 0 : kinds[0].length;
  }

  /**
   * {@return what a tile is}
   *
   * @param row the tile's place along the queries
   * @param column the tile's place along the keys
   */
  public Tile tile(int row, int column) {
    return KINDS[kinds[row][column]];
  }

  /**
   * {@return how many tiles are of a kind}
   *
   * @param tile the kind
   */
  public long count(Tile tile) {
    return counts[tile.ordinal()];
  }

  /**
   * {@return how many query-key pairs are seen} Exact but for mixed tiles, whose share is estimated
   * from up to 1,024 places; they count whole when the mask looks at arrays.
   */
  public double pairs() {
    return pairs;
  }

  /** {@return whether the mask looks at no arrays, so that the tiles are known before it runs} */
  public boolean known() {
    return known;
  }

  /** {@return the share of tiles that are skipped, 0 to 1} */
  public double sparsity() {
    long all = counts[0] + counts[1] + counts[2];
    return all == 0 ? 0 : (double) counts[0] / all;
  }

  /** {@return the counts in words, such as {@code 120 full, 16 partial, 120 empty}} */
  public String counts() {
    return counts[2] + " full, " + counts[1] + " partial, " + counts[0] + " empty";
  }

  /** {@return the counts, and a picture with one character for each tile when it has at most 64} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(queries).append(" x ").append(keys).append(" positions in ");
    text.append(tileQueries).append(" x ").append(tileKeys).append(" tiles: ").append(counts());
    text.append(String.format(Locale.ROOT, ", %.1f %% skipped", 100 * sparsity()));
    if (rows() <= 64 && columns() <= 64) {
      for (byte[] row : kinds) {
        text.append('\n');
        for (byte kind : row) {
          text.append(KINDS[kind].sign());
        }
      }
    }
    return text.toString();
  }
}
