package lazuli.magics.sdpa;

import lazuli.magics.option.Numbers;
import lazuli.magics.stats.Budget;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How it is measured, and beside whom. */
final class TimingOptions {
  @Option(names = "--cold", description = "empty the caches before each call")
  boolean cold;

  @Option(names = "--time", paramLabel = "SEC", description = "sampling time of each row (0.5)")
  double time = 0.5;

  @Option(
      names = "--warmup",
      paramLabel = "auto|N",
      description = "calls to discard first (auto: until times settle)")
  String warmup = "auto";

  @Option(
      names = "--error",
      description = "errors against the float64 reference, and their ratio to naive's")
  boolean error;

  @Option(
      names = "--roofline",
      description = "draw where each row lies under the roofs of compute and memory")
  boolean roofline;

  @Option(names = "--peer", paramLabel = "torch", description = "run PyTorch in turns with ours")
  @Nullable String peer;

  @Option(names = "--python", paramLabel = "PATH", description = "the Python that has the peer")
  @Nullable String python;

  /** {@return the time that each row gets} */
  Budget budget() {
    return Budget.ofSeconds(Numbers.positive("--time", time)).withWarmup(Numbers.warmup(warmup));
  }
}
