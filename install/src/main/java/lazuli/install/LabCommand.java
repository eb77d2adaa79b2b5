package lazuli.install;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import lazuli.install.jupyter.JupyterPaths;
import lazuli.install.jupyter.Kernelspec;
import lazuli.install.process.Invocation;
import lazuli.install.process.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Installs for the user and opens JupyterLab. */
@Command(
    name = "lab",
    header = "Registers the kernel and opens JupyterLab.",
    description = "Does what lazuli install --user does, then starts jupyter-lab if it is on PATH.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class LabCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "ARGUMENT",
      arity = "0..*",
      description = "Passed on to jupyter lab (after --, if it begins with a hyphen).")
  private List<String> arguments = new ArrayList<>();

  LabCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var paths = new JupyterPaths(invocation);
    Path program =
        paths
            .program("jupyter-lab")
            .orElseThrow(
                () ->
                    new UsageError(
                        1,
                        "JupyterLab is not on PATH (no jupyter-lab); install it (pipx install"
                            + " jupyterlab), or run notebooks without it: lazuli run NOTEBOOK"));
    var spec = new Kernelspec(paths.userData(), Kernelspec.NAME);
    InstallCommand.install(invocation, spec, "Java (Lazuli)");
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.addAll(arguments);
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
