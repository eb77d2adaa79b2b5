package lazuli.array.op;

import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;

/**
 * What is known of a value before it is computed.
 *
 * @param shape its shape
 * @param dtype its type
 * @param device where it will be
 */
public record Aval(Shape shape, DType dtype, Device device) {
  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
