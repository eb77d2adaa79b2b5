package lazuli.array.cpu.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.BiPredicate;
import lazuli.array.attention.term.Tiles;
import org.junit.jupiter.api.Test;

/** Where the runs of a block of query rows begin and end, against asking for each place. */
class MaskRowTest {
  private static final int KEYS = 5 * MaskRow.KEYS;

  private static MaskRow block(int rows, BiPredicate<Integer, Integer> sees) {
    int stretches = KEYS / MaskRow.KEYS;
    byte[] kinds = new byte[stretches];
    long[][] bits = new long[stretches][];
    for (int n = 0; n < stretches; n++) {
      long[] words = new long[MaskRow.KEYS];
      int seen = 0;
      for (int j = 0; j < MaskRow.KEYS; j++) {
        for (int row = 0; row < rows; row++) {
          if (sees.test(row, n * MaskRow.KEYS + j)) {
            words[j] |= 1L << row;
            seen++;
          }
        }
      }
      kinds[n] = seen == 0 ? Tiles.EMPTY : seen == rows * MaskRow.KEYS ? Tiles.FULL : Tiles.PARTIAL;
      bits[n] = kinds[n] == Tiles.PARTIAL ? words : null;
    }
    return new MaskRow(kinds, bits, rows);
  }

  private static void check(int rows, BiPredicate<Integer, Integer> sees) {
    MaskRow block = block(rows, sees);
    boolean holes = false;
    int first = Integer.MAX_VALUE;
    int last = 0;
    for (int row = 0; row < rows; row++) {
      int from = -1;
      int end = 0;
      int count = 0;
      for (int key = 0; key < KEYS; key++) {
        if (sees.test(row, key)) {
          from = from < 0 ? key : from;
          end = key + 1;
          count++;
        }
      }
      assertEquals(Math.max(0, from), block.from(row), "first key of row " + row);
      assertEquals(end, block.end(row), "end of row " + row);
      holes |= count > 0 && count != end - from;
      first = count > 0 ? Math.min(first, from) : first;
      last = Math.max(last, end);
    }
    assertEquals(holes, block.holes());
    assertEquals(last == 0 ? 0 : first, block.first());
    assertEquals(last, block.last());
    for (int row = 0; holes && row < rows; row++) {
      for (int key = 0; key < KEYS; key++) {
        boolean seen = (block.word(key / MaskRow.KEYS, row) >>> key % MaskRow.KEYS & 1) != 0;
        assertEquals(sees.test(row, key), seen, "row " + row + " key " + key);
      }
    }
  }

  @Test
  void windowsAreRunsWithoutHoles() {
    for (int size : new int[] {1, 31, 64, 100, 200}) {
      for (int shift : new int[] {0, 64, 77}) {
        check(64, (row, key) -> key <= row + shift && key > row + shift - size);
      }
    }
    assertFalse(block(64, (row, key) -> key > row && key < row + 128).holes());
  }

  @Test
  void whatIsSeenOnlyBySomeRowsIsKnownForEach() {
    check(64, (row, key) -> false);
    check(64, (row, key) -> true);
    check(7, (row, key) -> row == 3 && key >= 130 && key < 250);
    check(64, (row, key) -> row % 2 == 0 && key >= 64);
  }

  @Test
  void holesAreFoundInsideAndBetweenStretches() {
    check(64, (row, key) -> key != 70);
    check(64, (row, key) -> key < 64 || key >= 128);
    check(64, (row, key) -> key % 3 == 0);
    check(64, (row, key) -> row != 9 || key < 60 || key > 70);
    assertTrue(block(64, (row, key) -> key < 64 || key >= 128).holes());
    Random random = new Random(4);
    boolean[] seen = new boolean[64 * KEYS];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = random.nextInt(10) > 0;
    }
    check(64, (row, key) -> seen[row * KEYS + key]);
  }
}
