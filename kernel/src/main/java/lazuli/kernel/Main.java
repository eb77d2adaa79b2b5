package lazuli.kernel;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import lazuli.kernel.ext.Extension;
import lazuli.kernel.ext.UsageException;
import lazuli.kernel.posix.QuickExit;
import lazuli.kernel.session.Session;
import lazuli.kernel.wire.ConnectionFile;
import lazuli.kernel.wire.Log;

/** The kernel's process: {@code lazuli.kernel.Main CONNECTION_FILE}. */
public final class Main {
  private static final int WRONG_USE = 2;

  private Main() {}

  /**
   * Runs a kernel until a client ends it.
   *
   * @param arguments the path of a connection file
   */
  public static void main(String[] arguments) throws InterruptedException {
    // Looked up first: once the sockets answer it may already end.
    Optional<ProcessHandle> parent = parent();
    var live = new AtomicReference<Session>();
    // Before the sockets answer too: a client may interrupt as soon as they do.
    onSigint(
        () -> {
          Session running = live.get();
          if (running != null) {
            running.interrupt();
          }
        });
    Session session;
    try {
      if (arguments.length != 1) {
        throw new UsageException(
            "the kernel takes one argument, the path of a connection file; "
                + arguments.length
                + " were given");
      }
      ConnectionFile connection = ConnectionFile.read(Path.of(arguments[0]));
      session =
          new Session(
              connection,
              ServiceLoader.load(Extension.class, OwnServices.loader()),
              Session.standardHistory());
    } catch (UsageException e) {
      System.err.println("lazuli: " + e.getMessage());
      System.exit(WRONG_USE);
      return;
    }
    live.set(session);
    // A library may call System.exit, and the system may end the process.
    Runtime.getRuntime().addShutdownHook(new Thread(session::endUnasked, "lazuli-last-words"));
    session.captureProcessOutput();
    // A kernel whose client was killed must not stay behind.
    parent.ifPresent(process -> process.onExit().thenRun(session::stop));
    session.awaitStop();
    session.close();
    // Threads of cells may still run, and hooks that they registered may wait for ever.
    Thread limit = new Thread(Main::haltSoon, "lazuli-exit");
    limit.setDaemon(true);
    limit.start();
    String slow = QuickExit.prepare();
    if (!slow.isEmpty()) {
      Log.debug("the end waits for the JVM's compilers: " + slow);
    }
    System.exit(0);
  }

  private static void haltSoon() {
    try {
      Thread.sleep(2000);
    } catch (InterruptedException e) {
      // Halting at once is what is left to do.
    }
    Runtime.getRuntime().halt(0);
  }

  /** A Ctrl-C in a terminal reaches every process there: it must not end the kernel. */
  private static void onSigint(Runnable action) {
    try {
      // By reflection: javac warns of this class, and nothing else can do it.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Main.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, values) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      Log.debug("SIGINT keeps its default action: " + e);
    }
  }

  /** {@return the process that started the kernel for a client, empty when nobody says which} */
  private static Optional<ProcessHandle> parent() {
    String pid = System.getenv("JPY_PARENT_PID");
    if (pid == null || !pid.matches("[1-9][0-9]{0,9}")) {
      return Optional.empty();
    }
    // In a container the number may be one of the host's: then our own parent is the one.
    return ProcessHandle.of(Long.parseLong(pid))
        .or(() -> ProcessHandle.current().parent().filter(parent -> parent.pid() != 1));
  }
}
