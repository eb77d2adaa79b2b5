package lazuli.array.op;

import org.jspecify.annotations.Nullable;

/**
 * A constant of a plan that each run may give another value: scalars of the user's graph. Equal
 * only to the parameter of the same number, whatever the values are.
 */
public final class Parameter extends Number {
  private static final long serialVersionUID = 1L;

  private final int index;
  private final transient Number value;

  /**
   * Makes a parameter.
   *
   * @param index its number in the plan
   * @param value the value in the graph that the plan was made for
   */
  public Parameter(int index, Number value) {
    this.index = index;
    this.value = value;
  }

  /**
   * {@return the value that a constant has in one run}
   *
   * @param constant a number, perhaps a parameter
   * @param values the run's values of all parameters
   */
  public static Number in(Number constant, Number[] values) {
    return constant instanceof Parameter p && p.index < values.length ? values[p.index] : constant;
  }

  @Override
  public int intValue() {
    return value.intValue();
  }

  @Override
  public long longValue() {
    return value.longValue();
  }

  @Override
  public float floatValue() {
    return value.floatValue();
  }

  @Override
  public double doubleValue() {
    return value.doubleValue();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Parameter p && index == p.index;
  }

  @Override
  public int hashCode() {
    return index;
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
