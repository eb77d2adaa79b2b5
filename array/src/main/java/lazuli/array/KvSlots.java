package lazuli.array;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lazuli.array.attention.AttentionOption;
import lazuli.array.attention.Mask;
import lazuli.array.attention.Masks;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/**
 * Tokens one behind the other in the rows of their batch. A rotating cache moves its first row on,
 * and what it keeps to new memory when it reaches the end: rows are never overwritten.
 *
 * @param kind growing, fixed or rotating
 * @param window how many of the latest tokens are seen
 * @param sinks how many of the first tokens are seen besides
 * @param memory one part for each batch
 * @param ends the row behind the last token of each batch
 * @param starts the first row of each batch that is seen, but for sinks
 */
record KvSlots(KvCache.Kind kind, int window, int sinks, KvMemory memory, int[] ends, int[] starts)
    implements KvStore {

  static KvSlots empty(KvCache.Kind kind, int window, int sinks, KvMemory memory) {
    int[] zeros = new int[memory.parts()];
    return new KvSlots(kind, window, sinks, memory, zeros, zeros);
  }

  @Override
  public KvStore append(KvMemory.Rows rows, int[] counts) {
    int most = Math.max(1, Arrays.stream(counts).max().orElse(0));
    if (kind == KvCache.Kind.ROTATING && most > window) {
      throw new ArrayException(
          "append was given " + most + " tokens for a rotating window of " + window,
          "at most the window at once",
          "append them in parts, attending after each");
    }
    synchronized (memory) {
      return (room(counts) ? this : moved(most)).written(rows, counts);
    }
  }

  private KvSlots written(KvMemory.Rows rows, int[] counts) {
    int all = (int) rows.k().shape().dim(2);
    int[] now = new int[ends.length];
    int[] begin = starts.clone();
    for (int b = 0; b < now.length; b++) {
      memory.write(rows, b, all - counts[b], b, ends[b], counts[b]);
      now[b] = ends[b] + counts[b];
      if (kind == KvCache.Kind.ROTATING) {
        begin[b] = Math.max(begin[b], now[b] - window);
        begin[b] = begin[b] <= sinks ? 0 : begin[b];
      }
    }
    return new KvSlots(kind, window, sinks, memory, now, begin);
  }

  /** Whether new rows fit behind this version's, where no other version has written. */
  private boolean room(int[] counts) {
    boolean room = true;
    boolean last = true;
    for (int b = 0; b < counts.length; b++) {
      room &= counts[b] <= memory.rows() - ends[b];
      last &= ends[b] == memory.filled(b);
    }
    if (kind == KvCache.Kind.FIXED && !room) {
      throw new ArrayException(
          "append was given "
              + Arrays.toString(counts)
              + " tokens for a fixed cache of "
              + memory.rows()
              + " that holds "
              + Arrays.toString(ends),
          "at most its capacity",
          "make it larger, or use KvCache.growing or KvCache.rotating");
    }
    return room && last;
  }

  /** This version's tokens in memory of their own, with room for more. */
  private KvSlots moved(int more) {
    int[] kept = new int[ends.length];
    int[] begin = new int[ends.length];
    int longest = 0;
    for (int b = 0; b < ends.length; b++) {
      boolean gap = starts[b] > 0;
      kept[b] = ends[b] - starts[b] + (gap ? sinks : 0);
      // Behind the sinks, so that the gap stays where later tokens are let go.
      begin[b] = gap && sinks > 0 ? sinks : 0;
      longest = Math.max(longest, kept[b]);
    }
    int rows = memory.rows();
    while (kind == KvCache.Kind.GROWING && rows - longest < more) {
      rows = Math.multiplyExact(rows, 2);
    }
    KvMemory to = new KvMemory(memory.layout(), memory.parts(), rows);
    for (int b = 0; b < ends.length; b++) {
      int head = starts[b] > 0 ? sinks : 0;
      to.copy(memory, b, 0, b, 0, head);
      to.copy(memory, b, starts[b], b, head, kept[b] - head);
    }
    return new KvSlots(kind, window, sinks, to, kept, begin);
  }

  private boolean gap() {
    return sinks > 0 && Arrays.stream(starts).anyMatch(start -> start > 0);
  }

  @Override
  public int[] lengths() {
    int[] seen = new int[ends.length];
    for (int b = 0; b < seen.length; b++) {
      boolean gap = starts[b] > 0 && sinks > 0;
      seen[b] = ends[b] - starts[b] + (gap ? sinks : 0);
    }
    return seen;
  }

  @Override
  public int[][] places() {
    int[][] all = new int[ends.length][];
    for (int b = 0; b < ends.length; b++) {
      int head = starts[b] > 0 ? sinks : 0;
      int first = starts[b];
      all[b] =
          IntStream.concat(IntStream.range(0, head), IntStream.range(first, ends[b])).toArray();
    }
    return all;
  }

  @Override
  public int capacity() {
    return memory.rows();
  }

  @Override
  public List<AttentionOption> options() {
    List<AttentionOption> all = new ArrayList<>();
    all.add(Lazuli.keyLengths(data(ends)));
    if (!gap() && kind == KvCache.Kind.ROTATING) {
      all.add(Lazuli.keyStarts(data(starts)));
    }
    return all;
  }

  /** Numbers in the type that kernels read, so that nothing is converted. */
  static Array data(int[] numbers) {
    return Lazuli.array(Arrays.stream(numbers).asLongStream().toArray());
  }

  @Override
  public @Nullable Mask mask() {
    if (!gap()) {
      return null;
    }
    Array begin = data(starts);
    return Mask.of((b, h, q, k) -> k.lt(sinks).or(k.ge(Masks.index(begin.node(), b))));
  }
}
