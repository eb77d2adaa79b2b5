package lazuli.kernel.magic;

import java.nio.file.Files;
import java.nio.file.Path;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;

/**
 * {@code %cd} and {@code %pwd}.
 *
 * @param name one of the two names
 * @param folder the folder that they are about
 */
record ChangeFolder(String name, Folder folder) implements Magic {
  @Override
  public String summary() {
    return name.equals("cd") ? "change the folder of magics" : "show the folder of magics";
  }

  @Override
  public String help() {
    return name.equals("cd")
        ? """
          %cd [FOLDER]

          Changes the folder in which %sh and %%bash run and from which %load, %jars, %classpath,
          %image and %%writefile take their paths; without FOLDER, to the home folder. Java's own
          relative paths stay where the kernel was started: a JVM cannot change them.

          Example
            %cd ."""
        : "%pwd\n\nShows the folder that %cd changes.\n\nExample\n  %pwd";
  }

  @Override
  public Object run(MagicCall call) {
    String wanted = String.join(" ", Words.split(call.arguments()));
    if (name.equals("cd")) {
      Path target = folder.resolve("%cd", wanted.isEmpty() ? "~" : wanted);
      if (!Files.isDirectory(target)) {
        throw new UsageException(
            "%cd: no folder " + target + "; a folder that exists is accepted; %sh ls shows some");
      }
      folder.set(target);
    } else if (!wanted.isEmpty()) {
      throw new UsageException("%pwd: takes no argument, \"" + wanted + "\" was given; see %cd");
    }
    return MimeBundle.text(folder.get().toString());
  }
}
