package lazuli.array.op;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * While a function is traced, nodes that descend from its parameters keep their operands even when
 * they are evaluated: a function that prints its loss has the same gradient as one that does not.
 * When the trace closes, evaluated nodes let go of their operands.
 *
 * <p>Mutable, guarded by its own lock: nodes may be evaluated on several threads.
 */
public final class Tracing implements AutoCloseable {
  private static final ScopedValue<Tracing> CURRENT = ScopedValue.newInstance();

  private final @Nullable Tracing outer;
  private final List<Node> kept = new ArrayList<>();
  private boolean open = true;

  private Tracing(@Nullable Tracing outer) {
    this.outer = outer;
  }

  /** {@return a new trace, inside the one that this thread is in} */
  public static Tracing open() {
    return new Tracing(CURRENT.isBound() ? CURRENT.get().live() : null);
  }

  /**
   * {@return a node of the same value that stands for a parameter}
   *
   * @param parameter the parameter
   */
  public Node stand(Node parameter) {
    return Node.traced(new Reshape(parameter.aval().shape()), List.of(parameter), this);
  }

  /**
   * {@return what the body returns} Traces that it opens are inside this one.
   *
   * @param body the traced function
   * @param <T> its result
   */
  public <T extends @Nullable Object> T call(Supplier<T> body) {
    return ScopedValue.where(CURRENT, this).call(body::get);
  }

  /** The innermost open trace that this one belongs to. */
  @Nullable Tracing live() {
    synchronized (this) {
      if (open) {
        return this;
      }
    }
    return outer == null ? null : outer.live();
  }

  /** Whether a node that has its result must keep its operands; remembers it if so. */
  boolean keep(Node node) {
    synchronized (this) {
      if (open) {
        kept.add(node);
        return true;
      }
    }
    return outer != null && outer.keep(node);
  }

  @Override
  public void close() {
    List<Node> nodes;
    synchronized (this) {
      open = false;
      nodes = List.copyOf(kept);
      kept.clear();
    }
    for (Node node : nodes) {
      if (outer == null || !outer.keep(node)) {
        node.release();
      }
    }
  }
}
