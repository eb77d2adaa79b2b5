package lazuli.array.op;

/**
 * An operation of the graph. Core operations are closed; composites define themselves in core
 * operations.
 */
public sealed interface Op permits Composite {
  /** {@return the name in plans, spans and errors, such as {@code matmul}} */
  String name();
}
