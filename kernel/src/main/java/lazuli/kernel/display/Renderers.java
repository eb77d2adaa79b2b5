package lazuli.kernel.display;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import lazuli.kernel.ext.Displayable;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.Renderer;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/** Values to bundles, by the renderer of the most specific type. Thread-safe. */
public final class Renderers {
  private record Entry<T>(Class<T> type, Renderer<? super T> renderer) {
    MimeBundle render(Object value) {
      return renderer.render(type.cast(value));
    }
  }

  private final CopyOnWriteArrayList<Entry<?>> entries = new CopyOnWriteArrayList<>();

  /** Makes an empty table. */
  public Renderers() {}

  /** Adds a renderer for a type and its subtypes; a later one for the same type replaces it. */
  public <T> void add(Class<T> type, Renderer<? super T> renderer) {
    entries.removeIf(entry -> entry.type() == type);
    entries.add(new Entry<>(type, renderer));
  }

  /**
   * {@return the representations of a value, always with {@code text/plain}; what its own code
   * throws becomes text}
   */
  @SuppressWarnings("removal") // ThreadDeath is how a running cell is stopped.
  public MimeBundle render(@Nullable Object value) {
    if (value == null) {
      return MimeBundle.text("null");
    }
    try {
      return withText(value, rich(value));
    } catch (ThreadDeath stop) {
      throw stop;
    } catch (Throwable thrown) {
      return MimeBundle.text(
          ValueText.of(value) + "\n(cannot be displayed: " + ValueText.describe(thrown) + ")");
    }
  }

  /**
   * {@return the representations of a value, cut down to some MIME types and {@code text/plain}}
   *
   * <p>Text is taken to be written in the types that are asked for, as in {@code render("<b>x</b>",
   * "text/html")}.
   *
   * @throws UsageException when the value has no representation of a type that is asked for
   */
  public MimeBundle render(@Nullable Object value, String... mimes) {
    if (mimes.length == 0) {
      return render(value);
    }
    var chosen = new LinkedHashMap<String, String>();
    if (value instanceof CharSequence text) {
      for (String mime : mimes) {
        chosen.put(mime, text.toString());
      }
      chosen.putIfAbsent(MimeBundle.TEXT, text.toString());
      return new MimeBundle(chosen, Map.of());
    }
    MimeBundle all = render(value);
    for (String mime : mimes) {
      String content = all.data().get(mime);
      if (content == null) {
        throw new UsageException(
            "display: no "
                + mime
                + " for this value; it has "
                + String.join(", ", all.data().keySet()));
      }
      chosen.put(mime, content);
    }
    chosen.putIfAbsent(MimeBundle.TEXT, all.data().getOrDefault(MimeBundle.TEXT, ""));
    var metadata = new LinkedHashMap<>(all.metadata());
    metadata.keySet().retainAll(chosen.keySet());
    return new MimeBundle(chosen, metadata);
  }

  private MimeBundle rich(Object value) {
    if (value instanceof MimeBundle bundle) {
      return bundle;
    }
    if (value instanceof Displayable displayable) {
      return displayable.bundle();
    }
    Entry<?> best = null;
    for (Entry<?> entry : entries) {
      if (entry.type().isInstance(value)
          && (best == null || best.type().isAssignableFrom(entry.type()))) {
        best = entry;
      }
    }
    return best == null ? MimeBundle.text(ValueText.of(value)) : best.render(value);
  }

  private static MimeBundle withText(Object value, MimeBundle bundle) {
    return bundle.data().containsKey(MimeBundle.TEXT)
        ? bundle
        : bundle.with(MimeBundle.TEXT, value instanceof MimeBundle ? "" : ValueText.of(value));
  }
}
