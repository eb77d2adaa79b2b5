package org.dflib.jjava.kernel;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lazuli.compat.bridge.Bundles;
import lazuli.compat.bridge.JJavaMagics;
import lazuli.compat.bridge.JJavaRenderer;
import lazuli.compat.bridge.JJavaStreams;
import lazuli.kernel.ext.Notebook;
import lazuli.kernel.ext.UsageException;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.DisplayDataRenderable;
import org.dflib.jjava.jupyter.kernel.magic.MagicParser;
import org.dflib.jjava.jupyter.kernel.magic.MagicTranspiler;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.jspecify.annotations.Nullable;

/** What a notebook for JJava gets from {@code kernel()}: this kernel in JJava's form. */
public final class JavaKernel extends BaseKernel {
  private final Notebook notebook;

  JavaKernel(Notebook notebook, JJavaRenderer renderer) {
    super(
        "Lazuli",
        "1",
        new LanguageInfo.Builder("Java").version(Runtime.version().toString()).build(),
        List.of(),
        null,
        new JJavaStreams(notebook),
        new CommManager(),
        renderer,
        new MagicParser("(?<=(?:^|=))\\s*%", "%%", new MagicTranspiler()),
        new JJavaMagics(notebook),
        true,
        new StringStyler.Builder().build());
    this.notebook = notebook;
    renderer.add(DisplayDataRenderable.class);
    notebook.host().renderer(DisplayData.class, Bundles::of);
    installNotebookKernel();
  }

  /** Installs the extensions that a loader finds and that are not yet installed. */
  void installFrom(ClassLoader loader) {
    installExtensions(loader);
  }

  /** Makes room for the kernel of a later session. */
  static void forgetKernel() {
    notebookKernel = null;
  }

  /**
   * Adds to the class path of cells.
   *
   * @param classpath jars and folders, separated as in any class path
   */
  public void addToClasspath(String classpath) {
    notebook.addToClasspath(
        Stream.of(classpath.split(File.pathSeparator)).map(Path::of).toList());
  }

  @Override
  public @Nullable Object evalRaw(String source) {
    try {
      return notebook.evaluate(source);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new UsageException(String.valueOf(e));
    }
  }

  @Override
  public @Nullable DisplayData inspect(String code, int at, boolean extraDetail) {
    return null;
  }

  @Override
  public @Nullable ReplacementOptions complete(String code, int at) {
    return null;
  }

  @Override
  public String isComplete(String code) {
    return IS_COMPLETE_MAYBE;
  }

  @Override
  protected ClassLoader getClassLoader() {
    return notebook.loader();
  }
}
