package lazuli.magics.bench;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.type.DType;
import lazuli.magics.peer.Bytes;
import lazuli.magics.peer.PeerTask;

/**
 * A case with its operands made and evaluated.
 *
 * @param ours builds the result; evaluating it is what is timed
 * @param dtype what it computes in
 * @param operands in the peer's order; none when no peer takes part
 * @param op the peer's name for it, as in {@link PeerTask}
 * @param options the peer's options
 * @param yardsticks our own calls to be held against instead of a peer's: the fastest counts
 */
record Problem(
    Supplier<Array> ours,
    DType dtype,
    List<Array> operands,
    String op,
    Map<String, Object> options,
    List<Supplier<Array>> yardsticks) {

  /** A problem for us and a peer. */
  static Problem of(
      Supplier<Array> ours,
      DType dtype,
      List<Array> operands,
      String op,
      Map<String, Object> options) {
    return new Problem(ours, dtype, operands, op, options, List.of());
  }

  PeerTask task() {
    return new PeerTask(op, operands.stream().map(Bytes::operand).toList(), options);
  }
}
