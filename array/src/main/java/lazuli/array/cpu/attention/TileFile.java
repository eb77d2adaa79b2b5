package lazuli.array.cpu.attention;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import lazuli.array.attention.Tile;
import lazuli.array.io.Json;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/**
 * The file of tuned tiles: for each device the changes in the order they were made, the last one of
 * a class counting, so that the last change can be taken back. Only its owner can read it.
 *
 * @param path the file
 */
public record TileFile(Path path) {
  private static final String FORMAT = "lazuli tiles 1";
  private static final long LARGEST = 1 << 20;

  /**
   * One change.
   *
   * @param group the class of attentions, see {@link TileClass}
   * @param tile the tile from then on; null for the default
   * @param date when, such as {@code 2026-11-28}
   * @param gain what it gained, in words
   */
  public record Line(String group, @Nullable Tile tile, String date, String gain) {}

  /**
   * {@return the user's file: {@code lazuli/tiles.json} in {@code XDG_CONFIG_HOME}, or in {@code
   * .config} in the home folder; null when the property {@code lazuli.tiles} is {@code none}}
   */
  static @Nullable TileFile ofUser() {
    String property = System.getProperty(TunedTiles.PROPERTY, "");
    return property.equals("none")
        ? null
        : new TileFile(
            property.isEmpty()
                ? TunedTiles.folder().resolve("lazuli").resolve("tiles.json")
                : Path.of(property));
  }

  /** {@return whether there is one} */
  public boolean exists() {
    return Files.exists(path);
  }

  /**
   * {@return the changes of each device}
   *
   * @throws IOException with a line that names the file, what is wrong and how to repair it
   */
  public Map<String, List<Line>> read() throws IOException {
    Map<String, List<Line>> devices = new LinkedHashMap<>();
    if (!exists()) {
      return devices;
    }
    byte[] bytes;
    try {
      if (Files.size(path) > LARGEST) {
        throw damaged("it is larger than 1 MiB");
      }
      bytes = Files.readAllBytes(path);
    } catch (IOException unreadable) {
      throw unreadable.getMessage() != null && unreadable.getMessage().contains(ADVICE)
          ? unreadable
          : damaged("it cannot be read (" + unreadable + ")");
    }
    try {
      Json json = new Json(MemorySegment.ofArray(bytes));
      boolean[] known = {false};
      json.object(
          name -> {
            switch (name) {
              case "format" -> known[0] = json.string().equals(FORMAT);
              case "devices" -> json.object(device -> devices.put(device, lines(json)));
              default -> json.skip();
            }
          });
      json.end();
      if (!known[0]) {
        throw damaged("its format is not '" + FORMAT + "'");
      }
    } catch (Json.Malformed | ArrayException | IndexOutOfBoundsException wrong) {
      throw damaged(
          wrong instanceof ArrayException tile ? tile.given() : String.valueOf(wrong.getMessage()));
    }
    return devices;
  }

  private static final String ADVICE = "default tiles are used; %sdpa tune --reset begins anew";

  private IOException damaged(String why) {
    return new IOException(path + " is damaged: " + why + "; " + ADVICE);
  }

  private static List<Line> lines(Json json) {
    List<Line> lines = new ArrayList<>();
    json.array(
        () -> {
          String[] values = {"", "", "", ""};
          List<String> names = List.of("class", "tile", "date", "gain");
          json.object(
              name -> {
                if (names.contains(name)) {
                  values[names.indexOf(name)] = json.string();
                } else {
                  json.skip();
                }
              });
          Tile tile = values[1].equals("default") ? null : Tile.parse(values[1]);
          lines.add(new Line(values[0], tile, values[2], values[3]));
        });
    return lines;
  }

  /**
   * Writes the file whole: a reader sees the old one or the new one.
   *
   * @param devices the changes of each device
   * @throws IOException if it cannot be written
   */
  public void write(Map<String, List<Line>> devices) throws IOException {
    StringJoiner all = new StringJoiner(",\n    ", "{\n    ", "\n  }");
    all.setEmptyValue("{}");
    devices.forEach(
        (device, lines) -> {
          StringJoiner list = new StringJoiner(",\n      ", "[\n      ", "\n    ]");
          list.setEmptyValue("[]");
          for (Line line : lines) {
            Tile tile = line.tile();
            list.add(
                "{\"class\": "
                    + Json.quote(line.group())
                    + ", \"tile\": "
                    + Json.quote(tile == null ? "default" : tile.toString())
                    + ", \"date\": "
                    + Json.quote(line.date())
                    + ", \"gain\": "
                    + Json.quote(line.gain())
                    + "}");
          }
          all.add(Json.quote(device) + ": " + list);
        });
    String text = "{\n  \"format\": " + Json.quote(FORMAT) + ",\n  \"devices\": " + all + "\n}\n";
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("'" + path + "' is no file");
    }
    Files.createDirectories(folder, owner("rwx------"));
    Path own = Files.createTempFile(folder, "tiles", ".json", owner("rw-------"));
    try {
      Files.writeString(own, text);
      Files.move(own, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(own);
    }
  }

  /** Deletes the file. */
  public void delete() throws IOException {
    Files.deleteIfExists(path);
  }

  private static FileAttribute<?>[] owner(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
