package lazuli.kernel.posix;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lazuli.kernel.wire.Log;

/**
 * The end of a process that does not wait for the JVM's compilers.
 *
 * <p>{@code System.exit}, and {@code halt} too, wait until each compiler thread has reached a
 * safepoint: a kernel that is asked to end soon after its start compiles the most, and took 200 to
 * 450 ms. Here the JVM's own last hook, after those of the user and after the files that are
 * deleted on exit, calls {@code _exit} of the C library.
 *
 * <p>What then does not happen: exit functions of native libraries, the end that JVM agents are
 * told of, and what some JVM options write at the end. With such an agent or option, on a system
 * that is not Linux, and where the JDK does not give its hook away, the process ends as usual.
 */
public final class QuickExit {
  private static final int LAST_HOOK = 9;

  /** In the names of options that have something written at the end, and of few others. */
  private static final List<String> AT_THE_END =
      List.of("Exit", "Print", "Dump", "Statistics", "Record", "Log");

  private QuickExit() {}

  /**
   * Lets the {@code System.exit(0)} that follows end the process so.
   *
   * @return why it will end as usual; empty when it will not
   */
  public static String prepare() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return "this system is not Linux";
    }
    String missing = Libc.missing();
    if (missing != null) {
      return missing;
    }
    try {
      // Looked up before the options are: a run that trains an AOT cache has one, and its cache
      // should know all of this.
      Object jdk = internal("access.SharedSecrets", "getJavaLangAccess").invoke(null);
      Method register =
          internal(
              "access.JavaLangAccess",
              "registerShutdownHook",
              int.class,
              boolean.class,
              Runnable.class);
      Runnable last = QuickExit::leave;
      Object options = internal("misc.VM", "getRuntimeArguments").invoke(null);
      for (String option : options instanceof String[] words ? words : new String[0]) {
        if (actsAtTheEnd(option)) {
          return option + " acts at the end";
        }
      }
      register.invoke(jdk, LAST_HOOK, false, last);
      return "";
    } catch (ReflectiveOperationException | RuntimeException e) {
      return "the JDK gives its last hook to nobody here: " + e;
    }
  }

  private static Method internal(String type, String method, Class<?>... parameters)
      throws ReflectiveOperationException {
    return Class.forName("jdk.internal." + type).getMethod(method, parameters);
  }

  /** Whether the JVM does something for this option when it ends. */
  static boolean actsAtTheEnd(String option) {
    if (!option.startsWith("-XX:")) {
      return option.startsWith("-agent")
          || option.startsWith("-Xrun")
          || option.startsWith("-Xlog") && (option.contains("exit") || option.contains("async"));
    }
    int value = option.indexOf('=');
    String name = value < 0 ? option : option.substring(0, value);
    return option.startsWith("-XX:AOT") && !name.equals("-XX:AOTCache")
        || AT_THE_END.stream().anyMatch(name::contains);
  }

  /** Ends this process now, with status 0; no hook runs. */
  private static void leave() {
    deleteCounters();
    Libc.ints("_exit", 0, 0, 0);
  }

  /** The JVM deletes the file through which jps and jstat look into it last of all. */
  private static void deleteCounters() {
    String user = System.getProperty("user.name", "");
    Path file = Path.of("/tmp", "hsperfdata_" + user, "" + ProcessHandle.current().pid());
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The next JVM of this user deletes it.
      Log.debug("not deleted: " + e);
    }
  }
}
