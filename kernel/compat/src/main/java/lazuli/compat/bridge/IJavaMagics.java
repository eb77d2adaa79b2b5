package lazuli.compat.bridge;

import io.github.spencerpark.jupyter.kernel.magic.registry.CellMagicFunction;
import io.github.spencerpark.jupyter.kernel.magic.registry.LineMagicFunction;
import io.github.spencerpark.jupyter.kernel.magic.registry.Magics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import lazuli.kernel.ext.Notebook;
import org.jspecify.annotations.Nullable;

/** IJava's registry: what is registered here is a magic of the kernel, and the other way round. */
public final class IJavaMagics extends Magics {
  private final Notebook notebook;
  private final Map<String, ForeignMagic> mine = new ConcurrentHashMap<>();

  /**
   * Makes the registry.
   *
   * @param notebook whose magics they are
   */
  public IJavaMagics(Notebook notebook) {
    this.notebook = notebook;
  }

  private void add(ForeignMagic magic) {
    mine.put(magic.name(), magic);
    notebook.host().magic(magic);
  }

  private ForeignMagic known(String name) {
    return mine.getOrDefault(name, new ForeignMagic(name, null, null));
  }

  @Override
  public void registerLineMagic(String name, LineMagicFunction<?> magic) {
    super.registerLineMagic(name, magic);
    add(new ForeignMagic(name, magic::execute, known(name).cell()));
  }

  @Override
  public void registerCellMagic(String name, CellMagicFunction<?> magic) {
    super.registerCellMagic(name, magic);
    add(new ForeignMagic(name, known(name).line(), magic::execute));
  }

  @Override
  public <T extends LineMagicFunction<?> & CellMagicFunction<?>> void registerLineCellMagic(
      String name, T magic) {
    LineMagicFunction<?> line = magic;
    CellMagicFunction<?> cell = magic;
    registerLineMagic(name, line);
    registerCellMagic(name, cell);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> @Nullable T applyLineMagic(String name, List<String> args) throws Exception {
    return (T) notebook.lineMagic(name, args);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> @Nullable T applyCellMagic(String name, List<String> args, String body)
      throws Exception {
    return (T) notebook.cellMagic(name, args, body);
  }
}
