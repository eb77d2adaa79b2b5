package lazuli.magics.peer;

import java.util.List;
import java.util.Map;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * What a peer should compute.
 *
 * @param op a key of OPERATIONS in {@code torch_peer.py}, such as {@code sdpa} or {@code matmul}
 * @param inputs the operands
 * @param options such as {@code causal} and {@code scale}; {@code rotate} takes that many copies of
 *     the operands in turn
 */
public record PeerTask(String op, List<Operand> inputs, Map<String, Object> options) {
  /**
   * One operand.
   *
   * @param dtype its type
   * @param shape its shape
   * @param bytes its elements, row-major, little-endian
   */
  public record Operand(DType dtype, Shape shape, byte[] bytes) {}
}
