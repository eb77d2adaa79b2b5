package lazuli.array.cpu.attention;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.cpu.attention.AttentionCase.Sizes;

/** The shapes on which attention is checked. */
final class AttentionGrid {
  private AttentionGrid() {}

  /** MLX's test shapes, cut down in length where it adds nothing, and the rows that it lacks. */
  static List<Sizes> shapes() {
    List<Sizes> all = new ArrayList<>();
    // Head dimensions beside the usual powers of two (MLX: 72 and 96; untested there: the rest).
    for (int d : new int[] {1, 3, 8, 16, 17, 31, 32, 33, 48, 64, 72, 80, 96, 100, 128}) {
      all.add(new Sizes(1, 2, 2, 33, 35, d, d));
      all.add(new Sizes(1, 4, 2, 1, 67, d, d));
      all.add(new Sizes(2, 2, 1, 5, 40, d, d));
    }
    for (int[] t : new int[][] {{64, 128}, {65, 127}, {64, 127}, {65, 128}}) {
      for (int d : new int[] {64, 72, 96}) {
        all.add(new Sizes(1, 2, 2, t[0], t[1], d, d));
      }
    }
    // Wider heads take other tiles.
    for (int d : new int[] {160, 192, 256, 257, 512}) {
      all.add(new Sizes(1, 1, 1, 20, 150, d, d));
      all.add(new Sizes(1, 2, 1, 2, 70, d, d));
    }
    // Values of another width than keys.
    for (int[] d :
        new int[][] {{64, 32}, {64, 17}, {17, 64}, {192, 128}, {1, 80}, {80, 1}, {3, 5}}) {
      all.add(new Sizes(1, 2, 2, 40, 50, d[0], d[1]));
      all.add(new Sizes(2, 4, 2, 3, 45, d[0], d[1]));
    }
    // Decoding.
    for (int tk : new int[] {1, 2, 7, 9, 16, 32, 63, 67, 129, 255, 256, 257, 400, 600}) {
      all.add(new Sizes(1, 4, 4, 1, tk, 64, 64));
      all.add(new Sizes(1, 8, 2, 1, tk, 64, 64));
      all.add(new Sizes(1, 2, 2, 1, tk, 128, 128));
    }
    for (int tq = 2; tq <= 10; tq++) {
      all.add(new Sizes(1, 4, 2, tq, 43, 32, 32));
      all.add(new Sizes(1, 2, 2, tq, 300, 16, 16));
    }
    // Lengths around blocks of 64 queries and tiles of 256 keys; Tq above and below Tk.
    for (int tq : new int[] {15, 16, 17, 31, 48, 63, 64, 65, 127, 129}) {
      for (int tk : new int[] {15, 64, 100, 257}) {
        all.add(new Sizes(1, 1, 1, tq, tk, 16, 16));
      }
    }
    for (int[] t : new int[][] {{300, 20}, {130, 513}, {70, 600}, {513, 64}}) {
      all.add(new Sizes(1, 1, 1, t[0], t[1], 16, 16));
    }
    // Grouped heads, also where a block spans the heads of a group.
    for (int[] h : new int[][] {{2, 1}, {4, 1}, {6, 2}, {6, 3}, {8, 4}, {12, 4}, {9, 3}}) {
      all.add(new Sizes(1, h[0], h[1], 20, 37, 24, 24));
      all.add(new Sizes(2, h[0], h[1], 67, 41, 16, 16));
      all.add(new Sizes(1, h[0], h[1], 4, 90, 32, 32));
    }
    // Batches.
    for (int b : new int[] {2, 3, 5}) {
      all.add(new Sizes(b, 2, 1, 18, 22, 20, 20));
      all.add(new Sizes(b, 1, 1, 1, 50, 64, 64));
    }
    // Nothing to see, nothing to ask, single elements.
    all.add(new Sizes(1, 2, 2, 5, 0, 16, 16));
    all.add(new Sizes(2, 2, 1, 70, 0, 64, 64));
    all.add(new Sizes(1, 2, 2, 0, 5, 16, 16));
    all.add(new Sizes(0, 2, 2, 5, 5, 16, 16));
    all.add(new Sizes(1, 1, 1, 1, 1, 1, 1));
    all.add(new Sizes(1, 1, 1, 1, 1, 64, 64));
    all.add(new Sizes(1, 1, 1, 9, 1, 4, 4));
    all.add(new Sizes(1, 2, 2, 6, 7, 0, 8));
    all.add(new Sizes(1, 2, 2, 6, 7, 8, 0));
    return all;
  }
}
