package lazuli.array;

/** What {@code compile} may do besides running a function once for each kind of its arguments. */
public enum CompileOption {
  /**
   * Lengths of dimensions are no part of the kind: a call with other lengths fills in the graph of
   * an earlier one. Which lengths may change is found out at the first call, by running the
   * function with other lengths too: one that the function needs as it is stays part of the kind.
   * Dimensions of length 0 and 1 do, too. As in MLX, a function that chooses its operations by a
   * length, with if or a loop, keeps what the first call chose.
   */
  SHAPELESS,

  /**
   * Attention written by hand, softmax(q kᵀ ...) v, is replaced by {@code sdpa}, which never writes
   * the weights. Results agree within rounding, but where a query sees no key {@code sdpa} gives 0.
   */
  REPLACE_ATTENTION
}
