package lazuli.install.jupyter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.install.process.Invocation;
import lazuli.install.process.Invocation.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of jupyter_core's paths, row by row. */
class JupyterPathsTest {
  private static JupyterPaths paths(Platform platform, String variables) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable : variables.split(" ")) {
      if (!variable.isEmpty()) {
        String[] pair = variable.split("=", 2);
        environment.put(pair[0], pair[1]);
      }
    }
    return new JupyterPaths(
        new Invocation(
            System.out,
            System.err,
            InputStream.nullInputStream(),
            Path.of("/here"),
            Path.of("/home/a"),
            environment,
            platform,
            Path.of("/lazuli")));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UNIX    |                                        | /home/a/.local/share/jupyter
          UNIX    | XDG_DATA_HOME=/data                    | /data/jupyter
          UNIX    | JUPYTER_DATA_DIR=/j XDG_DATA_HOME=/d   | /j
          UNIX    | JUPYTER_DATA_DIR= XDG_DATA_HOME=       | /home/a/.local/share/jupyter
          MAC     |                                        | /home/a/Library/Jupyter
          MAC     | XDG_DATA_HOME=/data                    | /home/a/Library/Jupyter
          MAC     | JUPYTER_DATA_DIR=/j                    | /j
          WINDOWS | APPDATA=/roaming                       | /roaming/jupyter
          WINDOWS |                                        | /home/a/.jupyter/data
          """)
  void theUsersDataDirectory(Platform platform, String variables, String expected) {
    assertEquals(Path.of(expected), paths(platform, variables == null ? "" : variables).userData());
  }

  @Test
  void theSearchGoesFromTheNamedDirectoriesToTheSystem() {
    assertEquals(
        List.of(
            Path.of("/x"),
            Path.of("/y"),
            Path.of("/home/a/.local/share/jupyter"),
            Path.of("/venv/share/jupyter"),
            Path.of("/usr/local/share/jupyter"),
            Path.of("/usr/share/jupyter")),
        paths(Platform.UNIX, "JUPYTER_PATH=/x:/y: VIRTUAL_ENV=/venv CONDA_PREFIX=/conda").search());
  }

  @Test
  void programsAreLookedForOnThePath() {
    assertEquals(Path.of("/bin/sh"), paths(Platform.UNIX, "PATH=/gone:/bin").program("sh").get());
    assertEquals(true, paths(Platform.UNIX, "PATH=/gone").program("sh").isEmpty());
    assertEquals(true, paths(Platform.UNIX, "").program("sh").isEmpty());
  }
}
