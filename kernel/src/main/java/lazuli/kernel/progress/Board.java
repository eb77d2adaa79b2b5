package lazuli.kernel.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import lazuli.kernel.ext.Displayable;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.Progress;
import lazuli.kernel.ext.RunningCell.DisplayHandle;
import org.jspecify.annotations.Nullable;

/**
 * The bars of one cell in one display. The last state always reaches the client.
 *
 * <p>Mutable state: the open bars, outermost first, and the display. One lock, this object's
 * monitor.
 */
public final class Board implements Displayable {
  /** Between two updates; also how long work may take before anything is shown. */
  private static final long BETWEEN_NANOS = 250_000_000;

  private final Function<Object, DisplayHandle> show;
  private final Function<Object, MimeBundle> render;
  private final List<Bar> bars = new ArrayList<>();
  private @Nullable DisplayHandle display;
  private long lastSent;
  private boolean planned;

  /**
   * Makes an empty board.
   *
   * @param show shows a value below the cell
   * @param render turns what there is so far into representations
   */
  public Board(Function<Object, DisplayHandle> show, Function<Object, MimeBundle> render) {
    this.show = show;
    this.render = render;
  }

  /**
   * {@return a new bar, below those that are open}
   *
   * @param name what is being done
   * @param total how many steps there are; negative when nobody knows
   * @param always whether it leaves its line even when the work was short
   */
  public synchronized Progress open(String name, long total, boolean always) {
    bars.removeIf(bar -> !bar.open());
    var bar = new Bar(this, name, total, always);
    if (bars.isEmpty()) {
      display = null;
      lastSent = bar.start;
    }
    bars.add(bar);
    plan();
    return bar;
  }

  /** A loop that was left by break closes nothing: what was opened inside goes when this steps. */
  void changed(Bar bar) {
    int at = bars.indexOf(bar);
    if (at < 0) {
      return;
    }
    for (int i = bars.size() - 1; i > at; i--) {
      if (bars.get(i).thread == bar.thread) {
        bars.remove(i).end("");
      }
    }
    if (System.nanoTime() - lastSent >= BETWEEN_NANOS) {
      send();
    } else {
      plan();
    }
  }

  void closed(Bar bar) {
    changed(bar);
    boolean outermost = bars.indexOf(bar) == 0;
    if (!outermost) {
      bars.remove(bar);
    } else if (display != null || bar.always) {
      send();
      flush();
    }
    if (outermost) {
      bars.clear();
    }
  }

  /**
   * Leaves what is still open where it stands.
   *
   * @param how such as {@code interrupted}
   */
  public synchronized void endCell(String how) {
    if (bars.isEmpty()) {
      return;
    }
    bars.forEach(bar -> bar.end(how));
    if (display != null || bars.stream().anyMatch(bar -> bar.always)) {
      send();
      flush();
    }
    bars.clear();
  }

  private void plan() {
    if (!planned) {
      planned = true;
      CompletableFuture.delayedExecutor(BETWEEN_NANOS, TimeUnit.NANOSECONDS).execute(this::trail);
    }
  }

  private synchronized void trail() {
    planned = false;
    if (!bars.isEmpty()) {
      send();
    }
  }

  private void send() {
    lastSent = System.nanoTime();
    if (display == null) {
      display = show.apply(this);
    } else {
      display.update(this);
    }
  }

  private void flush() {
    if (display != null) {
      display.flush();
    }
  }

  @Override
  public synchronized MimeBundle bundle() {
    long now = System.nanoTime();
    MimeBundle partial = null;
    for (Bar bar : bars) {
      Object value = bar.partial;
      partial = value == null ? partial : render.apply(value);
    }
    return MimeBundle.text(text(partial, now)).with(MimeBundle.HTML, html(partial, now));
  }

  private String text(@Nullable MimeBundle partial, long now) {
    var text = new StringBuilder();
    for (int i = 0; i < bars.size(); i++) {
      text.append(i == 0 ? "" : "\n" + "  ".repeat(i)).append(bars.get(i).line(now));
    }
    String below = partial == null ? null : partial.data().get(MimeBundle.TEXT);
    return below == null ? text.toString() : text + "\n" + below;
  }

  private String html(@Nullable MimeBundle partial, long now) {
    var html = new StringBuilder();
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      html.append("<div style=\"font-family:monospace;padding-left:").append(i).append("em\">");
      html.append(escape(bar.name())).append(' ');
      double fraction = bar.fraction();
      if (bar.open() || fraction < 1) {
        html.append("<progress max=\"1\"");
        if (!Double.isNaN(fraction)) {
          html.append(" value=\"").append(Math.round(fraction * 1000) / 1000.0).append('"');
        }
        html.append("></progress> ");
      }
      html.append(escape(bar.figures(now))).append("</div>");
    }
    if (partial != null) {
      String below = partial.data().get(MimeBundle.HTML);
      html.append(
          below != null
              ? below
              : "<pre>" + escape(partial.data().getOrDefault(MimeBundle.TEXT, "")) + "</pre>");
    }
    return html.toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
