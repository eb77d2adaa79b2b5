package lazuli.magics.sdpa;

import java.util.List;
import java.util.function.Predicate;
import lazuli.kernel.ext.UsageException;

/** Options that only some actions take: refused elsewhere rather than ignored. */
final class Belonging {
  /** An option, who takes it, and what others are told. */
  private record Rule(
      String option, Predicate<SdpaOptions> given, List<String> takers, String message) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "--sweep",
              o -> !o.grid.axes.isEmpty(),
              List.of("sweep", "search", "check"),
              "--sweep belongs to %sdpa sweep, search and check; compare has --compare"),
          new Rule(
              "--resume",
              o -> o.grid.resume,
              List.of("sweep", "search"),
              "--resume belongs to %sdpa sweep and search"),
          new Rule(
              "--budget",
              o -> o.grid.budget != null,
              List.of("sweep", "search"),
              "--budget belongs to %sdpa sweep and search"),
          new Rule(
              "--compare",
              o -> o.grid.compare != null,
              List.of("compare"),
              "--compare belongs to %sdpa compare"),
          new Rule(
              "--undo",
              o -> o.tiles.undo || o.tiles.show || o.tiles.reset,
              List.of("tune"),
              "--show, --undo and --reset belong to %sdpa tune"),
          new Rule(
              "--roofline",
              o -> o.timing.roofline,
              List.of("bench", "compare", "sweep", "explain"),
              "--roofline belongs to %sdpa bench, compare, sweep and explain"),
          new Rule(
              "--peer",
              o -> o.timing.peer != null,
              List.of("bench", "compare", "explain"),
              "--peer belongs to %sdpa bench and compare"));

  private Belonging() {}

  /** Refuses options that this action would ignore. */
  static void check(SdpaOptions options, String action) {
    for (Rule rule : RULES) {
      if (rule.given.test(options) && !rule.takers.contains(action)) {
        throw new UsageException(rule.message);
      }
    }
  }
}
