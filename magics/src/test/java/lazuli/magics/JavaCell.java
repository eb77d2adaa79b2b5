package lazuli.magics;

import java.util.Map;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.cell.Outcome;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.RunningCell;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/** A cell of a real Java session, without a kernel around it. */
public final class JavaCell implements RunningCell, AutoCloseable {
  private final JavaSession session = new JavaSession(JavaSession.Config.standard(_ -> {}));

  @Override
  public @Nullable Object evaluate(String java) throws Exception {
    return switch (session.evaluate(java)) {
      case Outcome.Value(var value, var type) -> value;
      case Outcome.Failure failure when failure.thrown() instanceof Exception e -> throw e;
      case Outcome.Failure failure ->
          throw new UsageException(String.join("\n", failure.traceback()));
      case Outcome other -> null;
    };
  }

  @Override
  public Map<String, @Nullable Object> variables() {
    return session.variables();
  }

  @Override
  public void define(String name, Object value) {
    session.define(name, value);
  }

  @Override
  public DisplayHandle display(Object value) {
    return _ -> {};
  }

  @Override
  public MimeBundle render(Object value) {
    return MimeBundle.text(String.valueOf(value));
  }

  @Override
  public boolean interrupted() {
    return session.interrupted();
  }

  @Override
  public boolean stopChecks() {
    return session.stopChecks();
  }

  @Override
  public void close() {
    session.close();
  }
}
