package lazuli.kernel.ext;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The running notebook, as code outside of a magic sees it: any thread may call it. */
public interface Notebook {
  /**
   * {@return the value of the last expression of a cell's text, which may hold magics; null if it
   * has none}
   *
   * @param cell the text
   * @throws Exception what the code throws; a {@link UsageException} when it does not compile
   */
  @Nullable Object evaluate(String cell) throws Exception;

  /**
   * {@return the value of a line magic, null for none}
   *
   * @param name the name without its percent sign
   * @param arguments the words after it
   * @throws Exception what the magic throws; a {@link UsageException} when there is no such magic
   */
  @Nullable Object lineMagic(String name, List<String> arguments) throws Exception;

  /**
   * {@return the value of a cell magic, null for none}
   *
   * @param name the name without its percent signs
   * @param arguments the words after it
   * @param body the lines below it
   * @throws Exception what the magic throws; a {@link UsageException} when there is no such magic
   */
  @Nullable Object cellMagic(String name, List<String> arguments, String body) throws Exception;

  /**
   * Adds jars and directories to what cells can use, and installs the extensions in them.
   *
   * @param paths where they are; those that were added before are left out
   */
  void addToClasspath(List<Path> paths);

  /** {@return the loader of the classes of cells and of added jars} */
  ClassLoader loader();

  /** {@return where magics and renderers are registered, also after the start} */
  Host host();

  /**
   * Shows a bundle below the latest cell.
   *
   * @param id the display's id, to update it
   * @param bundle what to show
   */
  void display(String id, MimeBundle bundle);

  /**
   * Replaces what is shown under an id.
   *
   * @param id the display's id
   * @param bundle what to show
   */
  void updateDisplay(String id, MimeBundle bundle);

  /**
   * {@return the representations of a value}
   *
   * @param value anything
   * @param mimes those that are asked for; all that it has if none are given
   */
  MimeBundle render(@Nullable Object value, String... mimes);
}
