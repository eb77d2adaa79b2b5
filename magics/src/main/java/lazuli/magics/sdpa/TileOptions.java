package lazuli.magics.sdpa;

import lazuli.array.attention.Tile;
import lazuli.array.type.ArrayException;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Presets of shapes, tiles, and what tune does besides tuning. */
final class TileOptions {
  @Option(
      names = "--preset",
      paramLabel = "NAME",
      completionCandidates = Preset.Names.class,
      description = "the shape of a known model instead of --shape; ? lists them")
  @Nullable String preset;

  @Option(
      names = "--tile",
      paramLabel = "BQxBK",
      description = {
        "query rows and keys of a tile, a list for compare, sweep and tune:",
        "64x256,128x64; for split 1xKEYS (tuned on this machine, or the default)"
      })
  @Nullable String tile;

  @Option(names = "--show", description = "tune: the tiles that this machine uses")
  boolean show;

  @Option(names = "--undo", description = "tune: take the last change back")
  boolean undo;

  @Option(names = "--reset", description = "tune: forget every tile of this machine")
  boolean reset;

  /** {@return the tile that a text names, null for {@code auto}} */
  static @Nullable Tile parse(String text) {
    if (text.strip().equals("auto")) {
      return null;
    }
    try {
      return Tile.parse(text.strip());
    } catch (ArrayException wrong) {
      throw new UsageException("--tile takes " + wrong.accepted() + "; got '" + text + "'");
    }
  }

  /** {@return the preset asked for, or null} */
  @Nullable Preset preset() {
    return preset == null ? null : Preset.of(preset);
  }
}
