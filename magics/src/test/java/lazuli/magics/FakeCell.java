package lazuli.magics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import lazuli.kernel.ext.Displayable;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.Progress;
import lazuli.kernel.ext.RunningCell;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/** A cell whose Java is looked up in a table instead of being compiled. */
public final class FakeCell implements RunningCell {
  public final Map<String, @Nullable Object> variables = new LinkedHashMap<>();
  public final Map<String, Callable<?>> code = new LinkedHashMap<>();
  public final List<String> evaluated = new ArrayList<>();
  public final List<Object> displayed = new ArrayList<>();

  /** What bars showed while they were open, and the line that each left. */
  public final List<Object> progress = new ArrayList<>();

  public boolean stopChecks;
  public int interruptAfter = Integer.MAX_VALUE;
  private int asked;

  /** Makes a piece of Java known. */
  public FakeCell java(String text, Callable<?> meaning) {
    code.put(text, meaning);
    return this;
  }

  /** Makes an expression known in the form that magics compile it in. */
  public FakeCell expression(String text, Callable<?> meaning) {
    return java(
        "(java.util.concurrent.Callable<Object>) () -> (\n" + text + "\n)",
        () -> (Callable<Object>) meaning::call);
  }

  /** A call of a magic on a line of this cell. */
  public MagicCall line(String name, String arguments) {
    return new MagicCall(name, arguments, null, this);
  }

  /** A call of a magic on this cell. */
  public MagicCall cell(String name, String arguments, String body) {
    return new MagicCall(name, arguments, body, this);
  }

  @Override
  public @Nullable Object evaluate(String java) throws Exception {
    evaluated.add(java);
    Callable<?> meaning = code.get(java);
    if (meaning == null) {
      throw new UsageException("cannot find symbol in: " + java);
    }
    return meaning.call();
  }

  @Override
  public Map<String, @Nullable Object> variables() {
    return variables;
  }

  @Override
  public void define(String name, Object value) {
    variables.put(name, value);
  }

  @Override
  public DisplayHandle display(Object value) {
    displayed.add(value);
    return displayed::add;
  }

  @Override
  public Progress progress(String name, long total) {
    return new Progress() {
      private boolean open = true;

      @Override
      public void step(long more) {}

      @Override
      public void note(String text) {}

      @Override
      public void partial(Object value) {
        progress.add(value);
      }

      @Override
      public void close() {
        close("");
      }

      @Override
      public void close(String outcome) {
        if (open) {
          open = false;
          progress.add(name + ": " + outcome);
        }
      }
    };
  }

  @Override
  public MimeBundle render(Object value) {
    return value instanceof Displayable displayable
        ? displayable.bundle()
        : MimeBundle.text(String.valueOf(value));
  }

  @Override
  public boolean interrupted() {
    return asked++ >= interruptAfter;
  }

  @Override
  public boolean stopChecks() {
    return stopChecks;
  }
}
