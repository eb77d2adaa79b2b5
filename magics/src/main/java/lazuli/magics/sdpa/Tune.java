package lazuli.magics.sdpa;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lazuli.array.AttentionTiles;
import lazuli.array.attention.Tile;
import lazuli.array.cpu.attention.TileFile;
import lazuli.array.cpu.attention.TunedTiles;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/**
 * {@code %sdpa tune}: the fastest tile for a class of attentions, kept for this device when no
 * other attention of the class gets slower.
 */
final class Tune implements Action {
  @Override
  public String name() {
    return "tune";
  }

  @Override
  public Object run(Use use) throws Exception {
    TileOptions options = use.options().tiles;
    int asked = (options.show ? 1 : 0) + (options.undo ? 1 : 0) + (options.reset ? 1 : 0);
    if (asked > 1) {
      throw new UsageException("--show, --undo and --reset are three things; give one");
    }
    if (!use.device().equals("cpu")) {
      throw new UsageException(
          "%sdpa tune tunes the processor's kernels; those of "
              + use.device()
              + " are compiled with their tiles");
    }
    TileFile file = TunedTiles.file();
    if (file == null) {
      throw new UsageException(
          "-D" + TunedTiles.PROPERTY + "=none: tuned tiles are neither read nor kept");
    }
    try {
      if (options.show) {
        return table(use, AttentionTiles.tuned().problem());
      }
      if (options.undo) {
        return undo(use);
      }
      if (options.reset) {
        int forgotten = AttentionTiles.reset();
        return table(
            use,
            forgotten < 0
                ? "the damaged file was deleted"
                : forgotten + (forgotten == 1 ? " change" : " changes") + " forgotten");
      }
    } catch (IOException wrong) {
      throw new UsageException(String.valueOf(wrong.getMessage()));
    }
    if (!AttentionTiles.tuned().problem().isEmpty()) {
      throw new UsageException(AttentionTiles.tuned().problem());
    }
    Gridded.noArrays(use);
    Tuning tuning = Tuning.of(use);
    return use.options().grid.dryRun ? tuning.dryRun() : tuning.run();
  }

  private static Report undo(Use use) throws IOException {
    TileFile.Line last = AttentionTiles.undo();
    if (last == null) {
      throw new UsageException("--undo: no tile was tuned on this machine");
    }
    Tile tile = last.tile();
    return table(
        use, "taken back: " + last.group() + " had " + (tile == null ? "the default" : tile));
  }

  /** {@return the tiles in use on this machine} */
  private static Report table(Use use, String note) {
    TunedTiles tuned = AttentionTiles.tuned();
    List<Row> rows = new ArrayList<>();
    tuned.entries().entrySet().stream()
        .sorted((a, b) -> a.getKey().text().compareTo(b.getKey().text()))
        .forEach(
            entry ->
                rows.add(
                    Row.of(
                        Cell.of(entry.getKey().text()),
                        Cell.of(entry.getValue().tile().toString()),
                        Cell.of(entry.getValue().date()),
                        Cell.of(entry.getValue().gain()))));
    List<String> notes = new ArrayList<>();
    if (!note.isEmpty()) {
      notes.add(note);
    }
    if (rows.isEmpty()) {
      notes.add("no tile was tuned on this machine: every attention uses the default");
    }
    notes.add("device: " + TunedTiles.fingerprint());
    TileFile file = TunedTiles.file();
    notes.add("kept in " + (file == null ? "no file" : file.path()) + ", which only you can read");
    return new Report(
        "Tuned tiles of this machine",
        List.of(
            Column.words("Attentions"),
            Column.words("Tile"),
            Column.words("Tuned"),
            Column.words("Gain")),
        rows,
        notes,
        use.limits().environment("cpu", use.seed()));
  }
}
