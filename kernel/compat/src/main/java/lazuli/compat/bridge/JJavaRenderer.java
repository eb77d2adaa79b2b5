package lazuli.compat.bridge;

import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.RenderFunction;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.common.Image;
import org.dflib.jjava.jupyter.kernel.display.common.Text;
import org.dflib.jjava.jupyter.kernel.display.common.Url;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.Notebook;

/** JJava's renderer: what is registered here counts for every result, and the other way round. */
public final class JJavaRenderer extends Renderer {
  private final Notebook notebook;
  private final Set<Class<?>> known = new CopyOnWriteArraySet<>();
  private boolean live;

  /**
   * Makes the renderer, with what JJava registers itself.
   *
   * @param notebook whose results it renders
   */
  public JJavaRenderer(Notebook notebook) {
    this.notebook = notebook;
    Image.registerAll(this);
    Url.registerAll(this);
    Text.registerAll(this);
    live = true;
  }

  @Override
  public <T> void register(
      Set<MIMEType> supported,
      Set<MIMEType> preferred,
      Set<Class<? extends T>> types,
      RenderFunction<T> function) {
    super.register(supported, preferred, types, function);
    known.addAll(types);
    if (live) {
      types.forEach(this::add);
    }
  }

  /**
   * Makes the kernel render a type and its subtypes through this renderer.
   *
   * @param type the type
   * @param <T> the type
   */
  public <T> void add(Class<T> type) {
    notebook
        .host()
        .renderer(
            type,
            new lazuli.kernel.ext.Renderer<T>() {
              @Override
              public MimeBundle render(T value) {
                return Bundles.of(JJavaRenderer.super.render(value, new java.util.LinkedHashMap<>()));
              }

              @Override
              public MimeBundle render(T value, List<String> mimes) {
                return Bundles.of(
                    JJavaRenderer.super.renderAs(
                        value, new java.util.LinkedHashMap<>(), mimes.toArray(String[]::new)));
              }
            });
  }

  private boolean knows(Object value) {
    return value instanceof org.dflib.jjava.jupyter.kernel.display.DisplayDataRenderable
        || known.stream().anyMatch(type -> type.isInstance(value));
  }

  private static DisplayData data(MimeBundle bundle) {
    var data = new DisplayData();
    bundle.data().forEach(data::putData);
    return data;
  }

  @Override
  public DisplayData render(Object value, Map<String, Object> params) {
    return value instanceof DisplayData data
        ? data
        : knows(value) ? super.render(value, params) : data(notebook.render(value));
  }

  @Override
  public DisplayData renderAs(Object value, Map<String, Object> params, String... types) {
    return value instanceof DisplayData data
        ? data
        : knows(value)
            ? super.renderAs(value, params, types)
            : data(notebook.render(value, types));
  }
}
