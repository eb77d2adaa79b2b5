package lazuli.array.cpu.attention;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.attention.Tile;
import lazuli.array.cpu.CpuPeaks;
import lazuli.array.cpu.Species;
import lazuli.array.cpu.Workers;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.MachineCode;
import org.jspecify.annotations.Nullable;

/**
 * The tiles that were tuned on this machine, as read from the user's file: one of the few static
 * places with mutable state. The file is read when the first attention is planned; the table itself
 * is immutable and replaced as a whole.
 *
 * <p>A table belongs to a fingerprint of the device, so that a file may travel with a home folder
 * without doing harm on another machine.
 */
public final class TunedTiles {
  /** The property that names another file, or {@code none} for no file. */
  public static final String PROPERTY = "lazuli.tiles";

  private static final System.Logger LOG = System.getLogger(TunedTiles.class.getName());
  private static volatile @Nullable TunedTiles current;

  private final int threads;
  private final String device;
  private final Map<TileClass, Entry> entries;
  private final String problem;

  /**
   * A tuned tile.
   *
   * @param tile the tile
   * @param date when it was tuned, such as {@code 2026-11-28}
   * @param gain what it gained over the one before, in words
   */
  public record Entry(Tile tile, String date, String gain) {}

  private TunedTiles(int threads, String device, Map<TileClass, Entry> entries, String problem) {
    this.threads = threads;
    this.device = device;
    this.entries = entries;
    this.problem = problem;
  }

  /** {@return the table of this machine with the threads in use now} */
  public static TunedTiles current() {
    TunedTiles now = current;
    if (now == null || now.threads != Workers.threads()) {
      now = read(TileFile.ofUser());
      current = now;
    }
    return now;
  }

  /**
   * {@return the table, read again} Plans that exist keep their tiles: {@code Lazuli.retile} calls
   * this and makes plans anew.
   */
  public static TunedTiles reload() {
    current = null;
    return current();
  }

  private static TunedTiles read(@Nullable TileFile file) {
    int threads = Workers.threads();
    if (file == null || !file.exists()) {
      return new TunedTiles(threads, "", Map.of(), "");
    }
    String device = fingerprint();
    Map<TileClass, Entry> entries = new LinkedHashMap<>();
    String problem = "";
    try {
      Map<String, List<TileFile.Line>> devices = file.read();
      for (TileFile.Line line : devices.getOrDefault(device, List.of())) {
        if (line.tile() == null) {
          entries.remove(new TileClass(line.group()));
        } else {
          Entry entry = new Entry(line.tile(), line.date(), line.gain());
          entries.put(new TileClass(line.group()), entry);
        }
      }
    } catch (IOException unreadable) {
      problem = String.valueOf(unreadable.getMessage());
      LOG.log(Level.WARNING, problem);
      entries.clear();
    }
    return new TunedTiles(threads, device, entries, problem);
  }

  /**
   * {@return what a tile was tuned for: processor, vectors, machine code, threads and Java} Another
   * of these may want other tiles.
   */
  public static String fingerprint() {
    Bf16Code code = MachineCode.bf16();
    List<String> parts = new ArrayList<>();
    parts.add(CpuPeaks.name());
    parts.add(Species.BITS + "-bit vectors");
    parts.add("bf16 by " + (code == null ? "vectors" : code.name()));
    parts.add(Workers.threads() + (Workers.threads() == 1 ? " thread" : " threads"));
    parts.add("Java " + Runtime.version());
    return String.join(", ", parts);
  }

  /** {@return the tuned tile of a class, or null} */
  @Nullable Entry entry(TileClass group) {
    return entries.get(group);
  }

  /** {@return whether there is nothing to say: no tuned tile and no damaged file} */
  boolean isEmpty() {
    return entries.isEmpty() && problem.isEmpty();
  }

  /** {@return every tuned tile of this machine} */
  public Map<TileClass, Entry> entries() {
    return Map.copyOf(entries);
  }

  /** {@return why the file is not used, in one line; empty when it is, or when there is none} */
  public String problem() {
    return problem;
  }

  /** {@return the device that the entries were read for; empty when there is no file} */
  public String device() {
    return device;
  }

  /** {@return the user's file, or null where there is to be none} */
  public static @Nullable TileFile file() {
    return TileFile.ofUser();
  }

  static Path folder() {
    String config = System.getenv("XDG_CONFIG_HOME");
    return config == null || config.isBlank()
        ? Path.of(System.getProperty("user.home"), ".config")
        : Path.of(config);
  }
}
