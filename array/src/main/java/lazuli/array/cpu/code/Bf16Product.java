package lazuli.array.cpu.code;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Products of bf16 matrices with sums in f32, by machine code: c[rows][64] = a[rows][2 pairs] times
 * b[2 pairs][64], or added to what c holds.
 *
 * <p>a and c are row-major with a distance between rows. b lies in pairs: for each two neighbouring
 * rows, 64 times their two numbers side by side. Numbers below the least normal f32 count as 0, in
 * and out, as these instructions define it.
 */
public final class Bf16Product {
  /** Columns of b and c. */
  public static final int COLUMNS = 64;

  /** The rows are a multiple of this. */
  public static final int ROWS = 16;

  /** The pairs are a multiple of this. */
  public static final int PAIRS = 16;

  // One constant handle for all code: a handle in a field costs a second call at each call. A call
  // takes some microseconds: short enough not to keep the collector waiting.
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG),
              Linker.Option.critical(false));

  private final MemorySegment set;
  private final MemorySegment add;

  private Bf16Product(MemorySegment set, MemorySegment add) {
    this.set = set;
    this.add = add;
  }

  /**
   * Places the code.
   *
   * @param tiles by matrix tiles instead of vector dot products
   * @throws Unavailable when the system refuses
   */
  static Bf16Product place(boolean tiles) throws Unavailable {
    if (tiles) {
      Processor.permitTiles();
    }
    return new Bf16Product(
        ExecutableMemory.place(tiles ? ProductCode.tiles(false) : ProductCode.dots(false)),
        ExecutableMemory.place(tiles ? ProductCode.tiles(true) : ProductCode.dots(true)));
  }

  /**
   * Computes one product.
   *
   * @param more whether c is added to, instead of written
   * @param rows of a and c, a positive multiple of {@link #ROWS}
   * @param pairs half of a's columns, a positive multiple of {@link #PAIRS}
   * @param a address of the left operand
   * @param aRow bytes from one row of a to the next
   * @param b address of the right operand
   * @param c address of the result
   * @param cRow bytes from one row of c to the next
   */
  public void multiply(
      boolean more, long rows, long pairs, long a, long aRow, long b, long c, long cRow) {
    MemorySegment code = more ? add : set;
    try {
      CALL.invokeExact(code, rows, pairs, a, aRow, b, c, cRow);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
