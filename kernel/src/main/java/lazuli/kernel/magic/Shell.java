package lazuli.kernel.magic;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/**
 * {@code %%bash}, {@code %%sh} and {@code %sh}: programs of the system's shell.
 *
 * @param name one of the two names
 * @param folder where it runs
 * @param environment variables that {@code %env} set
 */
record Shell(String name, Folder folder, Map<String, String> environment) implements Magic {
  @Override
  public String summary() {
    return name.equals("bash") ? "run the cell as a bash script" : "run shell commands";
  }

  @Override
  public String help() {
    return name.equals("bash")
        ? """
          %%bash [ARGUMENT...]

          Runs the cell as a bash script. What it prints appears as it is printed; it reads nothing.
          An interrupt ends it and what it started. ARGUMENT is $1, $2, ... in the script. The cell
          fails when the script's status is not 0.

          Example
            %%bash
            echo hello"""
        : """
          %sh COMMAND
          %%sh

          %sh runs a shell command and returns the lines that it prints as a List<String>; what it
          prints on standard error appears at once. %%sh runs the cell, and what it prints appears as
          it is printed. An interrupt ends the command and what it started. The cell fails when the
          status is not 0.

          Example
            List<String> lines = %sh echo hello""";
  }

  @Override
  public boolean onLine() {
    return name.equals("sh");
  }

  @Override
  public boolean onCell() {
    return true;
  }

  @Override
  public @Nullable Object run(MagicCall call) throws IOException, InterruptedException {
    String body = call.body();
    if (body != null) {
      start("%%" + name, body, Words.split(call.arguments()), System.out);
      return null;
    }
    if (call.arguments().isBlank()) {
      throw new UsageException("%sh: no command was given; write %sh COMMAND, such as %sh ls");
    }
    var out = new ByteArrayOutputStream();
    start("%sh", call.arguments(), List.of(), out);
    return new Lines(out.toString(StandardCharsets.UTF_8).lines().toList());
  }

  private void start(String magic, String script, List<String> arguments, java.io.OutputStream out)
      throws IOException, InterruptedException {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    List<String> command = new ArrayList<>();
    if (windows && name.equals("sh")) {
      command.addAll(List.of("cmd", "/c", script));
    } else {
      command.addAll(List.of(name, "-c", script, name));
    }
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).directory(folder.get().toFile());
    builder.environment().putAll(environment);
    int status;
    try {
      status = Child.run(builder, out);
    } catch (IOException e) {
      throw new UsageException(
          magic
              + ": "
              + command.getFirst()
              + " could not be started in "
              + folder.get()
              + ": "
              + e.getMessage()
              + "; it must be on the PATH of the kernel");
    }
    if (status != 0) {
      throw new UsageException(
          magic
              + ": the script ended with status "
              + status
              + "; end it with `exit 0` to ignore that");
    }
  }

  /** Lines that look like lines. */
  static final class Lines extends AbstractList<String> {
    private final List<String> lines;

    Lines(List<String> lines) {
      this.lines = lines;
    }

    @Override
    public String get(int i) {
      return lines.get(i);
    }

    @Override
    public int size() {
      return lines.size();
    }

    MimeBundle bundle() {
      return MimeBundle.text(String.join("\n", lines));
    }
  }
}
