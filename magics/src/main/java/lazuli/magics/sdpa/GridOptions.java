package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What varies, what it is compared with, what is accepted. */
final class GridOptions {
  @Option(
      names = "--sweep",
      paramLabel = "AXIS=V",
      description = {
        "an axis of the grid, more than once for more: s=256..4096*2, tk=64..256+64,",
        "h=4,8, dtype=f32,bf16, mask=none,causal, backend=naive,flash, tile=64x256,128x64"
      })
  List<String> axes = new ArrayList<>();

  @Option(
      names = "--compare",
      paramLabel = "AXIS=V",
      description = "what compare varies: an axis as for --sweep; mask=bf16,f32 is its dtype")
  @Nullable String compare;

  @Option(
      names = "--baseline",
      paramLabel = "NAME",
      description = "the row to compare with (first)")
  @Nullable String baseline;

  @Option(
      names = "--budget",
      paramLabel = "LIMITS",
      description = "of sweep and search: time<=5ms,mem<=64MiB,err<=2x (times naive's)")
  @Nullable String budget;

  @Option(names = "--resume", description = "go on with the sweep or search that was interrupted")
  boolean resume;

  @Option(names = "--dry-run", description = "list what would run, with kernels and bytes")
  boolean dryRun;
}
