package lazuli.kernel.session;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import lazuli.kernel.display.Renderers;
import lazuli.kernel.display.Results;
import lazuli.kernel.display.Surface;
import lazuli.kernel.ext.CellOutput;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.Progress;
import lazuli.kernel.ext.RunningCell.DisplayHandle;
import lazuli.kernel.ext.UsageException;
import lazuli.kernel.progress.Board;
import lazuli.kernel.wire.Header;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/** Shows bundles below the latest cell, and updates them. */
final class CellSurface implements Surface {
  private static final Duration BETWEEN_UPDATES = Duration.ofMillis(250);

  private final Outbox outbox;
  private final Renderers renderers;
  private final Results results;
  private final StdinRequests stdin;
  private final Payloads payloads;
  private final ScheduledExecutorService timer;
  private volatile Board board;

  CellSurface(
      Outbox outbox,
      Renderers renderers,
      Results results,
      StdinRequests stdin,
      Payloads payloads,
      ScheduledExecutorService timer) {
    this.outbox = outbox;
    this.renderers = renderers;
    this.results = results;
    this.stdin = stdin;
    this.payloads = payloads;
    this.timer = timer;
    board = new Board(this::shown, renderers::render);
  }

  /** {@return the progress bars of the latest cell} */
  Board board() {
    return board;
  }

  /** Leaves the bars of a cell that has ended where they stand. */
  void endProgress(String how) {
    Board ended = board;
    board = new Board(this::shown, renderers::render);
    ended.endCell(how);
  }

  @Override
  public Progress progress(String name, long total) {
    return board.open(name, total, true);
  }

  @Override
  public Renderers renderers() {
    return renderers;
  }

  @Override
  public Results results() {
    return results;
  }

  @Override
  public void show(String id, MimeBundle bundle) {
    outbox.publish("display_data", content(bundle, id));
  }

  @Override
  public void update(String id, MimeBundle bundle) {
    outbox.publish("update_display_data", content(bundle, id));
  }

  @Override
  public void clear(boolean wait) {
    outbox.publish("clear_output", Json.object("wait", wait));
  }

  @Override
  public String input(String prompt, boolean password) {
    return stdin.ask(prompt, password);
  }

  @Override
  public void page(MimeBundle bundle) {
    payloads.page(bundle);
  }

  @Override
  public void nextInput(String code, boolean replace) {
    payloads.nextInput(code, replace);
  }

  @Override
  public CellOutput thisCell() {
    Header cell = outbox.owner();
    if (cell == null) {
      throw new UsageException("thisCell: no cell has run yet");
    }
    return work -> Outbox.runFor(cell, work);
  }

  /** {@return a display of a value that was just shown} */
  DisplayHandle shown(@Nullable Object value) {
    String id = UUID.randomUUID().toString();
    show(id, renderers.render(value));
    return new Handle(id);
  }

  private static Json.Obj content(MimeBundle bundle, String id) {
    return bundle(bundle).with("transient", Json.object("display_id", id));
  }

  /** {@return the fields {@code data} and {@code metadata} of a bundle} */
  static Json.Obj bundle(MimeBundle bundle) {
    Map<String, Json> data = new LinkedHashMap<>();
    bundle
        .data()
        .forEach(
            (mime, content) ->
                data.put(mime, mime.endsWith("json") ? raw(content) : Json.of(content)));
    Map<String, Json> metadata = new LinkedHashMap<>();
    bundle.metadata().forEach((mime, json) -> metadata.put(mime, raw(json)));
    return Json.object("data", data, "metadata", metadata);
  }

  /** JSON that does not parse would break the whole message for the client: it goes as text. */
  private static Json raw(String json) {
    try {
      return Json.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } catch (java.io.IOException e) {
      return Json.of(json);
    }
  }

  /** Lets four updates a second through, and the last one always. */
  private final class Handle implements DisplayHandle {
    private final String id;
    private long lastSent = System.nanoTime();
    private @Nullable MimeBundle waiting;

    Handle(String id) {
      this.id = id;
    }

    @Override
    public void update(Object value) {
      MimeBundle bundle = renderers.render(value);
      synchronized (this) {
        boolean planned = waiting != null;
        waiting = bundle;
        long wait = BETWEEN_UPDATES.toNanos() - (System.nanoTime() - lastSent);
        if (wait <= 0 || timer.isShutdown()) {
          send();
        } else if (!planned) {
          timer.schedule(this::send, wait, TimeUnit.NANOSECONDS);
        }
      }
    }

    @Override
    public void flush() {
      send();
    }

    private synchronized void send() {
      MimeBundle bundle = waiting;
      if (bundle != null) {
        waiting = null;
        lastSent = System.nanoTime();
        CellSurface.this.update(id, bundle);
      }
    }
  }
}
