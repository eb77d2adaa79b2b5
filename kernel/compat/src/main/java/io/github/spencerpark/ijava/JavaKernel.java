package io.github.spencerpark.ijava;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.JupyterIO;
import io.github.spencerpark.jupyter.kernel.LanguageInfo;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.DisplayDataRenderable;
import io.github.spencerpark.jupyter.kernel.magic.registry.Magics;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lazuli.compat.bridge.Bundles;
import lazuli.compat.bridge.IJavaMagics;
import lazuli.compat.bridge.IJavaRenderer;
import lazuli.compat.bridge.IJavaStreams;
import lazuli.kernel.ext.Notebook;
import lazuli.kernel.magic.Words;
import org.jspecify.annotations.Nullable;

/** What a notebook for IJava gets from {@code getKernelInstance()}: this kernel in IJava's form. */
public final class JavaKernel extends BaseKernel {
  private final Notebook notebook;
  private final IJavaStreams streams;
  private final IJavaMagics magics;

  JavaKernel(Notebook notebook) {
    this.notebook = notebook;
    streams = new IJavaStreams(notebook);
    magics = new IJavaMagics(notebook);
    var live = new IJavaRenderer(notebook);
    renderer = live;
    live.add(DisplayDataRenderable.class);
    notebook.host().renderer(DisplayData.class, Bundles::of);
  }

  /** {@return the magics of this kernel} */
  public Magics getMagics() {
    return magics;
  }

  /** {@return Maven's part of this kernel} */
  public MavenResolver getMavenResolver() {
    return new MavenResolver();
  }

  /**
   * Adds to the class path of cells.
   *
   * @param path jars and folders, separated as in any class path
   */
  public void addToClasspath(String path) {
    notebook.addToClasspath(
        Stream.of(path.split(File.pathSeparator)).map(Path::of).toList());
  }

  /**
   * {@return the value of a cell's text}
   *
   * @param expr the text
   * @throws Exception what the code throws
   */
  public @Nullable Object evalRaw(String expr) throws Exception {
    return notebook.evaluate(expr);
  }

  @Override
  public @Nullable DisplayData eval(String expr) throws Exception {
    Object value = evalRaw(expr);
    return value == null ? null : getRenderer().render(value);
  }

  @Override
  public void display(DisplayData data) {
    streams.display.display(data);
  }

  @Override
  public JupyterIO getIO() {
    return streams;
  }

  @Override
  public LanguageInfo getLanguageInfo() {
    return new LanguageInfo.Builder("Java").version(Runtime.version().toString()).build();
  }

  /** Maven through the kernel's own magics. */
  public final class MavenResolver {
    private MavenResolver() {}

    /**
     * Adds artifacts to the class path of cells.
     *
     * @param args as for {@code %maven}
     * @throws Exception when they cannot be had
     */
    public void addMavenDependencies(List<String> args) throws Exception {
      notebook.lineMagic("maven", args);
    }

    /**
     * Adds a repository.
     *
     * @param name its id
     * @param url where it is
     * @throws Exception when it is no URL
     */
    public void addRemoteRepo(String name, String url) throws Exception {
      notebook.evaluate("%mavenRepo " + Words.join(List.of(name, url)));
    }
  }
}
