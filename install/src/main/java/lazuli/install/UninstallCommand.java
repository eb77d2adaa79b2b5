package lazuli.install;

import java.io.IOException;
import java.util.concurrent.Callable;
import lazuli.install.jupyter.Kernelspec;
import lazuli.install.process.Invocation;
import lazuli.install.process.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Removes what install wrote. */
@Command(
    name = "uninstall",
    header = "Removes the kernel from Jupyter.",
    description = "Removes the folder that install wrote, nothing else.",
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
    try {
      spec.uninstall();
    } catch (IOException e) {
      throw new UsageError(1, "cannot remove " + spec.folder() + ": " + e);
    }
    invocation.out().println("removed " + spec.folder());
    return Main.OK;
  }
}
