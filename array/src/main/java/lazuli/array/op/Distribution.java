package lazuli.array.op;

/** What random numbers look like. */
public enum Distribution {
  /** Evenly spread over [0, 1), truncated to the type's precision. */
  UNIFORM("uniform"),
  /** Mean 0, variance 1. */
  NORMAL("normal"),
  /** Minus the logarithm of minus the logarithm of uniform numbers. */
  GUMBEL("gumbel"),
  /** Density exp(-|x|) / 2. */
  LAPLACE("laplace");

  private final String label;

  Distribution(String label) {
    this.label = label;
  }

  /** {@return the name in plans} */
  public String label() {
    return label;
  }
}
