package lazuli.array;

import lazuli.array.type.ArrayException;

/**
 * How arrays are written as text; the defaults are NumPy's.
 *
 * @param precision the most digits behind the point
 * @param threshold arrays of more elements show their corners only
 * @param edgeItems how many elements a corner has in each dimension
 * @param lineWidth rows wrap before this column
 * @param suppress whether small numbers are never written with an exponent
 */
public record PrintOptions(
    int precision, int threshold, int edgeItems, int lineWidth, boolean suppress) {
  /** The defaults. */
  public static final PrintOptions DEFAULT = new PrintOptions(8, 1000, 3, 75, false);

  /** Checks the numbers. */
  public PrintOptions {
    if (precision < 0 || precision > 20 || threshold < 0 || edgeItems < 1 || lineWidth < 10) {
      throw new ArrayException(
          "printOptions was given precision "
              + precision
              + ", threshold "
              + threshold
              + ", edgeItems "
              + edgeItems
              + ", lineWidth "
              + lineWidth,
          "precision 0 to 20, threshold 0 or more, edgeItems 1 or more, lineWidth 10 or more",
          "start from PrintOptions.DEFAULT, such as DEFAULT.withPrecision(4)");
    }
  }

  /**
   * {@return the same with other digits}
   *
   * @param digits the most digits behind the point
   */
  public PrintOptions withPrecision(int digits) {
    return new PrintOptions(digits, threshold, edgeItems, lineWidth, suppress);
  }

  /**
   * {@return the same with another threshold}
   *
   * @param elements arrays of more elements show their corners only
   */
  public PrintOptions withThreshold(int elements) {
    return new PrintOptions(precision, elements, edgeItems, lineWidth, suppress);
  }

  /**
   * {@return the same with other corners}
   *
   * @param items how many elements a corner has in each dimension
   */
  public PrintOptions withEdgeItems(int items) {
    return new PrintOptions(precision, threshold, items, lineWidth, suppress);
  }

  /**
   * {@return the same with another width}
   *
   * @param columns rows wrap before this column
   */
  public PrintOptions withLineWidth(int columns) {
    return new PrintOptions(precision, threshold, edgeItems, columns, suppress);
  }

  /**
   * {@return the same with or without exponents for small numbers}
   *
   * @param on whether they are suppressed
   */
  public PrintOptions withSuppress(boolean on) {
    return new PrintOptions(precision, threshold, edgeItems, lineWidth, on);
  }
}
