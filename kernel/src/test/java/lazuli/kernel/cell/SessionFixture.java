package lazuli.kernel.cell;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;

/** A session with the standard imports that collects its warnings. */
final class SessionFixture implements AutoCloseable {
  final List<String> warnings = new CopyOnWriteArrayList<>();
  final JavaSession java = new JavaSession(JavaSession.Config.standard(warnings::add));

  /** Runs each cell under its own number; all but the last must succeed. */
  Outcome run(String... cells) {
    Outcome last = new Outcome.None();
    for (int i = 0; i < cells.length; i++) {
      last = java.evaluate(new Source("In[" + (i + 1) + "]", cells[i], 1));
      if (last instanceof Outcome.Failure failure && i < cells.length - 1) {
        Assertions.fail(String.join("\n", failure.traceback()));
      }
    }
    return last;
  }

  /** The value of the last cell. */
  @Nullable Object value(String... cells) {
    Outcome outcome = run(cells);
    return switch (outcome) {
      case Outcome.Value(var value, var type) -> value;
      case Outcome.Failure failure -> Assertions.fail(String.join("\n", failure.traceback()));
      case Outcome.None() -> Assertions.fail("no value");
      case Outcome.Interrupted() -> Assertions.fail("interrupted");
    };
  }

  /** The text of the last cell's failure. */
  String error(String... cells) {
    return switch (run(cells)) {
      case Outcome.Failure failure -> String.join("\n", failure.traceback());
      case Outcome other -> Assertions.fail("no failure but " + other);
    };
  }

  @Override
  public void close() {
    java.close();
  }
}
