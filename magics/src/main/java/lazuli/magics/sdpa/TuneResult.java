package lazuli.magics.sdpa;

import lazuli.array.attention.Tile;
import lazuli.magics.picture.Charted;
import lazuli.magics.picture.Landscape;
import lazuli.magics.report.Report;
import org.jspecify.annotations.Nullable;

/**
 * What {@code %sdpa tune} measured and decided.
 *
 * @param report a row for the tile in use and for each tile tried
 * @param landscape the speed of each tile as a multiple of the one in use
 * @param group the class of attentions
 * @param best the tile with the least median; null when it is the one in use
 * @param kept the tile that is used from now on; null when nothing was changed
 */
public record TuneResult(
    Report report, Landscape landscape, String group, @Nullable Tile best, @Nullable Tile kept)
    implements Charted {
  @Override
  public Landscape chart() {
    return landscape;
  }

  @Override
  public TuneResult withNote(String note) {
    return new TuneResult(report.withNote(note), landscape, group, best, kept);
  }

  @Override
  public String toString() {
    return text();
  }
}
