package lazuli.kernel.magic;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.ext.Host;
import lazuli.kernel.ext.Magic;

/** The list of the kernel's own magics. */
public final class BuiltInMagics {
  private BuiltInMagics() {}

  /**
   * Registers all of them.
   *
   * @param host where
   * @param known the magics that are registered when it is asked
   * @param java the Java session, waiting for it
   */
  public static void install(
      Host host, Supplier<Collection<Magic>> known, Supplier<JavaSession> java) {
    List<Magic> magics =
        List.of(
            new ListMagics(known),
            new Help(known),
            new Who(),
            new Time(),
            new ClassPath("jars", java),
            new ClassPath("classpath", java));
    magics.forEach(host::magic);
  }
}
