package lazuli.magics.sdpa;

import lazuli.array.attention.Tile;
import lazuli.kernel.ext.MimeBundle;
import lazuli.magics.picture.Drawing;
import lazuli.magics.picture.Drawn;
import lazuli.magics.picture.Illustrated;
import lazuli.magics.picture.Landscape;
import lazuli.magics.report.Report;
import lazuli.magics.report.Result;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

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
    implements Result, Drawn {

  private Illustrated shown() {
    return new Illustrated(report, drawing(), alt(), landscape.text());
  }

  @Override
  public Drawing drawing() {
    return landscape.drawing();
  }

  @Override
  public String alt() {
    return landscape.alt();
  }

  @Override
  public MimeBundle bundle() {
    return shown().bundle();
  }

  @Override
  public String text() {
    return shown().text();
  }

  @Override
  public String html() {
    return shown().html();
  }

  @Override
  public String csv() {
    return report.csv();
  }

  @Override
  public String json() {
    return report.json();
  }

  @Override
  public Table table() {
    return report.table();
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
