package lazuli.kernel.display;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import lazuli.kernel.ext.Displayable;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.Renderer;
import org.jspecify.annotations.Nullable;

/** Values to bundles, by the renderer of the most specific type. Thread-safe. */
public final class Renderers {
  private record Entry<T>(Class<T> type, Renderer<? super T> renderer) {
    MimeBundle render(Object value, List<String> mimes) {
      return mimes.isEmpty()
          ? renderer.render(type.cast(value))
          : renderer.render(type.cast(value), mimes);
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
  public MimeBundle render(@Nullable Object value) {
    if (value == null) {
      return MimeBundle.text("null");
    }
    return guarded(value, List.of());
  }

  @SuppressWarnings("removal") // ThreadDeath is how a running cell is stopped.
  private MimeBundle guarded(Object value, List<String> mimes) {
    try {
      return withText(value, rich(value, mimes));
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
   * <p>As in IJava and JJava a type that the value lacks is left out, and text is taken to be
   * written in the types that are asked for: {@code render("<b>x</b>", "text/html")}.
   */
  public MimeBundle render(@Nullable Object value, String... mimes) {
    if (mimes.length == 0) {
      return render(value);
    }
    var chosen = new LinkedHashMap<String, String>();
    if (value instanceof CharSequence text && find(value) == null) {
      for (String mime : mimes) {
        chosen.put(mime, text.toString());
      }
      chosen.putIfAbsent(MimeBundle.TEXT, text.toString());
      return new MimeBundle(chosen, Map.of());
    }
    MimeBundle all = value == null ? render(null) : guarded(value, List.of(mimes));
    for (String mime : mimes) {
      String content = all.data().get(mime);
      if (content != null) {
        chosen.put(mime, content);
      }
    }
    chosen.putIfAbsent(MimeBundle.TEXT, all.data().getOrDefault(MimeBundle.TEXT, ""));
    var metadata = new LinkedHashMap<>(all.metadata());
    metadata.keySet().retainAll(chosen.keySet());
    return new MimeBundle(chosen, metadata);
  }

  private MimeBundle rich(Object value, List<String> mimes) {
    if (value instanceof MimeBundle bundle) {
      return bundle;
    }
    if (value instanceof Displayable displayable) {
      return displayable.bundle();
    }
    Entry<?> best = find(value);
    if (best != null) {
      return best.render(value, mimes);
    }
    return Pictures.isPicture(value)
        ? Pictures.bundle(value)
        : MimeBundle.text(ValueText.of(value));
  }

  private @Nullable Entry<?> find(Object value) {
    Entry<?> best = null;
    for (Entry<?> entry : entries) {
      if (entry.type().isInstance(value)
          && (best == null || best.type().isAssignableFrom(entry.type()))) {
        best = entry;
      }
    }
    return best;
  }

  private static MimeBundle withText(Object value, MimeBundle bundle) {
    return bundle.data().containsKey(MimeBundle.TEXT)
        ? bundle
        : bundle.with(MimeBundle.TEXT, value instanceof MimeBundle ? "" : ValueText.of(value));
  }
}
