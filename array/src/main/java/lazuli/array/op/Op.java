package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;
import org.jspecify.annotations.Nullable;

/**
 * An operation of the graph. Core operations are closed; composites define themselves in core
 * operations.
 */
public sealed interface Op permits Pointwise, Movement, Source, Primitive, Composite {
  /** {@return the name in plans, spans and errors, such as {@code matmul}} */
  String label();

  /**
   * {@return what is known of the result} Operands were checked and promoted when the node was
   * built.
   *
   * @param inputs what is known of the operands
   */
  Aval infer(List<Aval> inputs);

  /**
   * {@return the work that the result needs} By default each input is read once, the output written
   * once, and one operation made for each output element.
   *
   * @param inputs what is known of the operands
   * @param output what is known of the result
   */
  default Work work(List<Aval> inputs, Aval output) {
    double bytes = output.bytes();
    for (Aval in : inputs) {
      bytes += in.bytes();
    }
    return Work.of(output.shape().size(), bytes);
  }

  /**
   * {@return the gradient of one operand, or null when the operation is no function that could have
   * one} Asked only for floating operands of floating results. Its shape may still be broadcast:
   * who asks adds it up to the operand's.
   *
   * @param operand the operand's number
   * @param inputs the operands
   * @param output the node of this operation
   * @param d the gradient of the output, in its shape and type
   */
  default @Nullable Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    return null;
  }
}
