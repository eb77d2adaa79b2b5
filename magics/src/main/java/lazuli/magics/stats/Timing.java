package lazuli.magics.stats;

/**
 * Everything measured of one subject.
 *
 * @param name the subject
 * @param samples nanoseconds per call, in the order they were taken, after warm-up
 * @param batch calls behind each sample
 * @param first nanoseconds of the very first call
 * @param warmup calls that were discarded
 * @param settled whether the warm-up ended because times settled, not because its budget was spent
 */
public record Timing(
    String name, double[] samples, int batch, double first, int warmup, boolean settled) {

  /** Copies the samples. */
  public Timing {
    samples = samples.clone();
  }

  @Override
  public double[] samples() {
    return samples.clone();
  }

  /** {@return the statistics of the samples} */
  public Summary summary() {
    return Summary.of(samples);
  }

  /** {@return what the samples did over time} */
  public Steadiness steadiness() {
    return Steadiness.of(samples, batch);
  }

  /**
   * {@return this timing with another first call, one that was made before}
   *
   * @param nanos its time
   */
  public Timing withFirst(double nanos) {
    return new Timing(name, samples, batch, nanos, warmup, settled);
  }
}
