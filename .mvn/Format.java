import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.ImportOrderer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs google-java-format over every module: --check reports and fails, --fix rewrites. */
class Format {
  public static void main(String[] args) throws IOException {
    boolean fix = args[0].equals("--fix");
    Path root = Path.of(args[1]);
    Formatter formatter = new Formatter();
    int wrong = 0;
    for (String module : List.of("array", "gpu", "kernel", "magics", "install")) {
      Path sources = root.resolve(module).resolve("src");
      if (!Files.isDirectory(sources)) continue;
      List<Path> files;
      try (var walk = Files.walk(sources)) {
        files = walk.filter(f -> f.toString().endsWith(".java")).sorted().toList();
      }
      for (Path file : files) {
        String before = Files.readString(file);
        String after;
        try {
          after = formatter.formatSource(
              RemoveUnusedImports.removeUnusedImports(
                  ImportOrderer.reorderImports(before, JavaFormatterOptions.Style.GOOGLE)));
        } catch (FormatterException e) {
          System.err.println(root.relativize(file) + ": " + e.getMessage());
          wrong++;
          continue;
        }
        if (before.equals(after)) continue;
        if (fix) Files.writeString(file, after);
        else {
          System.err.println(root.relativize(file) + ": not formatted");
          wrong++;
        }
      }
    }
    if (wrong > 0) {
      System.err.println("Fix with: mvn -q -N validate -Dformat=--fix");
      System.exit(1);
    }
  }
}
