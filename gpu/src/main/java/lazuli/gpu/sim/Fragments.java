package lazuli.gpu.sim;

/**
 * Which lane holds which element of a matrix, as the PTX ISA draws it. Data, not code: kernels,
 * simulator and tests read the same tables.
 */
public final class Fragments {
  private Fragments() {}

  /**
   * Where the elements of a fragment lie.
   *
   * @param section of the PTX ISA that draws it
   * @param rows rows of the matrix
   * @param columns columns of the matrix
   * @param row for each lane and element the row
   * @param column for each lane and element the column
   */
  public record Layout(String section, int rows, int columns, int[][] row, int[][] column) {
    /** {@return how many elements each lane holds} */
    public int elements() {
      return row[0].length;
    }
  }

  private static final String M16N8K16 =
      "PTX ISA 8.0, 9.7.13.4.8, matrix fragments for mma.m16n8k16 with floating point type";

  /** A of mma.m16n8k16: 16 x 16, row-major, two elements a register. */
  public static final Layout A =
      layout(
          16,
          16,
          8,
          (g, t, i) -> i % 4 < 2 ? g : g + 8,
          (g, t, i) -> 2 * t + i % 2 + (i < 4 ? 0 : 8));

  /** B of mma.m16n8k16: 16 x 8, column-major, two elements a register. */
  public static final Layout B =
      layout(16, 8, 4, (g, t, i) -> 2 * t + i % 2 + (i < 2 ? 0 : 8), (g, t, i) -> g);

  /** C and D of mma.m16n8k16: 16 x 8 in f32, one element a register. */
  public static final Layout C =
      layout(16, 8, 4, (g, t, i) -> i < 2 ? g : g + 8, (g, t, i) -> 2 * t + i % 2);

  /** From the lane's group, its place in the group, and the element's number. */
  private interface Place {
    int of(int group, int member, int element);
  }

  private static Layout layout(int rows, int columns, int elements, Place row, Place column) {
    int[][] rowOf = new int[Warp.LANES][elements];
    int[][] columnOf = new int[Warp.LANES][elements];
    for (int lane = 0; lane < Warp.LANES; lane++) {
      for (int i = 0; i < elements; i++) {
        rowOf[lane][i] = row.of(lane >> 2, lane & 3, i);
        columnOf[lane][i] = column.of(lane >> 2, lane & 3, i);
      }
    }
    return new Layout(M16N8K16, rows, columns, rowOf, columnOf);
  }
}
