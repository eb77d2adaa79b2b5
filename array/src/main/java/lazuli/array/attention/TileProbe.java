package lazuli.array.attention;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches tiled kernels that are launched while it is bound. A kernel asks for it once a launch, so
 * that tracing costs nothing when it is off.
 *
 * <p>Mutable, and guarded by its own lock: a kernel's threads add to it.
 */
public final class TileProbe {
  private static final ScopedValue<TileProbe> CURRENT = ScopedValue.newInstance();

  private final long batch;
  private final long head;
  private final long query;
  private final int askedTileKeys;
  private int tileKeys;
  private int usual;
  private final List<TileTrace.Frame> frames = new ArrayList<>();
  private final List<TileTrace.Visit> visits = new ArrayList<>();
  private final Map<Thread, Integer> threads = new LinkedHashMap<>();
  private final long zero = System.nanoTime();

  /**
   * Makes a probe.
   *
   * @param batch whose frames are taken
   * @param head whose frames are taken
   * @param query whose frames are taken
   * @param tileKeys keys of a tile, a multiple of 8; 0 for the kernel's own
   */
  public TileProbe(long batch, long head, long query, int tileKeys) {
    this.batch = batch;
    this.head = head;
    this.query = query;
    this.askedTileKeys = tileKeys;
  }

  /** {@return the probe bound to this thread, or null} */
  public static @Nullable TileProbe current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  /**
   * {@return what the body returns} Runs it with this probe bound.
   *
   * @param body launches kernels on this thread
   * @param <T> its result
   */
  public <T> T watch(Supplier<T> body) {
    return ScopedValue.where(CURRENT, this).call(body::get);
  }

  /**
   * {@return the keys of a tile that the kernel must use}
   *
   * @param own the kernel's own choice
   */
  public synchronized int tileKeys(int own) {
    usual = own;
    tileKeys = askedTileKeys == 0 ? own : askedTileKeys;
    return tileKeys;
  }

  /**
   * {@return the keys of a tile in the watched launch, and those of other launches; empty when no
   * kernel asked}
   */
  public synchronized int[] tiles() {
    return usual == 0 ? new int[0] : new int[] {tileKeys, usual};
  }

  /**
   * {@return whether frames of a row are taken}
   *
   * @param b its batch
   * @param h its query head
   * @param t its query
   */
  public boolean watches(int b, int h, int t) {
    return b == batch && h == head && t == query;
  }

  /**
   * Adds a tile of the watched row.
   *
   * @param frame the tile
   */
  public synchronized void add(TileTrace.Frame frame) {
    frames.add(frame);
  }

  /**
   * Adds a tile of any row; the calling thread computed it.
   *
   * @param b the batch
   * @param keyHead the key head
   * @param firstRow the first query row
   * @param rows query rows
   * @param from the first key
   * @param to after the last key
   * @param began when it began, of {@link System#nanoTime}
   */
  public synchronized void visited(
      int b, int keyHead, int firstRow, int rows, int from, int to, long began) {
    long end = System.nanoTime();
    Thread self = Thread.currentThread();
    int thread = threads.computeIfAbsent(self, _ -> threads.size());
    if (visits.size() < TileTrace.MOST_VISITS) {
      visits.add(
          new TileTrace.Visit(
              b, keyHead, firstRow, rows, from, to, began - zero, end - began, thread));
    }
  }

  /** {@return the frames, in the order of their keys} */
  public synchronized List<TileTrace.Frame> frames() {
    return List.copyOf(frames);
  }

  /** {@return the visits, in order of their start, the first of which is 0} */
  public synchronized List<TileTrace.Visit> visits() {
    List<TileTrace.Visit> all = new ArrayList<>(visits);
    all.sort(Comparator.comparingLong(TileTrace.Visit::start));
    long first = all.isEmpty() ? 0 : all.getFirst().start();
    all.replaceAll(
        v ->
            new TileTrace.Visit(
                v.batch(),
                v.keyHead(),
                v.firstRow(),
                v.rows(),
                v.from(),
                v.to(),
                v.start() - first,
                v.nanos(),
                v.thread()));
    return all;
  }
}
