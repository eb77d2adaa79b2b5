package lazuli.install;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import lazuli.install.jupyter.JupyterPaths;
import lazuli.install.jupyter.JvmOptions;
import lazuli.install.jupyter.Kernelspec;
import lazuli.install.process.Invocation;
import lazuli.install.process.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Removes what install wrote. */
@Command(
    name = "uninstall",
    header = "Removes the kernel from Jupyter.",
    description = "Removes what install wrote; JVM options that you set are kept.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class UninstallCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private InstallCommand.Place place = new InstallCommand.Place();

  UninstallCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Kernelspec spec = place.spec(invocation);
    Optional<JvmOptions> options = spec.options();
    boolean kept;
    try {
      spec.uninstall();
      boolean shared =
          new JupyterPaths(invocation)
              .installed().stream().anyMatch(other -> other.options().equals(options));
      kept = options.isPresent() && !shared && !options.get().remove();
    } catch (IOException e) {
      throw new UsageError(1, "cannot remove " + spec.folder() + ": " + e);
    }
    invocation.out().println("removed " + spec.folder());
    if (kept) {
      invocation.out().println("kept your JVM options in " + options.orElseThrow().file());
    }
    return Main.OK;
  }
}
