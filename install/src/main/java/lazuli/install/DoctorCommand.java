package lazuli.install;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import lazuli.install.doctor.Checks;
import lazuli.install.doctor.Finding;
import lazuli.install.process.Invocation;
import picocli.CommandLine.Command;

/** Says what works on this machine. */
@Command(
    name = "doctor",
    header = "Says what works on this machine and what is missing.",
    description = {
      "A table of checks, each with its fix. Ends with status 1"
          + " if something is broken that Lazuli cannot work without."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class DoctorCommand implements Callable<Integer> {
  private final Invocation invocation;

  DoctorCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Finding> findings = new Checks(invocation, Version.both()).findings();
    print(invocation.out(), findings);
    return findings.stream().anyMatch(f -> f.state() == Finding.State.BROKEN)
        ? Main.FAILED
        : Main.OK;
  }

  static void print(PrintStream out, List<Finding> findings) {
    int width = findings.stream().mapToInt(f -> f.subject().length()).max().orElse(0);
    for (Finding finding : findings) {
      String margin = " ".repeat(width + 10);
      out.printf(
          "%-" + width + "s  %-6s  %s%n",
          finding.subject(),
          finding.state().word(),
          finding.detail().replace("\n", "\n" + margin));
      if (!finding.fix().isEmpty()) {
        out.println(margin + "fix: " + finding.fix());
      }
    }
  }
}
