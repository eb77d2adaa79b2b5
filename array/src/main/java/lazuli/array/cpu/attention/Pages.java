package lazuli.array.cpu.attention;

import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;

/**
 * Where each batch's rows lie in pages.
 *
 * @param table the pages of each batch in order
 * @param size rows of a page
 */
record Pages(int[][] table, int size) {

  /**
   * {@return the pages that an operand names}
   *
   * @throws ArrayException if there is no such page
   */
  static Pages of(View view, long pages, long size) {
    int batch = (int) view.shape().dim(0);
    int columns = (int) view.shape().dim(1);
    int[][] table = new int[batch][columns];
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < columns; i++) {
        long at = view.offset() + b * view.strides()[0] + i * view.strides()[1];
        long page = Elements.getLong(view.buffer().segment(), DType.I64, at);
        if (page < 0 || page >= pages) {
          throw new ArrayException(
              "pages[" + b + ", " + i + "] is " + page + " for " + pages + " pages",
              "0 to " + (pages - 1),
              "let a KvCache.paged make them");
        }
        table[b][i] = (int) page;
      }
    }
    return new Pages(table, Math.max(1, (int) size));
  }

  int page(int b, int row) {
    return table[b][row / size];
  }

  int row(int row) {
    return row % size;
  }
}
