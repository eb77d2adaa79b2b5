package lazuli.array.op;

import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a value before it is computed.
 *
 * @param shape its shape
 * @param dtype its type
 * @param device where it will be
 */
public record Aval(Shape shape, DType dtype, Device device) {
  private static final Aval[] SCALARS = scalars();

  private static Aval[] scalars() {
    Aval[] all = new Aval[DType.values().length];
    for (DType dtype : DType.values()) {
      all[dtype.ordinal()] = new Aval(Shape.SCALAR, dtype, Device.CPU);
    }
    return all;
  }

  /** {@return a scalar of a type, in the memory of the processor} */
  static Aval scalar(DType dtype) {
    return SCALARS[dtype.ordinal()];
  }

  /**
   * {@return the same with another shape}
   *
   * @param other the shape
   */
  public Aval withShape(Shape other) {
    return other == shape ? this : new Aval(other, dtype, device);
  }

  /**
   * {@return the same with another type}
   *
   * @param other the type
   */
  public Aval withDType(DType other) {
    return other == dtype ? this : new Aval(shape, other, device);
  }

  /** {@return the size of the elements in bytes} */
  public long bytes() {
    return Math.multiplyExact(shape.size(), (long) dtype.bytes());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof Aval a
            && dtype == a.dtype
            && device == a.device
            && shape.equals(a.shape);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * shape.hashCode() + dtype.hashCode()) + device.hashCode();
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
