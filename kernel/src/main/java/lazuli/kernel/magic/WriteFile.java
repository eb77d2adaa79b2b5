package lazuli.kernel.magic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/** {@code %%writefile PATH}: the cell's text into a file. */
record WriteFile(Folder folder) implements Magic {
  @Override
  public String name() {
    return "writefile";
  }

  @Override
  public String summary() {
    return "write the cell to a file";
  }

  @Override
  public String help() {
    return """
        %%writefile [-a] PATH

        Writes the text of the cell to a file, replacing it; -a (or --append) adds at its end.

        Example
          %%writefile notes.txt
          remember the milk""";
  }

  @Override
  public boolean onLine() {
    return false;
  }

  @Override
  public boolean onCell() {
    return true;
  }

  @Override
  public @Nullable Object run(MagicCall call) throws IOException {
    String magic = "%%writefile";
    Words words = Words.of(magic, call.arguments(), Set.of(), Set.of("-a", "--append"));
    if (words.rest().size() != 1) {
      throw new UsageException(
          magic
              + ": one path is accepted, "
              + words.rest().size()
              + " were given; write %%writefile PATH, with quotes around a path with blanks");
    }
    Path path = folder.resolve(magic, words.rest().getFirst());
    if (Files.isDirectory(path)) {
      throw new UsageException(magic + ": " + path + " is a folder; name a file in it");
    }
    if (path.getParent() != null && !Files.isDirectory(path.getParent())) {
      throw new UsageException(
          magic + ": no folder " + path.getParent() + "; make it first, with %sh mkdir -p");
    }
    boolean append = !words.flags().isEmpty();
    boolean existed = Files.exists(path);
    String body = String.valueOf(call.body());
    String text = body.endsWith("\n") ? body : body + "\n";
    if (append) {
      Files.writeString(path, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } else {
      Files.writeString(path, text);
    }
    String verb = !existed ? "Writing " : append ? "Appending to " : "Overwriting ";
    System.out.println(verb + words.rest().getFirst());
    return null;
  }
}
