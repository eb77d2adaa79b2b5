package io.github.spencerpark.ijava;

import java.util.List;
import lazuli.kernel.ext.Notebook;
import lazuli.kernel.notebook.Bridge;
import org.jspecify.annotations.Nullable;

/** Where notebooks for IJava find the kernel. */
public final class IJava implements Bridge {
  private static volatile @Nullable JavaKernel kernel;

  /** Made by the kernel. */
  public IJava() {}

  /** {@return this kernel in IJava's form; null before a notebook asked for it} */
  public static @Nullable JavaKernel getKernelInstance() {
    return kernel;
  }

  @Override
  public List<String> install(Notebook notebook) {
    kernel = new JavaKernel(notebook);
    return List.of("import static io.github.spencerpark.ijava.runtime.Kernel.getKernelInstance;");
  }

  @Override
  public String render() {
    return "import static io.github.spencerpark.ijava.runtime.Display.render;";
  }

  @Override
  public void installExtensions(ClassLoader loader) {
    // IJava has none.
  }
}
