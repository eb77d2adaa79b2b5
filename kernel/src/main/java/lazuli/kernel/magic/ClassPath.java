package lazuli.kernel.magic;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.UsageException;

/**
 * {@code %jars} and {@code %classpath}: jars and folders that cells may use. As in IJava both take
 * globs and return the paths that they added.
 *
 * @param name one of the two names
 * @param java the Java session, waiting for it
 */
record ClassPath(String name, Supplier<JavaSession> java) implements Magic {
  @Override
  public String summary() {
    return name.equals("jars")
        ? "add jars to the class path"
        : "add jars and folders to the class path";
  }

  @Override
  public String help() {
    return """
        %%%s PATH...

        Adds jars%s to what cells can use, and returns the added paths as a List<String>.
        PATH may hold * and ? in its last part; a trailing / means all files in a folder.

        Example
          List<String> added = %%%s lib/*.jar"""
        .formatted(name, name.equals("jars") ? "" : " and folders of classes", name);
  }

  @Override
  public Object run(MagicCall call) throws IOException {
    if (call.arguments().isBlank()) {
      throw new UsageException(
          "%" + name + ": no path was given; write %" + name + " PATH..., such as lib/*.jar");
    }
    List<Path> added = new ArrayList<>();
    for (String glob : words(call.arguments())) {
      List<Path> found = find(glob);
      if (found.isEmpty()) {
        throw new UsageException(
            "%" + name + ": nothing matches " + glob + " in " + Path.of("").toAbsolutePath());
      }
      added.addAll(found);
    }
    java.get().addToClasspath(added);
    return added.stream().map(path -> path.toAbsolutePath().toString()).toList();
  }

  private List<Path> find(String glob) throws IOException {
    try {
      if (glob.endsWith("/")) {
        return list(Path.of(glob), "*");
      }
      int slash = Math.max(glob.lastIndexOf('/'), glob.lastIndexOf('\\'));
      String last = glob.substring(slash + 1);
      if (last.contains("*") || last.contains("?")) {
        return list(Path.of(slash < 0 ? "." : glob.substring(0, slash + 1)), last);
      }
      Path path = Path.of(glob);
      boolean usable = name.equals("jars") ? Files.isRegularFile(path) : Files.exists(path);
      return usable ? List.of(path) : List.of();
    } catch (InvalidPathException e) {
      return List.of();
    }
  }

  private List<Path> list(Path folder, String pattern) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
        for (Path entry : entries) {
          if (name.equals("classpath") || Files.isRegularFile(entry)) {
            found.add(entry.normalize());
          }
        }
      }
    }
    found.sort(null);
    return found;
  }

  /** {@return the words of a line; double quotes and backslashes keep blanks} */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    var word = new StringBuilder();
    boolean quoted = false;
    boolean any = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
        any = true;
      } else if (c == '\\' && i + 1 < line.length() && "\" \\".indexOf(line.charAt(i + 1)) >= 0) {
        word.append(line.charAt(++i));
      } else if (Character.isWhitespace(c) && !quoted) {
        if (any || !word.isEmpty()) {
          words.add(word.toString());
        }
        word.setLength(0);
        any = false;
      } else {
        word.append(c);
      }
    }
    if (any || !word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }
}
