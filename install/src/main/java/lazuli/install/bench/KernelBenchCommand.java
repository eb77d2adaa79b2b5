package lazuli.install.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import lazuli.install.jupyter.AotCache;
import lazuli.install.jupyter.JupyterPaths;
import lazuli.install.jupyter.Kernelspec;
import lazuli.install.process.Assembly;
import lazuli.install.process.Invocation;
import lazuli.install.process.UsageError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code lazuli bench kernel}. */
@Command(
    name = "kernel",
    header = "Times this kernel as a client sees it, another kernel's beside it by turns.",
    description = {"The installed kernel if Jupyter finds one, else the one of this directory."},
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:every goal is met",
      "1:a kernel did not do its part: nothing was measured",
      "2:wrong use",
      "3:measured, and a goal is missed"
    },
    mixinStandardHelpOptions = true)
public final class KernelBenchCommand implements Callable<Integer> {
  /** A figure is worse than promised; the work itself was done. */
  static final int MISSED = 3;

  private static final String IPYKERNEL = "ipykernel";

  private final Invocation invocation;
  private final String version;

  @Option(names = "--peer", paramLabel = "ipykernel", description = "Times ipykernel beside it.")
  private @Nullable String peer;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description = "The Python that has ipykernel (${DEFAULT-VALUE}).")
  private String python = "/usr/bin/python3";

  @Option(names = "--quick", description = "A tenth of the work, for a look.")
  private boolean quick;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "Also writes the table there, with date, machine and command.")
  private @Nullable Path markdown;

  /**
   * Makes the command.
   *
   * @param invocation what it may touch
   * @param version named in the table
   */
  public KernelBenchCommand(Invocation invocation, String version) {
    this.invocation = invocation;
    this.version = version;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (peer != null && !peer.equals(IPYKERNEL)) {
      throw new UsageError("--peer " + peer + ": " + IPYKERNEL + " is known");
    }
    Path file = markdown == null ? null : invocation.directory().resolve(markdown);
    if (file != null && !Files.isDirectory(Objects.requireNonNull(file.getParent()))) {
      throw new UsageError("--markdown " + markdown + ": there is no such folder");
    }
    if (!Native.tellsMemory()) {
      throw new UsageError("the memory of a process is read from /proc, which Linux has");
    }
    Contender other = peer == null ? null : ipykernel();
    List<Row> rows;
    String[] step = {"start"};
    try {
      var sizes = quick ? KernelBench.Sizes.QUICK : KernelBench.Sizes.FULL;
      rows =
          new KernelBench(
                  ours(),
                  other,
                  sizes,
                  next -> {
                    step[0] = next;
                    invocation.err().println("  " + next + " ...");
                  })
              .run();
    } catch (TimeoutException | IllegalStateException silent) {
      throw new UsageError(
          1, "a kernel did not do its part (" + step[0] + "): " + silent.getMessage());
    }
    String peerName = other == null ? "no peer" : other.name();
    invocation.out().print(Tables.text(rows, peerName));
    if (file != null) {
      String command =
          "./lazuli bench kernel"
              + (peer == null ? "" : " --peer " + peer)
              + (quick ? " --quick" : "");
      Files.writeString(
          file,
          Tables.markdown(rows, peerName, LocalDate.now().toString(), machine(), version, command));
    }
    return rows.stream().anyMatch(row -> row.met() == Row.Met.NO) ? MISSED : 0;
  }

  private Contender ours() throws IOException, InterruptedException {
    List<Kernelspec> installed =
        new JupyterPaths(invocation)
            .installed().stream().filter(one -> one.versions().equals(version)).toList();
    if (!installed.isEmpty()) {
      invocation.err().println("the kernel in " + installed.getFirst().folder());
      return Contender.java(installed.getFirst().command());
    }
    var assembly = new Assembly(invocation.home());
    invocation.err().println("no kernel of this version is installed: the one in this directory");
    AotCache.refresh(
        assembly, Assembly.thisJava(), () -> invocation.err().println("  training ..."));
    var command = new java.util.ArrayList<>(assembly.kernelCommand(Assembly.thisJava(), List.of()));
    command.add("{connection_file}");
    return Contender.java(command);
  }

  private @Nullable Contender ipykernel() throws InterruptedException {
    try {
      Process asked =
          new ProcessBuilder(python, "-c", "import ipykernel")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (asked.waitFor(30, TimeUnit.SECONDS) && asked.exitValue() == 0) {
        return Contender.ipykernel(
            List.of(python, "-m", "ipykernel_launcher", "-f", "{connection_file}"));
      }
    } catch (IOException noPython) {
      // The same answer: there is no ipykernel behind that name.
    }
    invocation
        .err()
        .println(
            "no ipykernel in "
                + python
                + " (Debian, Ubuntu: apt-get install python3-ipykernel; or name another Python"
                + " with --python): the peer's figures are missing");
    return null;
  }

  private static String machine() throws IOException {
    String processor = System.getProperty("os.arch", "");
    Path info = Path.of("/proc/cpuinfo");
    if (Files.exists(info)) {
      processor =
          Files.readString(info, StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.startsWith("model name"))
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .findFirst()
              .orElse(processor);
    }
    return Runtime.getRuntime().availableProcessors()
        + " processors of "
        + processor
        + ", "
        + System.getProperty("os.name");
  }
}
