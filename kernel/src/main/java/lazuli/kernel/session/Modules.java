package lazuli.kernel.session;

import java.lang.reflect.InvocationTargetException;
import lazuli.kernel.wire.Log;

/**
 * Modules that are added while the JVM runs. With {@code --add-modules} on the command line the JVM
 * cannot use its archived module graph, which costs 150 ms of every start.
 *
 * <p>The JDK's own {@code Modules.loadModule} is internal: the launching jar's manifest exports its
 * package. Where that is not so, the module must be on the command line.
 *
 * <p>An AOT cache cannot be made from a run that linked classes of such a module; the run that
 * trains one sets the system property {@value #TRAINING} and goes without; it loads an empty module
 * instead, so that the cache has what loading takes.
 */
final class Modules {
  static final String TRAINING = "lazuli.training";

  /** Its classes moved into java.base long ago. */
  private static final String EMPTY = "jdk.crypto.ec";

  private Modules() {}

  static void load(String wanted) {
    String name = Boolean.getBoolean(TRAINING) ? EMPTY : wanted;
    if (ModuleLayer.boot().findModule(name).isPresent()) {
      return;
    }
    try {
      Class.forName("jdk.internal.module.Modules")
          .getMethod("loadModule", String.class)
          .invoke(null, name);
    } catch (ReflectiveOperationException e) {
      Throwable reason = e instanceof InvocationTargetException ? e.getCause() : e;
      Log.warn("module " + name + " is missing (" + reason + "); start with --add-modules " + name);
    }
  }
}
