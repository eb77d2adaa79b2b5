package org.dflib.jjava.kernel;

import java.util.List;
import java.util.Objects;
import lazuli.compat.bridge.JJavaRenderer;
import lazuli.kernel.ext.Notebook;
import lazuli.kernel.notebook.Bridge;
import org.jspecify.annotations.Nullable;

/** JJava's functions of the kernel. */
public final class JavaNotebookStatics implements Bridge {
  private static volatile @Nullable JavaKernel kernel;

  /** Made by the kernel. */
  public JavaNotebookStatics() {}

  /** {@return this kernel in JJava's form} */
  public static JavaKernel kernel() {
    return Objects.requireNonNull(kernel);
  }

  /** {@return this kernel in JJava's form} */
  public static JavaKernel getKernelInstance() {
    return kernel();
  }

  @Override
  public List<String> install(Notebook notebook) {
    JavaKernel.forgetKernel();
    kernel = new JavaKernel(notebook, new JJavaRenderer(notebook));
    return List.of("import static org.dflib.jjava.kernel.JavaNotebookStatics.*;");
  }

  @Override
  public String render() {
    return "import static org.dflib.jjava.jupyter.kernel.BaseNotebookStatics.render;";
  }

  @Override
  public void installExtensions(ClassLoader loader) {
    kernel().installFrom(loader);
  }
}
