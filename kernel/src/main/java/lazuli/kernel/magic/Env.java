package lazuli.kernel.magic;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;

/**
 * {@code %env}: environment variables.
 *
 * @param changed those that were set, for child processes
 */
record Env(Map<String, String> changed) implements Magic {
  @Override
  public String name() {
    return "env";
  }

  @Override
  public String summary() {
    return "show or set environment variables";
  }

  @Override
  public String help() {
    return """
        %env
        %env NAME
        %env NAME=VALUE

        Lists the environment variables, returns one as a String, or sets one for %sh and %%bash.
        System.getenv keeps what the kernel was started with: a JVM cannot change it.

        Example
          %env PATH""";
  }

  @Override
  public Object run(MagicCall call) {
    Map<String, String> all = new TreeMap<>(System.getenv());
    all.putAll(changed);
    String line = call.arguments();
    int equals = line.indexOf('=');
    if (line.isEmpty()) {
      return MimeBundle.text(
          all.entrySet().stream()
              .map(one -> one.getKey() + "=" + one.getValue())
              .collect(Collectors.joining("\n")));
    }
    if (equals == 0) {
      throw new UsageException("%env: \"" + line + "\" has no name; write %env NAME=VALUE");
    }
    if (equals > 0) {
      String name = line.substring(0, equals).strip();
      String value = line.substring(equals + 1).strip();
      changed.put(name, value);
      return MimeBundle.text(name + "=" + value);
    }
    String value = all.get(line);
    if (value == null) {
      throw new UsageException(
          "%env: no variable " + line + "; %env lists all, %env " + line + "=VALUE sets it");
    }
    return value;
  }
}
