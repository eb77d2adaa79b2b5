package lazuli.array.op;

/**
 * Operations whose operands' values are checked when they run: indices of arrays. The error comes
 * in another cell than the one that wrote them, so their nodes remember which cell that was.
 */
public interface Checked {}
