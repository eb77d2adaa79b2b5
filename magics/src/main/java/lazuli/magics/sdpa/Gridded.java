package lazuli.magics.sdpa;

import lazuli.kernel.ext.UsageException;
import lazuli.magics.stats.Budget;

/** {@code %sdpa sweep} and {@code %sdpa search}: a grid of attentions, which can be resumed. */
record Gridded(String name, Unfinished unfinished) implements Action {

  static Action sweep(Unfinished unfinished) {
    return new Gridded("sweep", unfinished);
  }

  static Action search(Unfinished unfinished) {
    return new Gridded("search", unfinished);
  }

  @Override
  public Object run(Use use) throws Exception {
    Budget time = use.options().timing.budget();
    if (use.options().grid.resume) {
      return unfinished.get().run(use, time);
    }
    noArrays(use);
    Request request = Request.of(name, use.options());
    if (use.options().grid.dryRun) {
      return request.dryRun(use);
    }
    Sweep sweep = request.sweep(use.options());
    unfinished.keep(sweep);
    return sweep.run(use, time);
  }

  /** Refuses the session's arrays where operands are made. */
  static void noArrays(Use use) {
    if (!use.words().isEmpty()) {
      throw new UsageException(
          "%sdpa "
              + use.action()
              + " makes its own operands; got "
              + String.join(" ", use.words())
              + ". Use --shape and --sweep, or compare with arrays");
    }
  }
}
