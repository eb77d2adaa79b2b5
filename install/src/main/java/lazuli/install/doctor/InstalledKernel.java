package lazuli.install.doctor;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import lazuli.install.jupyter.Kernelspec;
import lazuli.install.process.Assembly;

/**
 * One kernel as Jupyter would start it.
 *
 * @param spec where it is
 * @param version the versions of Lazuli and Java that ask
 */
record InstalledKernel(Kernelspec spec, String version) {
  private static final String AGAIN = "install again: lazuli install";

  /** {@return the first thing that is wrong with it} */
  Finding check() throws InterruptedException {
    List<String> command = spec.command();
    int jar = command.indexOf("-jar");
    if (jar < 0 || jar + 1 >= command.size()) {
      return broken("was installed by an older version and may not start", AGAIN);
    }
    Path folder = spec.folder().toAbsolutePath();
    Path kernel = Path.of(command.get(jar + 1));
    if (!kernel.startsWith(folder) && Files.exists(folder.resolve(Assembly.KERNEL_JAR))) {
      return broken("was moved here from " + kernel.getParent() + ", which it still names", AGAIN);
    }
    Path java = Path.of(command.getFirst());
    if (!Files.isExecutable(java)) {
      String there = Files.exists(java) ? "cannot be run" : "is not there";
      return broken("names the Java " + java + ", which " + there, AGAIN);
    }
    for (Path file : files(command, kernel)) {
      if (!Files.exists(file)) {
        return broken("names " + file + ", which is not there", AGAIN);
      }
      if (!Files.isReadable(file)) {
        return broken("names " + file + ", which cannot be read", "chmod a+r " + file);
      }
    }
    Optional<String> refused = refused(command.subList(0, jar));
    if (refused.isPresent()) {
      return spec.options()
          .map(
              options ->
                  broken(
                      "Java does not start with the options in "
                          + options.file()
                          + ": "
                          + refused.get(),
                      Files.exists(options.file())
                          ? "correct the options, or empty the file"
                          : AGAIN + ", or make the file, empty"))
          .orElseGet(() -> broken("Java does not start: " + refused.get(), AGAIN));
    }
    return spec.versions().equals(version)
        ? Finding.ok(subject(), folder.toString())
        : Finding.absent(
            subject(),
            folder + " is " + spec.versions() + "; this is " + version,
            "to use this one, " + AGAIN);
  }

  private String subject() {
    return "kernelspec " + spec.name();
  }

  private Finding broken(String what, String fix) {
    return Finding.broken(subject(), spec.folder() + " " + what, fix);
  }

  private static List<Path> files(List<String> command, Path kernel) {
    var named = new ArrayList<Path>();
    named.add(kernel);
    for (String word : command) {
      if (word.startsWith("-Dlazuli.cells.path=")) {
        String jars = word.substring(word.indexOf('=') + 1);
        for (String one : jars.split(Pattern.quote(File.pathSeparator))) {
          named.add(Path.of(one));
        }
      }
    }
    return named;
  }

  /** {@return what Java says if it does not start with these options} */
  private static Optional<String> refused(List<String> options) throws InterruptedException {
    var command = new ArrayList<>(options);
    command.add("-version");
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
      return process.waitFor() == 0
          ? Optional.empty()
          : Optional.of(
              said.lines().filter(line -> !line.isBlank()).findFirst().orElse("no message"));
    } catch (IOException e) {
      return Optional.of(e.toString());
    }
  }
}
