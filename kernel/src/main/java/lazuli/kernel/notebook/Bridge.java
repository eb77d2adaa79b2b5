package lazuli.kernel.notebook;

import java.util.List;
import lazuli.kernel.ext.Notebook;

/** The API of another kernel on top of this one; loaded when a notebook first mentions it. */
public interface Bridge {
  /**
   * {@return imports that cells get from now on}
   *
   * @param notebook the running notebook
   */
  List<String> install(Notebook notebook);

  /** {@return an import that makes {@code render} return the other kernel's type} */
  String render();

  /**
   * Installs the other kernel's extensions.
   *
   * @param loader where they are
   */
  void installExtensions(ClassLoader loader);
}
