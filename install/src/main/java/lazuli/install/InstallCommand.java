package lazuli.install;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import lazuli.install.jupyter.AotCache;
import lazuli.install.jupyter.JupyterPaths;
import lazuli.install.jupyter.JvmOptions;
import lazuli.install.jupyter.Kernelspec;
import lazuli.install.process.Assembly;
import lazuli.install.process.Invocation;
import lazuli.install.process.UsageError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Registers the kernel with Jupyter. */
@Command(
    name = "install",
    header = "Registers the kernel with Jupyter.",
    description = {
      "Everything goes into one folder, kernels/lazuli in a"
          + " Jupyter data directory, so that this one may move afterwards; a second install"
          + " replaces it as a whole."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class InstallCommand implements Callable<Integer> {
  /** Where the kernel goes; the same choice for install and uninstall. */
  static final class Place {
    @Option(names = "--user", description = "Into your own Jupyter data directory (default).")
    private boolean user;

    @Option(
        names = "--prefix",
        paramLabel = "DIR",
        description = "Into DIR/share/jupyter, as /usr/local for all users.")
    private @Nullable Path prefix;

    @Option(names = "--sys-prefix", description = "Into the active virtual or Conda environment.")
    private boolean environment;

    @Option(
        names = "--as",
        paramLabel = "NAME",
        description = "The kernel's name; java takes notebooks made for IJava.")
    private String name = Kernelspec.NAME;

    Kernelspec spec(Invocation invocation) {
      var paths = new JupyterPaths(invocation);
      if ((user ? 1 : 0) + (prefix != null ? 1 : 0) + (environment ? 1 : 0) > 1) {
        throw new UsageError("--user, --prefix and --sys-prefix exclude each other; give one");
      }
      if (prefix != null) {
        return new Kernelspec(
            JupyterPaths.prefixData(invocation.directory().resolve(prefix).normalize()), name);
      }
      if (environment) {
        Path active =
            paths
                .environmentPrefix()
                .orElseThrow(
                    () ->
                        new UsageError(
                            "--sys-prefix: no environment is active (VIRTUAL_ENV and CONDA_PREFIX"
                                + " are not set); activate one or use --user"));
        return new Kernelspec(JupyterPaths.prefixData(active), name);
      }
      return new Kernelspec(paths.userData(), name);
    }
  }

  private final Invocation invocation;

  @Mixin private Place place = new Place();

  @Option(names = "--name", paramLabel = "TEXT", description = "What Jupyter shows.")
  private String displayName = "Java (Lazuli)";

  InstallCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    install(invocation, place.spec(invocation), displayName);
    return Main.OK;
  }

  static void install(Invocation invocation, Kernelspec spec, String displayName)
      throws IOException, InterruptedException {
    var paths = new JupyterPaths(invocation);
    boolean own = spec.data().toAbsolutePath().equals(paths.userData().toAbsolutePath());
    JvmOptions options = own ? JvmOptions.ofUser(invocation) : JvmOptions.besides(spec);
    try {
      spec.install(
          new Assembly(invocation.home()),
          Assembly.thisJava(),
          displayName,
          options,
          Version.both());
    } catch (IOException e) {
      throw new UsageError(1, "cannot write " + spec.folder() + ": " + e);
    }
    invocation.out().println("installed " + displayName + " in " + spec.folder());
    invocation.out().println("your JVM options go into " + options.file());
    if (!paths.finds(spec.data())) {
      invocation
          .err()
          .println(
              "Jupyter does not look there: add "
                  + spec.data().toAbsolutePath()
                  + " to JUPYTER_PATH");
    }
    invocation.err().println("training for a faster start (some seconds) ...");
    String problem = AotCache.train(spec);
    invocation
        .err()
        .println(
            problem == null
                ? "trained"
                : "not trained, so the kernel starts half a second slower: " + problem);
  }
}
