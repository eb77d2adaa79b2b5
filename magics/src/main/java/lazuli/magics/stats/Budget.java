package lazuli.magics.stats;

/**
 * How long to measure.
 *
 * @param seconds sampling time for each subject
 * @param samples the fewest samples, taken even when the time is up
 * @param most the most samples, however much time is left
 * @param warmup calls to discard; {@link #AUTO} for "until times settle"
 * @param batch calls behind each sample; {@link #AUTO} for "as many as the clock needs"
 * @param warming the fewest seconds of an automatic warm-up of what a JIT compiler works on: two
 *     windows also agree while it has not come to the code yet
 */
public record Budget(double seconds, int samples, int most, int warmup, int batch, double warming) {
  /** Decided from the first calls. */
  public static final int AUTO = -1;

  /** Half a second, at least 10 samples, automatic warm-up. */
  public static final Budget DEFAULT = ofSeconds(0.5);

  /**
   * {@return at least 10 samples in this time, after an automatic warm-up}
   *
   * @param seconds sampling time for each subject
   */
  public static Budget ofSeconds(double seconds) {
    return new Budget(seconds, 10, Integer.MAX_VALUE, AUTO, AUTO, 0);
  }

  /**
   * {@return this budget with a warm-up}
   *
   * @param calls to discard; {@link #AUTO} for "until times settle"
   */
  public Budget withWarmup(int calls) {
    return new Budget(seconds, samples, most, calls, batch, warming);
  }

  /**
   * {@return this budget with exactly this many samples}
   *
   * @param count the samples
   */
  public Budget exactly(int count) {
    return new Budget(seconds, count, count, warmup, batch, warming);
  }

  /**
   * {@return this budget with this many calls behind each sample}
   *
   * @param calls at least 1
   */
  public Budget inBatchesOf(int calls) {
    return new Budget(seconds, samples, most, warmup, calls, warming);
  }

  /**
   * {@return this budget with an automatic warm-up of at least this long}
   *
   * @param seconds for each subject
   */
  public Budget warmingFor(double seconds) {
    return new Budget(this.seconds, samples, most, warmup, batch, seconds);
  }
}
