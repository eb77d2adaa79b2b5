package lazuli.array;

import lazuli.array.plan.Evaluator;

/**
 * The evaluator behind every array of this process: one of the few static places with mutable
 * state. The system property {@code lazuli.backend} names the backend.
 */
final class Engine {
  static final Evaluator EVALUATOR = new Evaluator(System.getProperty("lazuli.backend", ""));

  private Engine() {}
}
