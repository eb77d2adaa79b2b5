package lazuli.compat.bridge;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import lazuli.kernel.ext.Notebook;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.magic.CellMagic;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.jspecify.annotations.Nullable;

/** JJava's registry: what is registered here is a magic of the kernel, and the other way round. */
public final class JJavaMagics extends MagicsRegistry {
  private final Notebook notebook;
  private final Map<String, ForeignMagic> mine = new ConcurrentHashMap<>();

  /**
   * Makes the registry.
   *
   * @param notebook whose magics they are
   */
  public JJavaMagics(Notebook notebook) {
    this.notebook = notebook;
  }

  private MagicsRegistry add(ForeignMagic magic) {
    mine.put(magic.name(), magic);
    notebook.host().magic(magic);
    return this;
  }

  private ForeignMagic known(String name) {
    return mine.getOrDefault(name, new ForeignMagic(name, null, null));
  }

  private static BaseKernel kernel() {
    return org.dflib.jjava.kernel.JavaNotebookStatics.kernel();
  }

  @Override
  @SuppressWarnings("unchecked")
  public MagicsRegistry registerLineMagic(String name, LineMagic<?, ?> magic) {
    super.registerLineMagic(name, magic);
    var any = (LineMagic<Object, BaseKernel>) magic;
    return add(new ForeignMagic(name, args -> any.eval(kernel(), args), known(name).cell()));
  }

  @Override
  @SuppressWarnings("unchecked")
  public MagicsRegistry registerCellMagic(String name, CellMagic<?, ?> magic) {
    super.registerCellMagic(name, magic);
    var any = (CellMagic<Object, BaseKernel>) magic;
    return add(
        new ForeignMagic(
            name, known(name).line(), (args, body) -> any.eval(kernel(), args, body)));
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T, K extends BaseKernel> @Nullable T evalLineMagic(
      K kernel, String name, List<String> args) throws Exception {
    return (T) notebook.lineMagic(name, args);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T, K extends BaseKernel> @Nullable T evalCellMagic(
      K kernel, String name, List<String> args, String body) throws Exception {
    return (T) notebook.cellMagic(name, args, body);
  }
}
