package lazuli.kernel.ext;

/**
 * A two-way channel between an object here and its counterpart in the client ("Messaging in
 * Jupyter", custom messages): what widgets are made of. Thread-safe.
 */
public interface Comm {
  /** {@return its id, the same on both sides} */
  String id();

  /** {@return the name of its target} */
  String targetName();

  /** {@return whether neither side has closed it} */
  boolean isOpen();

  /**
   * Sends a message to every client.
   *
   * @param data what to send
   * @throws IllegalStateException when the comm is closed
   * @throws UsageException when data or metadata is not JSON
   */
  void send(CommData data);

  /**
   * Closes it here and tells every client. A closed comm stays closed.
   *
   * @param data what to send with it
   */
  void close(CommData data);

  /** Closes it with nothing to say. */
  default void close() {
    close(CommData.EMPTY);
  }

  /**
   * Sets what is done with the client's messages; in their order, as {@link CommTarget#opened}.
   *
   * @param listener replaces the one before
   */
  void onMessage(Listener listener);

  /**
   * Sets what is done when the client closes it.
   *
   * @param listener replaces the one before
   */
  void onClose(Listener listener);

  /** What is done with a message. */
  @FunctionalInterface
  interface Listener {
    /**
     * Takes a message.
     *
     * @param data what the client sent
     * @throws Exception as any cell; shown as an error text
     */
    void received(CommData data) throws Exception;
  }
}
