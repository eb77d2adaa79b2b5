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
 * @param operands in the peer's order
 * @param op the peer's name for it, as in {@link PeerTask}
 * @param options the peer's options
 */
record Problem(
    Supplier<Array> ours,
    DType dtype,
    List<Array> operands,
    String op,
    Map<String, Object> options) {

  PeerTask task() {
    return new PeerTask(op, operands.stream().map(Bytes::operand).toList(), options);
  }
}
