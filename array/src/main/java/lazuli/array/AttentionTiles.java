package lazuli.array;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.attention.Tile;
import lazuli.array.cpu.attention.TileClass;
import lazuli.array.cpu.attention.TileFile;
import lazuli.array.cpu.attention.TunedTiles;
import org.jspecify.annotations.Nullable;

/**
 * The tiles of attention that were tuned on this machine: kept in a file of the user, used by every
 * attention that names no tile itself. A change holds from the next evaluation on.
 */
public final class AttentionTiles {
  private AttentionTiles() {}

  /** {@return the table in use} */
  public static TunedTiles tuned() {
    return TunedTiles.current();
  }

  /** Reads the file again, after something else has changed it. */
  public static void reload() {
    TunedTiles.reload();
    Engine.EVALUATOR.backends().renew();
  }

  /**
   * Keeps a tile for a class of attentions.
   *
   * @param group the class
   * @param tile the tile
   * @param date the day, such as {@code 2026-11-28}
   * @param gain what it gains, in words
   * @throws IOException if the file is damaged or cannot be written; nothing is changed then
   */
  public static void keep(TileClass group, Tile tile, String date, String gain) throws IOException {
    TileFile file = file();
    Map<String, List<TileFile.Line>> devices = new LinkedHashMap<>(file.read());
    String device = TunedTiles.fingerprint();
    List<TileFile.Line> lines = new ArrayList<>(devices.getOrDefault(device, List.of()));
    lines.add(new TileFile.Line(group.text(), tile, date, gain));
    devices.put(device, lines);
    file.write(devices);
    reload();
  }

  /**
   * {@return the last change of this machine, which was taken back; null when there is none}
   *
   * @throws IOException if the file is damaged or cannot be written; nothing is changed then
   */
  public static TileFile.@Nullable Line undo() throws IOException {
    TileFile file = file();
    Map<String, List<TileFile.Line>> devices = new LinkedHashMap<>(file.read());
    String device = TunedTiles.fingerprint();
    List<TileFile.Line> lines = new ArrayList<>(devices.getOrDefault(device, List.of()));
    if (lines.isEmpty()) {
      return null;
    }
    TileFile.Line last = lines.removeLast();
    devices.put(device, lines);
    file.write(devices);
    reload();
    return last;
  }

  /**
   * {@return how many changes of this machine were forgotten; -1 when the file was damaged and was
   * deleted as a whole}
   *
   * @throws IOException if the file cannot be written
   */
  public static int reset() throws IOException {
    TileFile file = file();
    int forgotten = -1;
    try {
      Map<String, List<TileFile.Line>> devices = new LinkedHashMap<>(file.read());
      List<TileFile.Line> lines = devices.remove(TunedTiles.fingerprint());
      forgotten = lines == null ? 0 : lines.size();
      if (forgotten > 0) {
        file.write(devices);
      }
    } catch (IOException damaged) {
      file.delete();
    }
    reload();
    return forgotten;
  }

  private static TileFile file() throws IOException {
    TileFile file = TunedTiles.file();
    if (file == null) {
      throw new IOException(
          "-D" + TunedTiles.PROPERTY + "=none: tuned tiles are neither read nor kept");
    }
    return file;
  }
}
