package lazuli.array.io;

import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * One array of a file, whose elements have not been read.
 *
 * @param name its name in the file; empty for a file of one array
 * @param stored the element type in the format's own words
 * @param dtype the element type that it becomes; null when the content is refused
 * @param shape its shape
 * @param columnMajor whether the elements lie with the first index fastest
 * @param content how the elements are had
 */
public record Member(
    String name,
    String stored,
    @Nullable DType dtype,
    Shape shape,
    boolean columnMajor,
    Content content) {

  /** {@return the size of the elements in memory; 0 when the content is refused} */
  public long bytes() {
    return dtype == null ? 0 : Math.multiplyExact(shape.size(), (long) dtype.bytes());
  }
}
