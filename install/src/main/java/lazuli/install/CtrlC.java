package lazuli.install;

import java.lang.reflect.Proxy;

/**
 * Ctrl-C as an event. The JDK offers it only as {@code sun.misc.Signal}, for which javac warns, so
 * it is reached by reflection; without it Ctrl-C ends the process, as usual.
 */
final class CtrlC {
  private CtrlC() {}

  /** Runs an action at every Ctrl-C instead of leaving. */
  static void handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              CtrlC.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "CtrlC";
                  });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException notHere) {
      // A JVM without this class, or one told to leave the signal alone (-Xrs).
    }
  }
}
