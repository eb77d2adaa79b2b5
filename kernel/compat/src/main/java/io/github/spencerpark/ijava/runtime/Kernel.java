package io.github.spencerpark.ijava.runtime;

import io.github.spencerpark.ijava.IJava;
import io.github.spencerpark.ijava.JavaKernel;
import org.jspecify.annotations.Nullable;

/** IJava's functions of the kernel. */
public final class Kernel {
  private Kernel() {}

  /** {@return this kernel in IJava's form} */
  public static @Nullable JavaKernel getKernelInstance() {
    return IJava.getKernelInstance();
  }

  /**
   * {@return the value of a cell's text}
   *
   * @param expr the text
   * @throws Exception what the code throws
   */
  public static @Nullable Object eval(String expr) throws Exception {
    return lazuli.kernel.notebook.Functions.eval(expr);
  }
}
