package lazuli.gpu.sim;

/**
 * What a real GPU would answer with an error, or worse, with silence; the message names the place.
 */
public final class SimFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  SimFault(String message) {
    super(message);
  }
}
