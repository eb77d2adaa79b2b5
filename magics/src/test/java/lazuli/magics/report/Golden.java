package lazuli.magics.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares a rendering with a file; {@code -Dgolden=write} rewrites the files. */
public final class Golden {
  private static final Path FOLDER = Path.of("src/test/resources/lazuli/magics");

  private Golden() {}

  /** Asserts that the text equals the file's. */
  public static void check(String name, String actual) throws IOException {
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(FOLDER.resolve(name), actual + "\n");
    }
    try (InputStream in = Golden.class.getResourceAsStream("/lazuli/magics/" + name)) {
      String expected =
          in == null
              ? "(no file " + name + "; write it with -Dgolden=write)"
              : new String(in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
      assertEquals(expected, actual);
    }
  }
}
