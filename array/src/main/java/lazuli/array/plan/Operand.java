package lazuli.array.plan;

import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import org.jspecify.annotations.Nullable;

/**
 * What a step reads, or what an output is: a slot's value, looked at in some way.
 *
 * @param slot the slot
 * @param aval shape and type as seen
 * @param layout where the elements lie, relative to the slot's view
 * @param place the place in the walk of a node that lies so, before it is repeated to the shape;
 *     two operands that differ in it alone are the same
 */
record Operand(int slot, Aval aval, Layout layout, int place) {
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Operand o
        && slot == o.slot
        && aval.equals(o.aval)
        && layout.equals(o.layout);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * slot + aval.hashCode()) + layout.hashCode();
  }
}
