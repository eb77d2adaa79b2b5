package io.github.spencerpark.ijava.runtime;

import java.util.List;
import lazuli.kernel.notebook.Functions;
import org.jspecify.annotations.Nullable;

/** IJava's functions of magics. */
public final class Magics {
  private Magics() {}

  /**
   * {@return the value of a line magic}
   *
   * @param name its name
   * @param args its words
   * @param <T> what the caller takes it for
   */
  public static <T> @Nullable T lineMagic(String name, List<String> args) {
    return Functions.lineMagic(name, args);
  }

  /**
   * {@return the value of a cell magic}
   *
   * @param name its name
   * @param args its words
   * @param body its lines
   * @param <T> what the caller takes it for
   */
  public static <T> @Nullable T cellMagic(String name, List<String> args, String body) {
    return Functions.cellMagic(name, args, body);
  }
}
