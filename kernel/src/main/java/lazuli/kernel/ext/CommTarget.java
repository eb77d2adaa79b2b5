package lazuli.kernel.ext;

/** What happens when a client opens a comm under a name that {@link Comms#target} knows. */
@FunctionalInterface
public interface CommTarget {
  /**
   * Called before any message of the comm. Sets its listeners, or closes it. Runs in the cells' own
   * order, can be interrupted as a cell, and what it prints is shown; what it throws closes the
   * comm and is shown as an error text.
   *
   * @param comm the new comm
   * @param data what the client sent with it
   * @throws Exception as any cell
   */
  void opened(Comm comm, CommData data) throws Exception;
}
