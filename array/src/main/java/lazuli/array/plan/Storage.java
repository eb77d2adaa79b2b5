package lazuli.array.plan;

import org.jspecify.annotations.Nullable;

/**
 * Stands for one buffer: whoever reaches this object keeps the memory. The memory goes back to its
 * pool when nothing reaches it, or when a scope closes.
 */
public final class Storage {
  /** The claim on the buffer; null once it was given back. Guarded by the evaluator's lock. */
  volatile Ownership.@Nullable Lease lease;

  /**
   * Whether no pool owns the memory, such as that of a mapped file: there is nothing to give back.
   */
  private final boolean foreign;

  Storage() {
    this(false);
  }

  Storage(boolean foreign) {
    this.foreign = foreign;
  }

  /** {@return whether the memory was given back by hand} */
  public boolean released() {
    return lease == null && !foreign;
  }
}
