package lazuli.array.plan;

import lazuli.array.backend.View;
import lazuli.array.op.Aval;

/**
 * What a step reads, or what an output is: a slot's value, looked at in some way.
 *
 * @param slot the slot
 * @param aval shape and type as seen
 * @param layout where the elements lie, relative to the slot's view
 */
record Operand(int slot, Aval aval, Layout layout) {
  /** {@return the view, given the slot's own} */
  View view(View base) {
    if (layout.offset() == 0
        && layout.shape().equals(base.shape())
        && java.util.Arrays.equals(layout.strides(), base.strides())) {
      return base;
    }
    return new View(
        base.buffer(),
        aval.dtype(),
        layout.shape(),
        layout.strides(),
        base.offset() + layout.offset());
  }
}
