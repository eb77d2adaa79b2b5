package lazuli.install.doctor;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import lazuli.array.backend.BackendProvider;
import lazuli.install.jupyter.AotCache;
import lazuli.install.jupyter.JupyterPaths;
import lazuli.install.jupyter.Kernelspec;
import lazuli.install.process.Assembly;
import lazuli.install.process.Invocation;
import lazuli.install.process.KernelProcess;
import lazuli.install.process.UsageError;

/** Everything that `lazuli doctor` looks at, in the order of its table. */
public final class Checks {
  private static final Duration PYTHON = Duration.ofSeconds(10);

  private final Invocation invocation;
  private final JupyterPaths paths;
  private final String version;

  /**
   * Makes the checks.
   *
   * @param invocation the machine to look at
   * @param version the versions of Lazuli and Java, as an install writes them
   */
  public Checks(Invocation invocation, String version) {
    this.invocation = invocation;
    this.version = version;
    paths = new JupyterPaths(invocation);
  }

  /** {@return what was found, one row per subject} */
  public List<Finding> findings() throws InterruptedException {
    var found = new ArrayList<Finding>();
    found.add(java());
    found.add(module("jdk.jshell", "cells cannot be compiled without it"));
    found.add(module("jdk.incubator.vector", "arrays cannot be computed without it"));
    found.add(kernel());
    found.add(writable());
    found.add(program("jupyter", "notebooks in a browser", "pipx install jupyterlab"));
    found.add(program("jupyter-lab", "lazuli lab", "pipx install jupyterlab"));
    found.addAll(kernelspecs());
    found.addAll(devices());
    found.add(torch());
    return found;
  }

  private static Finding java() {
    String detail = Runtime.version() + " in " + System.getProperty("java.home");
    return Runtime.version().feature() == 25
        ? Finding.ok("JDK 25", detail)
        : Finding.broken("JDK 25", detail, "name a JDK 25 in LAZULI_JAVA");
  }

  private static Finding module(String name, String why) {
    return ModuleFinder.ofSystem().find(name).isPresent()
        ? Finding.ok("module " + name, "in this JDK")
        : Finding.broken(
            "module " + name, "not in this Java: " + why, "use a full JDK 25, not a cut runtime");
  }

  /** Starts a kernel as `run` does, and asks it one thing. */
  private Finding kernel() throws InterruptedException {
    long start = System.nanoTime();
    try {
      List<String> command =
          new Assembly(invocation.home()).kernelCommand(Assembly.thisJava(), List.of());
      try (KernelProcess kernel = KernelProcess.start(command, invocation.directory())) {
        double seconds = (System.nanoTime() - start) / 1e9;
        return Finding.ok(
            "kernel",
            String.format(
                Locale.ROOT,
                "answers after %.2f s (%s)",
                seconds,
                kernel.info().at("implementation_version").text("no version")));
      }
    } catch (IOException | UsageError failure) {
      return Finding.broken(
          "kernel", String.valueOf(failure.getMessage()), "build again: mvn -DskipTests package");
    }
  }

  private Finding writable() {
    Path data = paths.userData().toAbsolutePath();
    Path there = data;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return there != null && Files.isDirectory(there) && Files.isWritable(there)
        ? Finding.ok("Jupyter data directory", data + " can be written")
        : Finding.absent(
            "Jupyter data directory",
            data + " cannot be written",
            "set JUPYTER_DATA_DIR, or lazuli install --prefix DIR");
  }

  private Finding program(String name, String purpose, String fix) {
    return paths
        .program(name)
        .map(path -> Finding.ok(name, path.toString()))
        .orElseGet(() -> Finding.absent(name, "not on PATH; needed for: " + purpose, fix));
  }

  private List<Finding> kernelspecs() throws InterruptedException {
    var found = new ArrayList<Finding>();
    for (Kernelspec spec : paths.installed()) {
      Finding finding = new InstalledKernel(spec, version).check();
      found.add(finding);
      if (finding.state() != Finding.State.BROKEN) {
        found.add(cache(spec));
      }
    }
    if (found.isEmpty()) {
      found.add(
          Finding.absent(
              "kernelspec", "Lazuli is in none of " + paths.search(), "lazuli install --user"));
    }
    return found;
  }

  private static Finding cache(Kernelspec spec) throws InterruptedException {
    String subject = "AOT cache of " + spec.name();
    String problem = AotCache.check(spec);
    return problem == null
        ? Finding.ok(subject, "valid for this JDK and these jars")
        : Finding.absent(
            subject, problem + "; the kernel starts slower", "install again: lazuli install");
  }

  private static List<Finding> devices() {
    return ServiceLoader.load(BackendProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .map(
            provider -> {
              String subject = "device " + provider.kind();
              return switch (provider.probe()) {
                case BackendProvider.Availability.Available(var backend) ->
                    Finding.ok(subject, backend.about());
                case BackendProvider.Availability.Unavailable(var reason, var fix) ->
                    Finding.absent(subject, reason, fix);
              };
            })
        .toList();
  }

  /** PyTorch is only the peer of comparisons. */
  private Finding torch() throws InterruptedException {
    String subject = "PyTorch (bench --peer torch)";
    String fix = "pip install torch, or name a Python that has it: lazuli bench --python FILE";
    Optional<Path> python = paths.program("python3");
    if (python.isEmpty()) {
      return Finding.absent(subject, "no python3 on PATH", fix);
    }
    try {
      Process process =
          new ProcessBuilder(
                  python.get().toString(),
                  "-c",
                  "import importlib.metadata as m; print(m.version('torch'))")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(PYTHON.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return Finding.absent(subject, python.get() + " does not answer", fix);
      }
      String version =
          new String(process.getInputStream().readAllBytes(), Charset.defaultCharset()).strip();
      return process.exitValue() == 0
          ? Finding.ok(subject, version + " in " + python.get())
          : Finding.absent(subject, "not in " + python.get(), fix);
    } catch (IOException e) {
      return Finding.absent(subject, python.get() + " cannot be started", fix);
    }
  }
}
