package lazuli.kernel.magic;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.Notebook;
import lazuli.kernel.ext.UsageException;

/**
 * {@code %jars} and {@code %classpath}: jars and folders that cells may use. As in IJava both take
 * globs and return the paths that they added.
 *
 * @param name one of the two names
 * @param folder where relative paths begin
 * @param notebook where they are added
 */
record ClassPath(String name, Folder folder, Notebook notebook) implements Magic {
  @Override
  public List<String> aliases() {
    return name.equals("jars") ? List.of("jar") : List.of();
  }

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

        Adds jars%s to what cells can use; returns the added paths, a List<String>.
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
    for (String glob : Words.split(call.arguments())) {
      List<Path> found = find(glob);
      if (found.isEmpty()) {
        String nothing = "%" + name + ": nothing matches " + glob + " in " + folder.get();
        if (!glob.matches(".*[*?].*|.*/")) {
          throw new UsageException(nothing);
        }
        // As in IJava and JJava, whose notebooks go on then.
        System.err.println("Warning: " + nothing);
      }
      added.addAll(found);
    }
    notebook.addToClasspath(added);
    return added.stream().map(path -> path.toAbsolutePath().toString()).toList();
  }

  private List<Path> find(String glob) throws IOException {
    try {
      if (glob.endsWith("/")) {
        return list(folder.resolve("%" + name, glob), "*");
      }
      int slash = Math.max(glob.lastIndexOf('/'), glob.lastIndexOf('\\'));
      String last = glob.substring(slash + 1);
      if (last.contains("*") || last.contains("?")) {
        return list(
            folder.resolve("%" + name, slash < 0 ? "." : glob.substring(0, slash + 1)), last);
      }
      Path path = folder.resolve("%" + name, glob);
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
}
