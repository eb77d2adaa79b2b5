package lazuli.array;

import lazuli.array.op.Build;
import lazuli.array.op.Node;
import lazuli.array.op.Selection;
import lazuli.array.op.Update;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;

/**
 * A part of an array that is about to be updated: {@code x.at("0:4").add(v)}. Every update returns
 * a new array; the old one stays as it is. Values broadcast to the part and are converted to the
 * array's type. Where index arrays name a place twice, values meet it in order, on any number of
 * threads.
 */
public final class Place {
  private final Array array;
  private final Selection selection;

  Place(Array array, Selection selection) {
    this.array = array;
    this.selection = selection;
  }

  private Array update(Update update, Node value) {
    Node cast = Build.promote(value, array.dtype(), "value");
    return new Array(selection.update(array.node(), update, cast));
  }

  private Node literal(long value) {
    Node node = Build.scalar(array.node(), value);
    return array.dtype() == DType.BOOL ? Build.promote(node, DType.BOOL, "value") : node;
  }

  private Node literal(double value) {
    if (!array.dtype().isFloat() && value != Math.rint(value)) {
      throw new ArrayException(
          "an update was given " + value + " for an array of type " + array.dtype(),
          "whole numbers",
          "convert the array first, such as x.astype(F32)");
    }
    return Build.fill(array.dtype(), lazuli.array.type.Shape.SCALAR, value);
  }

  /** {@return the part itself} */
  public Array get() {
    return new Array(selection.get(array.node()));
  }

  /**
   * {@return the array with the part replaced by the value; of several the last wins}
   *
   * @param value the values; broadcasts
   */
  public Array set(Array value) {
    return update(Update.SET, value.node());
  }

  /**
   * {@return the array with the part replaced by the value; of several the last wins}
   *
   * @param value the value
   */
  public Array set(long value) {
    return update(Update.SET, literal(value));
  }

  /**
   * {@return the array with the part replaced by the value; of several the last wins}
   *
   * @param value the value
   */
  public Array set(double value) {
    return update(Update.SET, literal(value));
  }

  /**
   * {@return the array with the part with the value added}
   *
   * @param value the values; broadcasts
   */
  public Array add(Array value) {
    return update(Update.ADD, value.node());
  }

  /**
   * {@return the array with the part with the value added}
   *
   * @param value the value
   */
  public Array add(long value) {
    return update(Update.ADD, literal(value));
  }

  /**
   * {@return the array with the part with the value added}
   *
   * @param value the value
   */
  public Array add(double value) {
    return update(Update.ADD, literal(value));
  }

  /**
   * {@return the array with the part multiplied by the value}
   *
   * @param value the values; broadcasts
   */
  public Array mul(Array value) {
    return update(Update.MUL, value.node());
  }

  /**
   * {@return the array with the part multiplied by the value}
   *
   * @param value the value
   */
  public Array mul(long value) {
    return update(Update.MUL, literal(value));
  }

  /**
   * {@return the array with the part multiplied by the value}
   *
   * @param value the value
   */
  public Array mul(double value) {
    return update(Update.MUL, literal(value));
  }

  /**
   * {@return the array with the part at least the value}
   *
   * @param value the values; broadcasts
   */
  public Array max(Array value) {
    return update(Update.MAX, value.node());
  }

  /**
   * {@return the array with the part at least the value}
   *
   * @param value the value
   */
  public Array max(long value) {
    return update(Update.MAX, literal(value));
  }

  /**
   * {@return the array with the part at least the value}
   *
   * @param value the value
   */
  public Array max(double value) {
    return update(Update.MAX, literal(value));
  }

  /**
   * {@return the array with the part at most the value}
   *
   * @param value the values; broadcasts
   */
  public Array min(Array value) {
    return update(Update.MIN, value.node());
  }

  /**
   * {@return the array with the part at most the value}
   *
   * @param value the value
   */
  public Array min(long value) {
    return update(Update.MIN, literal(value));
  }

  /**
   * {@return the array with the part at most the value}
   *
   * @param value the value
   */
  public Array min(double value) {
    return update(Update.MIN, literal(value));
  }

  /**
   * {@return the array with the value subtracted from the part}
   *
   * @param value the values; broadcasts
   */
  public Array sub(Array value) {
    return add(value.neg());
  }

  /**
   * {@return the array with the value subtracted from the part}
   *
   * @param value the value
   */
  public Array sub(long value) {
    return add(-value);
  }

  /**
   * {@return the array with the value subtracted from the part}
   *
   * @param value the value
   */
  public Array sub(double value) {
    return add(-value);
  }
}
