package lazuli.kernel.conformance;

/**
 * One row of the protocol: what a kernel must do.
 *
 * @param id area and name, as in the lists of what a kernel lacks
 * @param expectation the protocol's sentence, short
 * @param body fails when the kernel does otherwise
 */
record Check(String id, String expectation, Body body) {
  /** Talks to a kernel. */
  @FunctionalInterface
  interface Body {
    void run(Peer peer) throws Exception;
  }

  static Check of(String id, String expectation, Body body) {
    return new Check(id, expectation, body);
  }

  @Override
  public String toString() {
    return id + ": " + expectation;
  }
}
