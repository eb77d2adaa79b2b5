package lazuli.array.cpu;

import lazuli.array.op.Reduction;
import lazuli.array.type.DType;

/**
 * What a copy of {@link RowFoldF32} or {@link RowFoldF64} folds.
 *
 * @param row SUM, MAX or MIN
 * @param dtype the type in memory
 * @param step from one element of a row to the next, in elements: 1 or 2
 */
record FoldKind(Reduction row, DType dtype, int step) {}
