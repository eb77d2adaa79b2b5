package lazuli.array.cpu;

/**
 * Where the packed columns of a matrix product's right operand lie: panels of a few vectors' width,
 * each holding all rows one after the other; the last panel may be narrower.
 *
 * @param address of the first panel, aligned to 64
 * @param depth rows in each panel
 * @param count how many panels
 * @param fullWidth columns of every panel but the last
 * @param lastWidth columns of the last, padding included
 * @param elementBytes size of one packed element
 */
record Panels(long address, int depth, int count, int fullWidth, int lastWidth, int elementBytes) {
  /** Panels for n columns. */
  static Panels of(long address, int depth, int n, int fullWidth, int lanes, int elementBytes) {
    int count = Math.ceilDiv(n, fullWidth);
    int vectors = Math.ceilDiv(n - (count - 1) * fullWidth, lanes);
    int last = Math.min(fullWidth, lanes * Integer.highestOneBit(2 * vectors - 1));
    return new Panels(address, depth, count, fullWidth, last, elementBytes);
  }

  int width(int panel) {
    return panel == count - 1 ? lastWidth : fullWidth;
  }

  /** Columns of all panels, padding included. */
  int columns() {
    return (count - 1) * fullWidth + lastWidth;
  }

  long address(int panel) {
    return address + (long) panel * fullWidth * depth * elementBytes;
  }

  /** Where row k of a panel begins. */
  long address(int panel, int k) {
    return address(panel) + (long) k * width(panel) * elementBytes;
  }

  long bytes() {
    return (long) columns() * depth * elementBytes;
  }
}
