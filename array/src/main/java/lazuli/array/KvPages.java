package lazuli.array;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lazuli.array.attention.AttentionOption;

/**
 * Tokens in pages, wherever there is one, with a list of pages for each batch: batches of different
 * lengths take memory for their own tokens only, and versions that branch share all full pages. The
 * memory doubles when no page is left.
 *
 * @param memory one part for each page
 * @param taken how many pages any version has taken, shared with the memory's other versions
 * @param pages the pages of each batch, in order
 * @param ends the tokens of each batch
 */
record KvPages(KvMemory memory, int[] taken, int[][] pages, int[] ends) implements KvStore {

  static KvPages empty(KvMemory memory, int batch) {
    return new KvPages(memory, new int[1], new int[batch][0], new int[batch]);
  }

  @Override
  public KvStore append(KvMemory.Rows rows, int[] counts) {
    synchronized (memory) {
      int needed = 0;
      for (int b = 0; b < counts.length; b++) {
        needed += pages(ends[b] + counts[b]) - pages[b].length + (branches(b) ? 1 : 0);
      }
      return (memory.parts() - taken[0] >= needed ? this : larger(needed)).written(rows, counts);
    }
  }

  private int pages(int tokens) {
    return (tokens + memory.rows() - 1) / memory.rows();
  }

  /** Whether another version wrote behind this one's last token in its page. */
  private boolean branches(int b) {
    int used = ends[b] % memory.rows();
    return used > 0 && memory.filled(pages[b][pages[b].length - 1]) > used;
  }

  private KvPages larger(int needed) {
    int parts = memory.parts();
    while (parts - taken[0] < needed) {
      parts = Math.multiplyExact(parts, 2);
    }
    KvMemory to = new KvMemory(memory.layout(), parts, memory.rows());
    for (int page = 0; page < taken[0]; page++) {
      to.copy(memory, page, 0, page, 0, memory.filled(page));
    }
    return new KvPages(to, taken.clone(), pages, ends);
  }

  private KvPages written(KvMemory.Rows rows, int[] counts) {
    int all = (int) rows.k().shape().dim(2);
    int size = memory.rows();
    int[][] lists = new int[pages.length][];
    int[] now = new int[ends.length];
    for (int b = 0; b < ends.length; b++) {
      now[b] = ends[b] + counts[b];
      int[] list = Arrays.copyOf(pages[b], pages(now[b]));
      if (counts[b] > 0 && branches(b)) {
        int last = pages[b].length - 1;
        int page = taken[0]++;
        memory.copy(memory, list[last], 0, page, 0, ends[b] % size);
        list[last] = page;
      }
      for (int i = pages[b].length; i < list.length; i++) {
        list[i] = taken[0]++;
      }
      int from = all - counts[b];
      for (int at = ends[b]; at < now[b]; ) {
        int n = Math.min(now[b] - at, size - at % size);
        memory.write(rows, b, from, list[at / size], at % size, n);
        from += n;
        at += n;
      }
      lists[b] = list;
    }
    return new KvPages(memory, taken, lists, now);
  }

  @Override
  public int[] lengths() {
    return ends.clone();
  }

  @Override
  public int[][] places() {
    int size = memory.rows();
    int[][] all = new int[ends.length][];
    for (int b = 0; b < ends.length; b++) {
      int[] list = pages[b];
      all[b] = IntStream.range(0, ends[b]).map(t -> list[t / size] * size + t % size).toArray();
    }
    return all;
  }

  @Override
  public int capacity() {
    return Arrays.stream(pages).mapToInt(list -> list.length).max().orElse(0) * memory.rows();
  }

  /** The pages of each batch as they are passed on: powers of two, so that plans are few. */
  private Array table() {
    int longest = Arrays.stream(pages).mapToInt(list -> list.length).max().orElse(0);
    int columns = Math.max(1, longest <= 1 ? 1 : Integer.highestOneBit(longest - 1) * 2);
    int[] all = new int[pages.length * columns];
    for (int b = 0; b < pages.length; b++) {
      // What stays 0 is beyond the batch's length and never looked up.
      System.arraycopy(pages[b], 0, all, b * columns, pages[b].length);
    }
    return KvSlots.data(all).reshape(pages.length, columns);
  }

  @Override
  public List<AttentionOption> options() {
    return List.of(
        Lazuli.keyLengths(KvSlots.data(ends)), new AttentionOption.Pages(table().node()));
  }
}
