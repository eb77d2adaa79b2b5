package lazuli.array.op;

import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** How a scattered value meets the one that is there. Several for one place meet it in order. */
public enum Update {
  /** Replaces it: the last wins. */
  SET("set", (a, b) -> b, (a, b) -> b, null),
  /** Adds to it. */
  ADD("add", Double::sum, Long::sum, Binary.ADD),
  /** Multiplies it. */
  MUL("mul", (a, b) -> a * b, (a, b) -> a * b, Binary.MUL),
  /** The larger remains. */
  MAX("max", Math::max, Math::max, Binary.MAXIMUM),
  /** The smaller remains. */
  MIN("min", Math::min, Math::min, Binary.MINIMUM);

  private final String label;
  private final DoubleBinaryOperator reals;
  private final LongBinaryOperator integers;
  private final @Nullable Binary row;

  Update(
      String label, DoubleBinaryOperator reals, LongBinaryOperator integers, @Nullable Binary row) {
    this.label = label;
    this.reals = reals;
    this.integers = integers;
    this.row = row;
  }

  /** {@return the name in plans} */
  public String label() {
    return label;
  }

  /** {@return how the value there and the new one meet, in float64} */
  public DoubleBinaryOperator reals() {
    return reals;
  }

  /** {@return how the value there and the new one meet, in 64-bit integers} */
  public LongBinaryOperator integers() {
    return integers;
  }

  /** {@return the value there updated where each place is met once} */
  Node apply(Node there, Node value) {
    return row == null ? value : Build.binary(row, there, value);
  }
}
