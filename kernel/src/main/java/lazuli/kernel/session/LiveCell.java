package lazuli.kernel.session;

import java.util.Map;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.Progress;
import lazuli.kernel.ext.RunningCell;
import org.jspecify.annotations.Nullable;

/** What a magic may do with the session while its cell runs. */
final class LiveCell implements RunningCell {
  private final CellRunner runner;
  private final JavaSession java;
  private final CellSurface surface;

  LiveCell(CellRunner runner, JavaSession java, CellSurface surface) {
    this.runner = runner;
    this.java = java;
    this.surface = surface;
  }

  @Override
  public @Nullable Object evaluate(String code) throws Exception {
    return runner.evaluate(code);
  }

  @Override
  public @Nullable Object evaluate(String before, String java, String after) throws Exception {
    return runner.evaluate(before, java, after);
  }

  @Override
  public @Nullable Object evaluate(String code, String label) throws Exception {
    return runner.evaluate(code, label);
  }

  @Override
  public Progress progress(String name, long total) {
    return surface.board().open(name, total, false);
  }

  @Override
  public Map<String, @Nullable Object> variables() {
    return java.variables();
  }

  @Override
  public void define(String name, Object value) {
    java.define(name, value);
  }

  @Override
  public DisplayHandle display(Object value) {
    return surface.shown(value);
  }

  @Override
  public MimeBundle render(Object value) {
    return surface.renderers().render(value);
  }

  @Override
  public void page(MimeBundle bundle) {
    surface.page(bundle);
  }

  @Override
  public void nextInput(String code, boolean replace) {
    surface.nextInput(code, replace);
  }

  @Override
  public boolean interrupted() {
    return java.interrupted();
  }

  @Override
  public boolean stopChecks() {
    return java.stopChecks();
  }
}
