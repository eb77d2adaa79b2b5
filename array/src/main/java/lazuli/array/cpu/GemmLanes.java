package lazuli.array.cpu;

import lazuli.array.type.DType;

/** What a blocked matrix product needs from the type that it computes in. */
sealed interface GemmLanes permits GemmF32, GemmF64 {
  /** Rows of one tile: 6 x 4 vectors leave room for 5 operands in 32 registers, 6 x 2 in 16. */
  int ROWS = 6;

  /** Rows packed at a time when the right operand's columns are the adjacent ones. */
  int COLUMN_BLOCK = 256;

  /** Lanes of one vector. */
  int lanes();

  /** Size of one element. */
  int bytes();

  /** Packs rows k0 to k1 of the right operand's columns j0 to j0 + n into every panel. */
  void packRows(Matrix b, int k0, int k1, int j0, int n, Panels panels);

  /** Packs one panel of the right operand's columns j0 to j0 + n, column by column. */
  void packColumns(Matrix b, int j0, int n, int panel, Panels panels);

  /** Packs a block of the left operand into the calling thread's scratch, rows interleaved. */
  void packA(Matrix a, int i0, int rows, int k0, int depth);

  /**
   * Multiplies the packed block of the left operand with one panel.
   *
   * @param b the panel's first row
   * @param width the panel's columns, padding included
   * @param add whether to add to the output, which is then of the computing type
   * @param dtype the output's type when it is not added to
   * @param c the output's first element
   * @param rowBytes from one row of the output to the next
   * @param n columns of the output, without padding
   */
  void block(
      int rows,
      int depth,
      long b,
      int width,
      boolean add,
      DType dtype,
      long c,
      long rowBytes,
      int n);
}
